/**
 * The jobs of crontabs (crontab(5)) of this machine.
 *
 * @module
 */
import { join } from 'node:path';
import { readdirSync, readFileSync, statSync } from '../../io/files.ts';

export interface CronJob {
  /** Five fields. */
  readonly pattern: string;
  /** Null for the crontab of one user, whose name is not in it. */
  readonly user: string | null;
  /** A text for the shell. */
  readonly command: string;
}

/** Where a crontab is, and whether its lines name a user. */
interface Place {
  readonly path: string;
  readonly hasUsers: boolean;
}

const MAX_BYTES = 256 * 1024;

/** Debian's, Alpine's and busybox's crontabs. */
const PLACES: readonly Place[] = [
  { path: '/etc/crontab', hasUsers: true },
  { path: '/etc/cron.d', hasUsers: true },
  { path: '/etc/crontabs', hasUsers: false },
  { path: '/var/spool/cron/crontabs', hasUsers: false },
];

const NAMED_PATTERNS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** The jobs of the usual places, as far as this user may read them. */
export function systemJobs(): CronJob[] {
  return PLACES.flatMap(({ path, hasUsers }) => filesAt(path).flatMap((file) => jobsIn(file, hasUsers)));
}

/** The jobs of a crontab; none where it is not a readable file. */
export function jobsIn(path: string, hasUsers: boolean): CronJob[] {
  return textOf(path)
    .split('\n')
    .flatMap((line) => jobOf(line.trim(), hasUsers));
}

/** Nothing for comments, variables, and `@reboot`. */
function jobOf(line: string, hasUsers: boolean): CronJob[] {
  const [, name, fields, rest = ''] =
    /^(?:(@\w+)|((?:[\d*/,\-A-Za-z]+\s+){4}[\d*/,\-A-Za-z]+))\s+(.+)$/.exec(line) ?? [];
  const pattern = name === undefined ? fields?.replace(/\s+/g, ' ') : NAMED_PATTERNS[name];
  const [, user = null, command = ''] = hasUsers ? (/^(\S+)\s+(.+)$/.exec(rest) ?? []) : ['', null, rest];
  return pattern === undefined || command === '' ? [] : [{ pattern, user, command }];
}

function filesAt(path: string): string[] {
  try {
    // cron itself reads no other names.
    const names = statSync(path).isDirectory()
      ? readdirSync(path).filter((name) => /^[\w-]+$/.test(name))
      : null;
    return names === null ? [path] : names.sort().map((name) => join(path, name));
  } catch {
    return [];
  }
}

function textOf(path: string): string {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= MAX_BYTES ? readFileSync(path, 'utf8') : '';
  } catch {
    return '';
  }
}
