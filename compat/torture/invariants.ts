/**
 * What must be true of a daemon after every fault, once it is quiet: a row for each promise.
 *
 * A check returns the promise that does not hold yet; it is a violation after a long wait. A promise that can never
 * hold again is a violation at once.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { type Bed, Violation } from './bed.ts';
import { type Observation, observe } from './observe.ts';
import { fullName, PROGRAMS } from './programs.ts';
import type { TrafficCheck } from './traffic.ts';

export interface Invariant {
  readonly name: string;
  readonly check: (look: Look) => string | null;
}

export interface Look extends Observation {
  readonly bed: Bed;
  readonly traffic: TrafficCheck;
  /** What the daemon held when it had just been started; null while that is not known. */
  readonly atFirst: Held | null;
}

/** Descriptors by kind. */
export type Held = ReadonlyMap<string, number>;

const UP_STATES: ReadonlySet<string> = new Set(['RUNNING']);
const DOWN_STATES: ReadonlySet<string> = new Set(['STOPPED', 'EXITED', 'FATAL']);

const MOST_RESIDENT_BYTES = 250 << 20;

/**
 * What a daemon may hold beyond what it held at first: connections of our own clients that it has not closed yet, and
 * what it opens when a folder is first watched or made again.
 */
const SPARE: Readonly<Record<string, number>> = { socket: 3, file: 2, inotify: 1 };

/** A program has one FIFO and one log; the listener has two more for its stdin and stderr. */
const MORE_OF_LISTENER = 2;

export const INVARIANTS: readonly Invariant[] = [
  {
    name: 'no program runs twice',
    check: ({ bed, processes }) => {
      if (existsSync(bed.path('doubles'))) {
        throw new Violation(
          `ran twice at the same time: ${readFileSync(bed.path('doubles'), 'utf8').trim()}`,
        );
      }
      const names = processes.filter(({ isLeader }) => isLeader).flatMap(({ name }) => name ?? []);
      const double = names.find((name, at) => names.indexOf(name) !== at);
      return double === undefined ? null : `${double} runs twice`;
    },
  },
  {
    name: 'no process is forgotten',
    check: ({ info, processes }) => {
      const known = new Set(info.map(({ pid }) => pid));
      const forgotten = processes.find(({ pid, name }) => name !== null && !known.has(pid));
      return forgotten === undefined ? null : `process ${forgotten.pid} of ${forgotten.name} is in no state`;
    },
  },
  {
    name: 'every state is that of /proc',
    check: ({ info, processes }) => {
      for (const program of PROGRAMS) {
        const one = info.find(({ group, name }) => group === program.group && name === program.name);
        if (one === undefined) return `${fullName(program)} is unknown to the daemon`;
        const states = program.isUp ? UP_STATES : DOWN_STATES;
        if (!states.has(one.statename)) return `${fullName(program)} is ${one.statename} (${one.spawnerr})`;
        const running = processes.filter(({ name }) => name === program.name).map(({ pid }) => pid);
        if (running.join() !== (program.isUp ? `${one.pid}` : '')) {
          const pids = running.join() || 'none';
          return `${fullName(program)} is ${one.statename} with pid ${one.pid}, and processes that run it: ${pids}`;
        }
      }
      return null;
    },
  },
  {
    name: 'no zombie is left',
    check: ({ zombies }) => (zombies.length === 0 ? null : `zombies: ${zombies.join(' ')}`),
  },
  {
    name: 'no descriptor is left open',
    check: ({ descriptors, atFirst, info }) => {
      const running = info.filter(({ pid }) => pid > 0).length;
      for (const [kind, count] of heldIn(descriptors)) {
        const most = mostOf(kind, running, atFirst);
        if (count > most) {
          return `${count} descriptors of kind ${kind}, where ${most} are needed: ${descriptors.join(' ')}`;
        }
      }
      return null;
    },
  },
  {
    name: 'no FIFO is left',
    check: ({ runtimeFiles, info, processes }) => {
      const bases = new Set(info.filter(({ pid }) => pid > 0).map(({ group, name }) => `${group}:${name}`));
      const hasLeftBehind = processes.some(({ name }) => name === null);
      const left = runtimeFiles.filter((file) => file.includes(':') && !bases.has(baseOf(file)));
      return left.length === 0 || hasLeftBehind
        ? null
        : `FIFOs of programs that do not run: ${left.join(' ')}`;
    },
  },
  {
    name: 'every line is logged once and in order',
    check: ({ bed }) => bed.logs.check(),
  },
  {
    name: 'every event is delivered once and in order, and requests are answered',
    check: ({ traffic }) => traffic.check(),
  },
  {
    name: 'memory stays small',
    check: ({ residentBytes }) =>
      residentBytes < MOST_RESIDENT_BYTES ? null : `the daemon has ${Math.round(residentBytes / 2 ** 20)} MB`,
  },
  {
    name: 'the main log has no error of the daemon itself',
    check: ({ bed }) => {
      const found = ERRORS.exec(bed.newMainLog());
      if (found !== null) throw new Violation(`the main log has: ${found[0]}`);
      return null;
    },
  },
];

const ERRORS = /^.*(?:unexpected error|Traceback|TypeError|RangeError|ReferenceError|AssertionError).*$/m;

/** Checks everything once. Returns a promise that does not hold yet, or null. */
export async function lookAt(bed: Bed, traffic: TrafficCheck, atFirst: Held | null): Promise<string | null> {
  const look = { ...(await observe(bed)), bed, traffic, atFirst };
  // Also while something else is not right yet: backups of a log do not stay for ever.
  bed.logs.check();
  for (const { name, check } of INVARIANTS) {
    const trouble = check(look);
    if (trouble !== null) return `${name}: ${trouble}`;
  }
  return null;
}

export function heldIn(descriptors: readonly string[]): Held {
  const counts = new Map<string, number>();
  for (const target of descriptors) {
    const kind = kindOf(target);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function mostOf(kind: string, running: number, atFirst: Held | null): number {
  if (kind === 'pidfd') return running;
  if (kind === 'FIFO' || kind === 'log') return running + MORE_OF_LISTENER;
  return atFirst === null ? Number.POSITIVE_INFINITY : (atFirst.get(kind) ?? 0) + (SPARE[kind] ?? 0);
}

function kindOf(target: string): string {
  if (target.startsWith('socket:')) return 'socket';
  if (target.startsWith('anon_inode:')) return target.slice('anon_inode:'.length).replaceAll(/[[\]]/g, '');
  if (/\.std(?:in|out|err)(?: \(deleted\))?$/.test(target)) return 'FIFO';
  if (/\/(?:logs|auto|frail|disk)\//.test(target)) return 'log';
  return target.startsWith('pipe:') ? 'pipe' : 'file';
}

/** `GROUP:NAME` of the FIFO `GROUP:NAME.stdout`, or of one of an earlier run. */
function baseOf(file: string): string {
  return file.replace(/\.std(?:in|out|err)$/, '').replace(/\.\d+$/, '');
}
