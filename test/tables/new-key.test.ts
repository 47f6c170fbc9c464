/** A key is one row of a table: everything else follows from it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import type { Config, ProcessConfig } from '../../src/config/types.ts';

/** The other tests of this process have the modules as they are: these are others. */
const NEW_ROW: Plugin = {
  name: 'a new row',
  setup: (building) => {
    building.onResolve({ filter: /^\.\/program\/lifecycle\.ts$/ }, () => ({
      path: join(import.meta.dirname, 'new-key-options.ts'),
    }));
  },
};

// Inside of the project, where packages and the addon are found.
mkdirSync('node_modules/.cache', { recursive: true });
const folder = mkdtempSync(resolve('node_modules/.cache/new-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

const outfile = join(folder, 'modules.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'new-key-modules.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  define: { BUILT_VERSION: '"9.9.9"' },
  plugins: [NEW_ROW],
});
const {
  changedKeys,
  configurationPage,
  configurationSchema,
  dumpConfig,
  errorOf,
  loadText,
  readConfig,
  sampleConfig,
  unknownConfig,
  writeConfig,
} = (await import(outfile)) as typeof import('./new-key-modules.ts');

function load(lines: string, daemon = ''): Config {
  return loadText(`[supervisord]\n${daemon}\n[program:x]\ncommand=/bin/cat\n${lines}\n`);
}

function processOf(config: Config): ProcessConfig {
  const process = config.groups[0]?.processes[0];
  if (process === undefined) {
    throw new Error('no process');
  }
  return process;
}

describe('a row that is added to a table', () => {
  test('is read, with its default where the key is missing', () => {
    expect(processOf(load('foo_seconds=%(process_num)d3'))).toMatchObject({ foo: { seconds: 3 } });
    expect(processOf(load(''))).toMatchObject({ foo: { seconds: 7 } });
    expect(processOf(load('foo_seconds=3', 'extensions=off'))).toMatchObject({ foo: { seconds: 7 } });
  });

  test('reports a wrong value', () => {
    expect(errorOf(() => load('foo_seconds=x'))).toBe(
      "invalid literal for int() with base 10: 'x' in section 'program:x' (file: 'FILE')",
    );
  });

  test('is named among the extensions in use', () => {
    expect(load('foo_seconds=3').messages.info.at(-1)).toMatch(
      /^extensions in use: foo_seconds in .*main\.conf$/,
    );
  });

  test('is in the dump, which reads back', () => {
    const config = load('foo_seconds=3');
    expect(dumpConfig(config)).toContain('\nfoo_seconds=3\n');
    expect(loadText(dumpConfig(config)).groups).toEqual(config.groups);
  });

  test('is compared', () => {
    expect(changedKeys(processOf(load('')), processOf(load('foo_seconds=3')))).toEqual([
      { key: 'foo_seconds', change: 'live' },
    ]);
    expect(changedKeys(processOf(load('')), processOf(load('foo_seconds=7')))).toEqual([]);
  });

  test('is in the record of a process, and has its default in a record without it', () => {
    const record = JSON.parse(JSON.stringify(writeConfig(processOf(load('foo_seconds=3'))))) as Record<
      string,
      unknown
    >;
    expect(record.keys).toEqual({ foo_seconds: '3' });
    expect(readConfig(record)).toEqual(processOf(load('foo_seconds=3')));
    expect(readConfig({ ...record, keys: {} })).toEqual(processOf(load('')));
    expect(unknownConfig({ ...record, keys: { bar_seconds: '4' } })).toEqual({ keys: { bar_seconds: '4' } });
  });

  test('is in the sample file, the schema and the reference page', () => {
    expect(sampleConfig()).toContain('\n;foo_seconds=7                 ; Seconds of foo (default 7)\n');
    const schema = JSON.parse(configurationSchema()) as {
      patternProperties: Record<string, { properties: Record<string, unknown> }>;
    };
    expect(schema.patternProperties['^program:']?.properties.foo_seconds).toMatchObject({
      description: 'Seconds of foo. (visord 9.9.9)',
      type: ['integer', 'string'],
      default: '7',
    });
    expect(configurationPage()).toContain(
      '| `foo_seconds` (visord 9.9.9) | integer | `7` | live | Seconds of foo. |',
    );
  });
});
