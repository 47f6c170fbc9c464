/**
 * The journal: whatever the file contains, the reader returns the readable records and the damaged ones, and never fails.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalContents, parseJournal } from '../../../src/supervisor/journal/read-journal.ts';
import { packageRoot } from '../../harness/commands.ts';
import { Failure, type Target } from '../fuzz.ts';
import { amplified, mutated } from '../mutate.ts';

export const journal: Target = {
  name: 'journal',
  title: 'the journal of a killed daemon',
  run: async (fuzz) => {
    const corpus = goldenJournals();
    while (fuzz.mayGoOn()) {
      const { random } = fuzz;
      const base = random.pick(corpus);
      const text = random.chance(0.1) ? amplified(random, base) : mutated(random, base, corpus);
      const reading = fuzz.trial(text, () => attempt(text));
      fuzz.saw(reading.kind);
      if (reading.kind === 'read') check(reading.contents);
    }
  },
};

/** Those of every version that wrote one. */
function goldenJournals(): string[] {
  const folder = join(packageRoot(), 'test/golden');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.journal'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

function attempt(text: string): ReturnType<typeof parseJournal> {
  try {
    return parseJournal(text);
  } catch (error) {
    throw new Failure(`the reader fails: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

/** Adoption relies on these. */
function check({ records }: JournalContents): void {
  for (const { groupName, config, machine, startTicks, base } of records) {
    const isSound =
      typeof groupName === 'string' &&
      typeof config.name === 'string' &&
      typeof config.command === 'string' &&
      typeof machine.state.name === 'string' &&
      (startTicks === null || Number.isFinite(startTicks)) &&
      (base === null || typeof base === 'string');
    if (!isSound)
      throw new Failure(
        `a record has fields of other types: ${JSON.stringify({ groupName, config, machine })}`,
      );
  }
}
