/**
 * Programs of a supervisord that was killed and keeps no journal, as that of Python: found by the environment that
 * every supervisord gives to its programs.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { pidNamespace } from '../../io/boot.ts';
import { readlinkSync } from '../../io/files.ts';
import { type ProcStat, procStatIfKnown } from '../../io/proc-stat.ts';
import { pidsIn } from '../../io/process-table.ts';
import { fsdecode } from '../../python/fs-encoding.ts';

export interface Orphan {
  readonly pid: number;
  readonly stat: ProcStat;
  readonly groupName: string;
  readonly name: string;
  /** SUPERVISOR_SERVER_URL; null where its daemon had no server. */
  readonly serverUrl: string | null;
}

const INIT = 1;

/**
 * Reads the environment of every process that leads a group in the session of its former daemon. To be called while the
 * daemon is still root.
 *
 * @param known processes that are found otherwise
 */
export function orphans(known: ReadonlySet<number>): readonly Orphan[] {
  const limit = Error.stackTraceLimit;
  // Many look-ups fail, and making the stacks of their errors would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return pidsIn().flatMap((pid) => (known.has(pid) ? [] : (orphanOf(pid) ?? [])));
  } catch {
    return [];
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function orphanOf(pid: number): Orphan | null {
  const stat = procStatIfKnown(pid);
  if (stat === null || stat.isZombie || stat.group !== pid || stat.session === pid) return null;
  if (stat.parent === process.pid || !isReparented(stat)) return null;
  const variables = environmentOf(pid);
  const [name, groupName] = [
    variables.get('SUPERVISOR_PROCESS_NAME'),
    variables.get('SUPERVISOR_GROUP_NAME'),
  ];
  if (name === undefined || groupName === undefined || variables.get('SUPERVISOR_ENABLED') !== '1')
    return null;
  if (namespaceOf(pid) !== pidNamespace()) return null;
  return { pid, stat, groupName, name, serverUrl: variables.get('SUPERVISOR_SERVER_URL') ?? null };
}

/** A program is in the session of its daemon; init, and a subreaper, are not. */
function isReparented({ parent, session }: ProcStat): boolean {
  return parent === INIT || procStatIfKnown(parent)?.session !== session;
}

/** The environment that the process was started with; empty where it cannot be read. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  try {
    const lines = fsdecode(readFileSync(`/proc/${pid}/environ`)).split('\0');
    return new Map(lines.map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]));
  } catch {
    return new Map();
  }
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}
