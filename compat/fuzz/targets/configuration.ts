/**
 * Configuration files, read by the reference and by us: the same processes with the same values, or the same error.
 *
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { PROGRAM_OPTIONS } from '../../../src/config/tables/program-options.ts';
import { fieldValue, rowsOf } from '../../../src/config/tables/record.ts';
import { ConfigError, type ProcessConfig } from '../../../src/config/types.ts';
import { PYTHON } from '../../harness/debian.ts';
import { baseEnvironment, runCommand } from '../../harness/processes.ts';
import type { Random } from '../../harness/random.ts';
import type { ConfigCase } from '../../scenarios/configuration-files/case.ts';
import { DIALECT_CASES } from '../../scenarios/configuration-files/dialect.ts';
import { EXPANSION_CASES } from '../../scenarios/configuration-files/expansion.ts';
import { GROUP_CASES, SECTION_CASES } from '../../scenarios/configuration-files/sections.ts';
import { VALUE_CASES } from '../../scenarios/configuration-files/values.ts';
import { Failure, type Fuzz, type Target } from '../fuzz.ts';
import { isKnownDifference } from '../known-differences.ts';
import { amplified, mutated } from '../mutate.ts';
import { openReferenceReader, type ReferenceReading } from '../reference-reader.ts';

type Reading = { readonly error: string } | { readonly processes: Readonly<Record<string, Fields>> };
type Fields = Readonly<Record<string, unknown>>;

/** The reference's own keys of a program whose values are compared. */
const KEYS = rowsOf(PROGRAM_OPTIONS).filter(
  ({ key, row, head }) => !row.isExtension && head !== null && key !== 'process_name',
);

/** The attribute of the reference that has the value of a key, where it is not named after it. */
const ATTRIBUTES: Readonly<Record<string, string>> = { user: 'uid' };

const CORPUS = [
  ...DIALECT_CASES,
  ...EXPANSION_CASES,
  ...SECTION_CASES,
  ...GROUP_CASES,
  ...VALUE_CASES,
].flatMap(({ main, files, flags, environment }: ConfigCase) =>
  typeof main === 'string' && files === undefined && flags === undefined && environment === undefined
    ? [main]
    : [],
);

export const configuration: Target = {
  name: 'configuration',
  title: 'configuration files, against the reference’s own reader',
  run: async (fuzz) => {
    const dir = mkdtempSync(join(tmpdir(), 'vf-'));
    mkdirSync(join(dir, 'a'));
    const probe = await runCommand([PYTHON, '-c', 'import supervisor.options'], dir);
    const reference =
      probe.code === 0
        ? openReferenceReader(
            PYTHON,
            dir,
            KEYS.map(({ key }) => attributeOf(key)),
          )
        : null;
    const file = join(dir, 'main.conf');
    try {
      while (fuzz.mayGoOn()) {
        const input = nextInput(fuzz.random).replaceAll('@DIR@', dir);
        writeFileSync(file, input);
        const ours = fuzz.trial(input, () => read(dir, file));
        if (reference === null || input.length > 50_000) {
          fuzz.saw(`${'error' in ours ? 'refused' : 'read'}, not compared`);
          continue;
        }
        compare(fuzz, input, ours, await reference.read(file));
      }
    } finally {
      reference?.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

function nextInput(random: Random): string {
  const base = random.pick(CORPUS);
  if (random.chance(0.03)) return amplified(random, base);
  // Whole sections of others, lines of others, or a change of bytes.
  if (random.chance(0.3)) return withLines(random, base);
  return mutated(random, base, CORPUS);
}

function withLines(random: Random, text: string): string {
  const lines = text.split('\n');
  const others = random.pick(CORPUS).split('\n');
  for (let count = random.integer(1, 4); count > 0; count -= 1) {
    lines.splice(random.integer(0, lines.length), random.integer(0, 1), random.pick(others));
  }
  return lines.join('\n');
}

function read(dir: string, file: string): Reading {
  try {
    const config = loadConfig({ file, environment: baseEnvironment(dir) });
    const processes: Record<string, Fields> = {};
    for (const group of config.groups) {
      for (const process of group.processes) {
        processes[`${group.name}:${process.name}`] = {
          ...fieldsOf(process),
          'group priority': group.priority,
        };
      }
    }
    return { processes };
  } catch (error) {
    if (error instanceof ConfigError) return { error: error.message };
    throw new Failure(`another error: ${error instanceof Error ? error.stack : String(error)}`);
  }
}

function fieldsOf(process: ProcessConfig): Fields {
  return Object.fromEntries(
    KEYS.map((row) => [attributeOf(row.key), plain(row.key, fieldValue(process, row), process)]),
  );
}

function attributeOf(key: string): string {
  return ATTRIBUTES[key] ?? key;
}

/** As in the reference. */
function plain(key: string, value: unknown, process: ProcessConfig): unknown {
  switch (key) {
    case 'stopsignal':
      return process.stopSignal;
    case 'autorestart':
      return value === 'always' ? true : value === 'never' ? false : value;
    case 'stdout_logfile':
    case 'stderr_logfile': {
      const log = value as { readonly kind: string; readonly path?: string };
      if (key === 'stderr_logfile' && process.redirectStderr) return null;
      return log.kind === 'file' ? log.path : log.kind === 'auto' ? 'AUTO' : null;
    }
    default:
      return value instanceof Set ? [...value] : value;
  }
}

function compare(fuzz: Fuzz, input: string, ours: Reading, reference: ReferenceReading): void {
  if ('crash' in reference) {
    fuzz.saw('the reference fails');
    return;
  }
  const difference = differenceOf(ours, reference);
  if (difference === null) {
    fuzz.saw('error' in ours ? 'the same error' : 'the same processes');
  } else if (isKnownDifference(input, difference)) {
    fuzz.saw('a known difference');
  } else {
    throw new Failure(difference);
  }
}

function differenceOf(ours: Reading, reference: Exclude<ReferenceReading, { crash: string }>): string | null {
  if ('error' in ours || 'error' in reference) {
    const [mine, other] = [ours, reference].map((reading) =>
      'error' in reading ? reading.error : 'no error',
    );
    return mine === other ? null : `ours: ${mine}; reference: ${other}`;
  }
  const names = Object.keys(reference.processes).sort();
  if (Object.keys(ours.processes).sort().join() !== names.join()) {
    return `ours: processes ${Object.keys(ours.processes).sort().join()}; reference: ${names.join()}`;
  }
  for (const name of names) {
    for (const [field, value] of Object.entries(reference.processes[name] ?? {})) {
      const mine = ours.processes[name]?.[field];
      if (canonical(mine) !== canonical(value)) {
        return `${name} ${field}: ours ${canonical(mine)}; reference ${canonical(value)}`;
      }
    }
  }
  return null;
}

/** Members in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  );
}
