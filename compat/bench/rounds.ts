/**
 * Measures every case on every subject in turn, round after round.
 *
 * @module
 */
import { sweepBeds } from './bed.ts';
import type { Case, Effort, Samples, Subject, SubjectName } from './figure.ts';
import { pooled } from './statistics.ts';

export type Measured = Readonly<Partial<Record<SubjectName, Samples>>>;

export interface Outcome {
  readonly measured: Measured;
  /** Sentences about what could not be measured. */
  readonly troubles: readonly string[];
}

/**
 * Runs the rounds. Subjects take turns within a case, and the first of one round is the last of the next, so that a
 * machine that slows down or has other work meets all of them.
 */
export async function measureRounds(
  cases: readonly Case[],
  subjects: readonly Subject[],
  effort: Effort,
  say: (line: string) => void,
): Promise<Outcome> {
  const measured: Partial<Record<SubjectName, Samples>> = {};
  const troubles: string[] = [];
  const take = async (chosen: Case, name: SubjectName, run: () => Promise<Samples>) => {
    try {
      measured[name] = pooled(measured[name] ?? {}, await bounded(run(), chosen.timeoutSeconds));
    } catch (error) {
      troubles.push(`${chosen.name}, ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (let round = 1; round <= effort.rounds; round += 1) {
    const turn = round % 2 === 1 ? subjects : [...subjects].reverse();
    for (const chosen of cases) {
      const names = [...turn.map(({ name }) => name), ...(chosen.floor ? ['floor'] : [])];
      say(`round ${round} of ${effort.rounds}: ${chosen.name} (${names.join(', ')})`);
      for (const subject of turn) await take(chosen, subject.name, () => chosen.run(subject, effort));
      const { floor } = chosen;
      if (floor) await take(chosen, 'floor', () => floor(effort));
    }
  }
  return { measured, troubles };
}

/** A run that takes too long loses its processes, which ends it. */
async function bounded(run: Promise<Samples>, seconds: number): Promise<Samples> {
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
