import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MainLog } from '../../src/logs/main-log.ts';
import { StateError, StateFile } from '../../src/supervisor/state-file.ts';

let folder = '';
const warnings: string[] = [];
const log = { warn: (text: string) => warnings.push(text) } as unknown as MainLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-state-'));
  warnings.length = 0;
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function open(name = 'supervisor'): StateFile {
  return new StateFile(join(folder, 'state'), name, log);
}

describe('the state file', () => {
  test('remembers disabled processes and last runs', () => {
    const file = open();
    file.setDisabled(['web:web_0', 'job:job'], true);
    file.setDisabled(['job:job'], false);
    file.setLastRun('job:job', 1234);
    const again = open();
    expect([again.isDisabled('web:web_0'), again.isDisabled('job:job')]).toEqual([true, false]);
    expect(again.lastRunOf('job:job')).toBe(1234);
    expect(open('other').isDisabled('web:web_0')).toBe(false);
  });

  test('remembers numbers of processes, and forgets them', () => {
    const file = open();
    file.setScale('web:web', 8);
    file.setScale('api:api', 0);
    file.setScale('web:web', 3);
    expect([...open().scales]).toEqual([
      ['web:web', 3],
      ['api:api', 0],
    ]);
    open().setScale('web:web', null);
    expect([...open().scales]).toEqual([['api:api', 0]]);
    const path = join(folder, 'state/supervisor.state.json');
    writeFileSync(path, JSON.stringify({ scales: { a: -1, b: 1.5, c: '2', d: 4 } }));
    expect([...open().scales]).toEqual([['d', 4]]);
  });

  test('keeps members that this version does not know', () => {
    open().setDisabled(['a:a'], true);
    const path = join(folder, 'state/supervisor.state.json');
    writeFileSync(path, JSON.stringify({ format: 2, disabled: ['a:a'], later: { web: 8 } }));
    open().setDisabled(['b:b'], true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      format: 1,
      disabled: ['a:a', 'b:b'],
      lastRuns: {},
      scales: {},
      later: { web: 8 },
    });
  });

  test('that cannot be read is kept under another name, with a warning', () => {
    open().setDisabled(['a:a'], true);
    const path = join(folder, 'state/supervisor.state.json');
    writeFileSync(path, '{"disabled": [');
    expect(open().isDisabled('a:a')).toBe(false);
    expect(existsSync(`${path}.unreadable`)).toBe(true);
    expect(warnings).toHaveLength(1);
  });

  test('without statedir remembers nothing, and reports that', () => {
    const file = new StateFile(null, 'supervisor', log);
    expect(() => file.setDisabled(['a:a'], true)).toThrow(StateError);
    expect(file.isDisabled('a:a')).toBe(false);
    file.setLastRun('job:job', 1);
    expect(file.lastRunOf('job:job')).toBe(1);
  });

  test('that cannot be written changes nothing', () => {
    const file = new StateFile(join(folder, 'no/such/folder'), 'supervisor', log);
    expect(() => file.setDisabled(['a:a'], true)).toThrow('cannot be written');
    expect(file.isDisabled('a:a')).toBe(false);
  });
});
