/**
 * Measures every case on every subject in turn, round after round.
 *
 * @module
 */
import { sweepBeds } from './bed.ts';
import {
  type Case,
  type Effort,
  PEERS,
  type PeerName,
  type Samples,
  type Subject,
  type SubjectName,
} from './figure.ts';
import { pooled } from './statistics.ts';

export type Measured = Readonly<Partial<Record<SubjectName, Samples>>>;

export interface Outcome {
  readonly measured: Measured;
  /** Sentences about measurements that failed. */
  readonly troubles: readonly string[];
}

/**
 * Runs the rounds. Subjects take turns within a case, and the first of one round is the last of the next, so that a
 * machine that slows down or has other work affects all of them.
 */
export async function measureRounds(
  cases: readonly Case[],
  subjects: readonly Subject[],
  effort: Effort,
  say: (line: string) => void,
): Promise<Outcome> {
  const measured: Partial<Record<SubjectName, Samples>> = {};
  const troubles: string[] = [];
  const take = async (chosen: Case, name: SubjectName, run: () => Promise<Samples | null>) => {
    try {
      measured[name] = pooled(measured[name] ?? {}, (await bounded(run(), chosen.timeoutSeconds)) ?? {});
    } catch (error) {
      troubles.push(`${chosen.name}, ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (let round = 1; round <= effort.rounds; round += 1) {
    for (const chosen of cases.filter(({ rounds = round }) => round <= rounds)) {
      const sides = chosen.isOursAlone ? subjects.filter(({ name }) => name === 'ours') : subjects;
      const turn = round % 2 === 1 ? sides : [...sides].reverse();
      const { floor } = chosen;
      const peers = round === 1 ? peersOf(chosen) : [];
      const names = [...turn, ...(floor ? [{ name: 'floor' }] : []), ...peers].map(({ name }) => name);
      say(`round ${round} of ${effort.rounds}: ${chosen.name} (${names.join(', ')})`);
      const start = performance.now();
      for (const subject of turn) await take(chosen, subject.name, () => chosen.run(subject, effort));
      if (floor) await take(chosen, 'floor', () => floor(effort));
      for (const { name, run } of peers) await take(chosen, name, () => run(effort));
      say(`  ${Math.round((performance.now() - start) / 1000)} s`);
    }
  }
  return { measured, troubles };
}

interface Peer {
  readonly name: PeerName;
  run(effort: Effort): Promise<Samples | null>;
}

function peersOf({ peers = {} }: Case): Peer[] {
  return PEERS.flatMap((name) => {
    const run = peers[name];
    return run ? [{ name, run }] : [];
  });
}

/** Kills the processes of a run that takes too long, which ends it. */
async function bounded(run: Promise<Samples | null>, seconds: number): Promise<Samples | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      sweepBeds();
      reject(new Error(`not done within ${seconds} s`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([run, limit]);
  } finally {
    clearTimeout(timer);
  }
}
