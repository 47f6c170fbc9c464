import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { setAlarm, setTimeLimit } from '../../src/io/timers.ts';
import { endFakeTime, passWithoutTimers, startFakeTime } from '../fake-time.ts';

beforeEach(startFakeTime);
afterEach(endFakeTime);

test('a time limit ends after its time', () => {
  const over = vi.fn();
  setTimeLimit(5000, over);
  vi.advanceTimersByTime(4999);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledOnce();
});

test.for([
  [2000, 2000],
  [60_000, 5000],
])('a stop of %d ms adds %d ms', ([stoppedMs = 0, addedMs = 0]) => {
  const over = vi.fn();
  setTimeLimit(5000, over);
  passWithoutTimers(stoppedMs);
  vi.advanceTimersByTime(5000);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(addedMs - 1);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledOnce();
});

test('a time limit that is cancelled does not end, also after a stop', () => {
  const over = vi.fn();
  const cancel = setTimeLimit(5000, over);
  passWithoutTimers(60_000);
  vi.advanceTimersByTime(5000);
  cancel();
  vi.advanceTimersByTime(60_000);
  expect(over).not.toHaveBeenCalled();
});

test('after a stop, input that has arrived is handled before an alarm that is due', async () => {
  vi.useRealTimers();
  const folder = mkdtempSync(join(tmpdir(), 'visord-timers-'));
  const written = join(folder, 'written');
  const child = spawn('sh', ['-c', 'echo ready; read line; echo "$line"; : > "$1"', 'sh', written]);
  const stdout: NodeJS.ReadableStream = child.stdout;
  await once(stdout, 'data');
  const order: string[] = [];
  const rung = new Promise<void>((resolve) => {
    setAlarm(10, () => {
      order.push('alarm');
      resolve();
    });
  });
  stdout.once('data', () => order.push('input'));
  child.stdin.write('late\n');
  // Nothing of this process runs meanwhile, as under SIGSTOP.
  const stop = new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(stop, 0, 0, 2000);
  while (!existsSync(written)) Atomics.wait(stop, 0, 0, 10);
  await rung;
  expect(order).toEqual(['input', 'alarm']);
  rmSync(folder, { recursive: true });
});
