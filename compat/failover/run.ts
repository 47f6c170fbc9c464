/**
 * The rounds of the proof: each causes a fault, and evaluates the records of the programs.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createRandom, laterSeed, type Random } from '../harness/random.ts';
import type { Fault, Round } from './faults.ts';
import { type Measured, measure } from './measure.ts';
import { bootSeconds } from './program.ts';
import { openStand, PROGRAMS, type Stand, type Times } from './stand.ts';

export interface FailoverOptions {
  readonly seed: number;
  readonly rounds: number;
  /** No round begins after this time. */
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly times: Times;
  readonly folder: string;
  print(line: string): void;
}

export interface FaultFigures {
  rounds: number;
  failovers: number;
  longestGap: number;
  overlap: number;
}

export interface FailoverReport {
  readonly byFault: ReadonlyMap<string, FaultFigures>;
  /** The longest time without a holder that is allowed, in seconds. */
  readonly limit: number;
  readonly violation: { readonly fault: string; readonly seed: number; readonly reason: string } | null;
}

/** Until all programs run on as many nodes as they may, after a start and after a fault. */
const CALM_SECONDS = 120;

export async function runFailovers(options: FailoverOptions): Promise<FailoverReport> {
  const { times, folder, print } = options;
  const limit = times.leaseSeconds + times.stopWaitSeconds + 5;
  const byFault = new Map<string, FaultFigures>();
  const endAt = performance.now() + options.seconds * 1000;
  const stand = await openStand(folder, times);
  let seed = options.seed;
  let fault = 'start';
  try {
    await stand.untilFull(CALM_SECONDS, 'after the start');
    for (let round = 0; round < options.rounds && performance.now() < endAt; round += 1) {
      seed = laterSeed(options.seed, round);
      const random = createRandom(seed);
      // Each kind in turn at first, so that a short proof has all of them.
      const chosen = options.faults[round % options.faults.length] ?? random.pick(options.faults);
      fault = chosen.name;
      const { measured, seconds } = await oneRound(stand, chosen, random, limit);
      addTo(byFault, fault, measured);
      print(
        `round ${round + 1}, ${fault}: ${seconds.toFixed(0)} s, ${measured.failovers} failovers, ` +
          `longest gap ${measured.longestGap.toFixed(2)} s, overlap ${measured.overlap.toFixed(3)} s (seed ${seed})`,
      );
      const reason = whatIsWrong(measured, limit);
      if (reason !== null) return { byFault, limit, violation: { fault, seed, reason } };
    }
    return { byFault, limit, violation: null };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { byFault, limit, violation: { fault, seed, reason } };
  } finally {
    await stand.stop();
  }
}

async function oneRound(
  stand: Stand,
  fault: Fault,
  random: Random,
  limit: number,
): Promise<{ readonly measured: Measured; readonly seconds: number }> {
  const { times } = stand;
  // A second of calm before the fault shows which nodes had the slots.
  const from = bootSeconds() - 1;
  const holders = PROGRAMS.flatMap(({ name }) => stand.holders(name));
  const round: Round = {
    stand,
    random,
    holder: random.pick(holders),
    leases: (count) => delay(count * times.leaseSeconds * 1000),
    untilTakenOver: () =>
      stand.untilFull(limit + times.leaseSeconds, `within ${limit} s after ${fault.name}`),
  };
  const exempt = await fault.run(round);
  for (const node of stand.nodes) node.startDaemon();
  await stand.untilFull(CALM_SECONDS, `after ${fault.name} was healed`);
  // What starts too late is seen as well.
  await delay(times.leaseSeconds * 500);
  const window = { from, to: bootSeconds() };
  const runs = stand.runs();
  const measured = PROGRAMS.map(({ name, count }) =>
    measure(
      runs.filter(({ program }) => program === name),
      { count, window, ...(exempt && { exempt }) },
    ),
  );
  return { measured: measured.reduce(together), seconds: window.to - window.from };
}

function together(left: Measured, right: Measured): Measured {
  return {
    overlap: left.overlap + right.overlap,
    longestGap: Math.max(left.longestGap, right.longestGap),
    failovers: left.failovers + right.failovers,
    staleTokens: left.staleTokens + right.staleTokens,
  };
}

function whatIsWrong({ overlap, longestGap, staleTokens }: Measured, limit: number): string | null {
  if (overlap > 0) return `more nodes than allowed ran a program for ${overlap.toFixed(3)} s`;
  if (longestGap > limit)
    return `a slot had no holder for ${longestGap.toFixed(2)} s; ${limit} s are allowed`;
  return staleTokens > 0 ? `${staleTokens} fencing tokens are not higher than earlier ones` : null;
}

function addTo(byFault: Map<string, FaultFigures>, name: string, measured: Measured): void {
  const figures = byFault.get(name) ?? { rounds: 0, failovers: 0, longestGap: 0, overlap: 0 };
  figures.rounds += 1;
  figures.failovers += measured.failovers;
  figures.longestGap = Math.max(figures.longestGap, measured.longestGap);
  figures.overlap += measured.overlap;
  byFault.set(name, figures);
}
