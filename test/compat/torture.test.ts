import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../compat/harness/commands.ts';
import { Violation } from '../../compat/torture/bed.ts';
import { LogCheck } from '../../compat/torture/log-check.ts';
import { installed, needing } from '../needs.ts';

needing(test, installed('perl'))('a short torture ends without a violation', async () => {
  const command = join(packageRoot(), 'dist/compat/torture.cjs');
  const faults = [
    'kill-daemon',
    'kill-children',
    'upgrade',
    'flood',
    'exec-',
    'journal-void',
    'exit-at-once',
  ];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, '--seed', '20211', '--rounds', '8', '--seconds', '20', '--only', ...faults],
    { encoding: 'utf8' },
  ).catch((error: { stdout: string }) => error);
  expect(/^(?:VIOLATION .*|no violation)$/m.exec(stdout)?.[0]).toBe('no violation');
});

describe('the check of the logs', () => {
  let dir = '';
  let check: LogCheck;
  /** A run whose process has ended: no process has this pid. */
  const RUN = '9999999.1';

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'vt-check-'));
    for (const name of ['logs', 'progress', 'frail']) mkdirSync(join(dir, name));
    const path = (name: string) => join(dir, name);
    check = new LogCheck({ dir, path, seen: path });
  });

  afterEach(() => rmSync(dir, { recursive: true }));

  function log(name: string, ...numbers: number[]): void {
    const program = name.replace(/^.*\//, '').replace('.log', '');
    appendFileSync(join(dir, name), numbers.map((number) => `${program} ${RUN} ${number}\n`).join(''));
  }

  function violation(): string {
    try {
      return `no violation, but: ${check.check()}`;
    } catch (error) {
      if (error instanceof Violation) return error.message;
      throw error;
    }
  }

  test('follows a log through its rotations', () => {
    log('logs/rotating.log', 1, 2);
    expect(check.check()).toBeNull();
    log('logs/rotating.log', 3);
    renameSync(join(dir, 'logs/rotating.log'), join(dir, 'logs/rotating.log.1'));
    log('logs/rotating.log', 4, 5);
    expect(check.check()).toBeNull();
    expect(check.lines).toBe(5);
  });

  test('finds a line that is missing, doubled or out of order', () => {
    log('logs/fast.log', 1, 2, 4);
    expect(violation()).toBe(`fast:fast: lines 3 to 3 of run ${RUN} are missing`);
    log('logs/plain_0.log', 1, 2, 2);
    expect(violation()).toBe(`plain:plain_0: line 2 of run ${RUN} follows line 2`);
    log('logs/plain_1.log', 1, 2, 3, 1);
    expect(violation()).toBe(`plain:plain_1: line 1 of run ${RUN} follows line 3`);
  });

  test('finds what is not a line of the program', () => {
    appendFileSync(join(dir, 'logs/fast.log'), `fast ${RUN} 1\nfast ${RUN}\n`);
    expect(violation()).toBe(`fast:fast: its log has "fast ${RUN}"`);
  });

  test('waits for what the program has written', () => {
    writeFileSync(join(dir, `progress/fast:${RUN}`), '2\n');
    log('logs/fast.log', 1);
    expect(check.check()).toBe(`line 2 of fast (run ${RUN}) is not in its log, which is at 1`);
    log('logs/fast.log', 2);
    expect(check.check()).toBeNull();
  });

  test('allows one gap for each kill of the daemon, and counts what is missing', () => {
    check.allowLoss();
    log('logs/fast.log', 1, 5);
    expect(check.check()).toBeNull();
    expect(check.lost).toBe(3);
    log('logs/fast.log', 7);
    expect(violation()).toContain('lines 6 to 6');
  });

  test('allows gaps where faults spoil the folder, and never doubles', () => {
    log('frail/frail.log', 1, 5);
    expect(check.check()).toBeNull();
    log('frail/frail.log', 5);
    expect(violation()).toContain('line 5');
  });
});
