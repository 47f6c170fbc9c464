/**
 * Resource limits; -1 is unlimited.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { addon } from './addon.ts';
import { launchRecord } from './launch.ts';
import { checked } from './posix-error.ts';

/** In the order of `glue_resources` in glue_process.c. */
export const resources = [
  'nofile',
  'nproc',
  'core',
  'cpu',
  'fsize',
  'data',
  'stack',
  'rss',
  'as',
  'memlock',
  'sigpending',
  'msgqueue',
  'nice',
  'rtprio',
] as const;

export type RlimitName = (typeof resources)[number];

export interface Rlimit {
  readonly soft: number;
  readonly hard: number;
}

/** @throws PosixError */
export function getrlimit(resource: RlimitName): Rlimit {
  const limit = new Float64Array(2);
  checked('getrlimit', addon.getrlimit(resources.indexOf(resource), limit));
  const [soft = 0, hard = 0] = limit;
  return { soft, hard };
}

/** @throws PosixError EPERM above the hard limit, EINVAL where soft exceeds hard */
export function setrlimit(resource: RlimitName, soft: number, hard: number): void {
  checked('setrlimit', addon.setrlimit(resources.indexOf(resource), soft, hard));
}

/**
 * The limit on descriptors that this process was started with. Node raises its soft limit to the hard one before any of
 * our code runs; the launcher has recorded what it was. Without the launcher it is taken from the parent where the
 * parent has the same hard limit; where there is no such parent it stays as Node has made it, since a program with too
 * many descriptors still runs, and one with too few does not.
 */
export function initialNofile(): Rlimit {
  if (launchRecord !== null) return launchRecord.nofile;
  const { soft, hard } = getrlimit('nofile');
  if (soft !== hard) return { soft, hard };
  const parent = nofileOf(process.ppid);
  if (parent !== null && parent.hard === hard) return parent;
  return { soft, hard };
}

/** Null where the process has gone or is outside our PID namespace (0). */
function nofileOf(pid: number): Rlimit | null {
  try {
    const text = readFileSync(`/proc/${pid}/limits`, 'utf8');
    const [, soft, hard] = /^Max open files\s+(\S+)\s+(\S+)/m.exec(text) ?? [];
    return soft === undefined || hard === undefined ? null : { soft: limitOf(soft), hard: limitOf(hard) };
  } catch {
    return null;
  }
}

function limitOf(text: string): number {
  return text === 'unlimited' ? -1 : Number(text);
}
