/**
 * A daemon from its start to its end, with a number of rounds between: a fault, and then a look at everything.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import type { Random } from '../harness/random.ts';
import { Bed, type BedKind, Violation } from './bed.ts';
import type { Fault, Torture } from './faults/fault.ts';
import { type Held, heldIn, lookAt } from './invariants.ts';
import { observe } from './observe.ts';
import { Traffic } from './traffic.ts';

export interface SessionOptions {
  readonly kind: BedKind;
  /** The daemon under torture. */
  readonly command: readonly string[];
  readonly faults: readonly Fault[];
  readonly random: Random;
  /** Whether another round begins; called before each. */
  readonly mayGoOn: () => boolean;
  /** Called after each round, with the check that passed last. */
  readonly onRound: (fault: Fault, milliseconds: number, waitedFor: string) => void;
}

export interface SessionFigures {
  rounds: number;
  /** How often the daemon was killed, and upgraded. */
  kills: number;
  upgrades: number;
  /** Lines that were read in logs, and those that are not there: see `LogCheck`. */
  lines: number;
  lost: number;
  unread: number;
  requests: number;
  events: number;
}

export interface SessionOutcome {
  readonly figures: SessionFigures;
  readonly violation: { readonly fault: string; readonly reason: string; readonly dir: string } | null;
}

/** How long everything may take to become right again, in milliseconds. */
const PATIENCE_MS = 90_000;
const LOOK_MS = 10;

export async function runSession(options: SessionOptions): Promise<SessionOutcome> {
  const bed = new Bed(options.kind, options.command);
  const traffic = new Traffic(bed);
  const figures = noFigures();
  let fault = 'the start';
  let violation: SessionOutcome['violation'] = null;
  try {
    await bed.start();
    await untilQuiet(bed, traffic, null);
    const atFirst = heldIn((await observe(bed)).descriptors);
    traffic.begin();
    while (options.mayGoOn()) {
      const chosen = options.random.pick(options.faults);
      fault = chosen.name;
      const began = performance.now();
      const upgrades = bed.upgrades();
      // The random numbers that a fault takes depend on timing; the choice of the next fault must not.
      await chosen.run(tortureOf(bed, traffic, options.random.fork(), figures));
      traffic.recover();
      bed.logs.recover();
      const waitedFor = await untilQuiet(bed, traffic, atFirst);
      bed.logs.settle();
      traffic.settle();
      figures.rounds += 1;
      figures.upgrades += Math.max(0, bed.upgrades() - upgrades);
      options.onRound(chosen, performance.now() - began, waitedFor);
    }
    fault = 'the end';
    traffic.allowLoss();
    await endOrderly(bed);
  } catch (error) {
    violation = { fault, reason: reasonOf(error), dir: bed.dir };
  }
  await traffic.stop();
  Object.assign(figures, {
    lines: bed.logs.lines,
    lost: bed.logs.lost,
    unread: bed.logs.unread,
    requests: traffic.requests,
    events: traffic.events,
  });
  await bed.end(violation !== null);
  return { figures, violation };
}

export function noFigures(): SessionFigures {
  return { rounds: 0, kills: 0, upgrades: 0, lines: 0, lost: 0, unread: 0, requests: 0, events: 0 };
}

function tortureOf(bed: Bed, traffic: Traffic, random: Random, figures: SessionFigures): Torture {
  return {
    bed,
    random,
    allowRefusals: () => traffic.allowLoss(),
    killDaemon: async () => {
      traffic.allowLoss();
      bed.logs.allowLoss();
      figures.kills += 1;
      await bed.kill();
    },
  };
}

/** Looks again and again until everything is right. @throws Violation where that takes too long */
async function untilQuiet(bed: Bed, traffic: Traffic, atFirst: Held | null): Promise<string> {
  let last = '';
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    if (!bed.isUp) throw new Violation(`the daemon has ended: ${bed.tailOf('daemon.out')}`);
    let trouble: string | null;
    try {
      trouble = await lookAt(bed, traffic, atFirst);
    } catch (error) {
      if (error instanceof Violation) throw error;
      trouble = (error as Error).message;
    }
    if (trouble === null) return last;
    last = trouble;
    if (performance.now() > endsAt) throw new Violation(trouble);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** SIGTERM: everything ends, and nothing is left. */
async function endOrderly(bed: Bed): Promise<void> {
  bed.signal('SIGTERM');
  const code = await bed.exited();
  if (code !== 0) throw new Violation(`the daemon ended with exit code ${code}`);
  for (const name of ['s.sock', 'supervisord.pid']) {
    if (existsSync(bed.path(name))) throw new Violation(`${name} is left after the end`);
  }
  const folder = bed.ownRuntimeFolder;
  const left = bed.processesLeft();
  if (left.length > 0) throw new Violation(`processes are left after the end: ${left.join(' ')}`);
  if (folder !== null && !bed.keepsDamagedJournals)
    throw new Violation(`the runtime folder ${folder} is left after the end`);
}

function reasonOf(error: unknown): string {
  if (error instanceof Violation) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
