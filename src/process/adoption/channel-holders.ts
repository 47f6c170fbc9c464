/**
 * Processes that have channels of an earlier daemon open. This finds running programs when the journal is missing
 * or does not have them.
 *
 * @module
 */
import { basename, dirname } from 'node:path';
import { pidNamespace } from '../../io/boot.ts';
import { readlinkSync } from '../../io/files.ts';
import { type ProcStat, procStatIfKnown } from '../../io/proc-stat.ts';
import { pidsIn } from '../../io/process-table.ts';

export interface ChannelHolder {
  readonly pid: number;
  readonly stat: ProcStat;
  /** What the paths of its FIFOs begin with, as in `Channels`. */
  readonly base: string;
  /** Its descriptors that are channels, by their names. */
  readonly channels: readonly { readonly name: ChannelName; readonly descriptor: number }[];
}

type ChannelName = 'stdin' | 'stdout' | 'stderr';

/** Most processes have one of these or none. */
const DESCRIPTORS = [1, 2, 0] as const;

const FIFO = /^(.*)\.(stdin|stdout|stderr)(?: \(deleted\))?$/s;

/** @param isOurs whether a runtime folder of this name belonged to an earlier daemon of ours */
export function channelHolders(isOurs: (folderName: string) => boolean): readonly ChannelHolder[] {
  const limit = Error.stackTraceLimit;
  // Most look-ups fail, and making the stacks of their errors would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    return pidsIn().flatMap((pid) => holderOf(pid, isOurs) ?? []);
  } catch {
    return [];
  } finally {
    Error.stackTraceLimit = limit;
  }
}

function holderOf(pid: number, isOurs: (folderName: string) => boolean): ChannelHolder | null {
  if (pid === process.pid) return null;
  let base: string | null = null;
  const channels: { name: ChannelName; descriptor: number }[] = [];
  for (const descriptor of DESCRIPTORS) {
    const [, path, name] = FIFO.exec(target(`/proc/${pid}/fd/${descriptor}`)) ?? [];
    if (path === undefined || !isOurs(basename(dirname(path)))) continue;
    base = path;
    channels.push({ name: name as ChannelName, descriptor });
  }
  if (base === null || target(`/proc/${pid}/ns/pid`) !== pidNamespace()) return null;
  const stat = procStatIfKnown(pid);
  return stat === null || stat.isZombie ? null : { pid, stat, base, channels };
}

/** Empty where it cannot be read. */
function target(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/**
 * Whether a daemon started the process, and not another program: it leads a process group in a session that it does
 * not lead.
 */
export function isProgram({ pid, stat }: ChannelHolder): boolean {
  return stat.group === pid && stat.session !== pid;
}
