/**
 * A whole torture: sessions one after the other, until the rounds or the time are used up.
 *
 * @module
 */
import { findLibrary } from '../harness/debian.ts';
import { findCommand } from '../harness/needs.ts';
import { createRandom, laterSeed } from '../harness/random.ts';
import { type BedKind, FAKETIME } from './bed.ts';
import type { Fault } from './faults/fault.ts';
import { noFigures, runSession, type SessionFigures, type SessionOutcome } from './session.ts';

export interface TortureOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly faults: readonly Fault[];
  readonly command: readonly string[];
  readonly print: (line: string) => void;
  /** Prints every round. */
  readonly isVerbose: boolean;
}

export interface TortureReport {
  readonly figures: SessionFigures;
  readonly byFault: ReadonlyMap<string, FaultFigures>;
  readonly seconds: number;
  readonly violation: (NonNullable<SessionOutcome['violation']> & { readonly seed: number }) | null;
}

export interface FaultFigures {
  rounds: number;
  milliseconds: number;
}

/** A session is long enough for leaks to show, and short enough for the logs to be read quickly. */
const ROUNDS_OF_SESSION = 40;

/** What a kind of bed needs that this machine does not have; null where it has everything. */
export function missingFor(kind: BedKind): string | null {
  const isRoot = process.getuid?.() === 0;
  switch (kind) {
    case 'plain':
      return null;
    case 'clock':
      return findLibrary(FAKETIME) === null ? 'libfaketime' : null;
    case 'disk':
      return isRoot && findCommand('nsenter') !== null ? null : 'root and mount namespaces';
    case 'user':
      return isRoot && findCommand('setpriv') !== null ? null : 'root, to become another user';
  }
}

export async function runTorture(options: TortureOptions): Promise<TortureReport> {
  const { seed, faults, print } = options;
  const beganAt = performance.now();
  const figures = noFigures();
  const byFault = new Map<string, FaultFigures>();
  const elapsed = (): number => (performance.now() - beganAt) / 1000;
  for (let part = 0; ; part += 1) {
    const sessionSeed = laterSeed(seed, part);
    const random = createRandom(sessionSeed);
    const kind = random.pick(kindsFor(faults));
    let left = Math.min(ROUNDS_OF_SESSION, options.rounds - figures.rounds);
    const outcome = await runSession({
      kind,
      command: options.command,
      faults: faultsFor(faults, kind),
      random,
      mayGoOn: () => left-- > 0 && elapsed() < options.seconds,
      onRound: (fault, milliseconds, waitedFor) => {
        const one = byFault.get(fault.name) ?? { rounds: 0, milliseconds: 0 };
        byFault.set(fault.name, { rounds: one.rounds + 1, milliseconds: one.milliseconds + milliseconds });
        if (options.isVerbose)
          print(
            `${kind.padEnd(6)} ${fault.name.padEnd(28)} ${Math.round(milliseconds)} ms  ${waitedFor.slice(0, 120)}`,
          );
      },
    });
    for (const name of Object.keys(figures) as (keyof SessionFigures)[])
      figures[name] += outcome.figures[name];
    const violation = outcome.violation && { ...outcome.violation, seed: sessionSeed };
    if (violation !== null || figures.rounds >= options.rounds || elapsed() >= options.seconds) {
      return { figures, byFault, seconds: elapsed(), violation };
    }
  }
}

/** The kinds of bed that the faults need and that this machine has; a fault without a kind needs the plain one. */
function kindsFor(faults: readonly Fault[]): BedKind[] {
  const asked = [...new Set(faults.flatMap(({ bed }) => bed ?? []))].filter(
    (kind) => missingFor(kind) === null,
  );
  const isAnyFree = faults.some(({ bed }) => bed === undefined);
  // Most faults need no kind: half of the sessions are plain.
  return isAnyFree ? [...asked, ...asked.map((): BedKind => 'plain'), 'plain'] : asked;
}

/** A fault that needs this kind of bed is done more often: it has fewer sessions. */
function faultsFor(faults: readonly Fault[], kind: BedKind): Fault[] {
  const own = faults.filter(({ bed }) => bed === kind);
  const free = faults.filter(({ bed }) => bed === undefined);
  return [...own, ...own, ...own, ...free];
}
