/**
 * What is done to a daemon in a round. A fault leaves the daemon running, and repairs everything else that it has
 * damaged; the invariants check that the daemon recovers.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../../harness/random.ts';
import type { Bed, BedKind } from '../bed.ts';
import { leadersOf } from '../observe.ts';
import { fullName, PROGRAMS } from '../programs.ts';

export interface Fault {
  readonly name: string;
  readonly title: string;
  /** The kind of bed that it needs; any if left out. */
  readonly bed?: BedKind;
  readonly run: (torture: Torture) => Promise<void>;
}

/** What a fault works with. */
export interface Torture {
  readonly bed: Bed;
  readonly random: Random;
  /** Requests may fail until all is quiet again, and events may be lost. */
  allowRefusals(): void;
  /** SIGKILL for the daemon, which loses what it had read and not written. */
  killDaemon(): Promise<void>;
}

/** A random moment, in milliseconds from now. */
export function moment({ random }: Torture, mostMs: number): Promise<void> {
  return delay(random.next() * mostMs);
}

/** Ends the process, if it still runs. */
export function send(pid: number, signal: NodeJS.Signals): void {
  try {
    if (pid !== 0) process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills some of the programs, the group of each where `groups` is true; the daemon starts them again. */
export function killSome({ bed, random }: Torture, groups = false): void {
  for (const [, pid] of random.some([...leadersOf(bed)])) send(groups ? -pid : pid, 'SIGKILL');
}

/** Starts every program that should run and does not, as after a fault in which it became FATAL. */
export async function startAll({ bed }: Torture): Promise<void> {
  const info = await bed.info();
  for (const program of PROGRAMS.filter(({ isUp }) => isUp)) {
    const one = info.find(({ group, name }) => group === program.group && name === program.name);
    if (one !== undefined && one.pid === 0) await bed.attempt('startProcess', fullName(program), false);
  }
}

/** Stops what should not run. */
export async function stopExtra({ bed }: Torture): Promise<void> {
  for (const program of PROGRAMS.filter(({ isUp }) => !isUp))
    await bed.attempt('stopProcess', fullName(program));
}
