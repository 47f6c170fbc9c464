/** A key is one row of a table: everything else follows from it. */
import { describe, expect, test, vi } from 'vitest';
import { configurationPage } from '../../scripts/docs/configuration-page.ts';
import { configurationSchema } from '../../scripts/docs/configuration-schema.ts';
import { changedKeys } from '../../src/config/diff.ts';
import { dumpConfig } from '../../src/config/dump/dump.ts';
import { sampleConfig } from '../../src/config/sample.ts';
import type { Config, ProcessConfig } from '../../src/config/types.ts';
import { readConfig, unknownConfig, writeConfig } from '../../src/supervisor/journal/stored-config.ts';
import { errorOf, loadText } from '../config/support.ts';

vi.mock(import('../../src/config/tables/program/lifecycle.ts'), async (original) => {
  const { LIFECYCLE_OPTIONS, ...others } = await original();
  const { extension } = await import('../../src/config/tables/option.ts');
  const { integer } = await import('../../src/config/tables/values.ts');
  const fooSeconds = extension({
    field: 'foo.seconds',
    type: integer,
    default: '7',
    help: 'Seconds of foo.',
    change: 'live',
    since: '9.9.9',
  });
  return { ...others, LIFECYCLE_OPTIONS: { ...LIFECYCLE_OPTIONS, foo_seconds: fooSeconds } };
});

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
