import { expect, test } from 'vitest';
import type { Process } from '../../src/process/process.ts';
import { type Autostart, autostart } from '../../src/supervisor/autostart.ts';

/** A slice ends after as many programs and as many milliseconds. */
const SLICE = { programs: 50, ms: 20 };

type Turn = ((process: Process) => void) | null;

/** Processes that are started by a note of their number, each in the time given. */
function fakes(count: number, ms = 0) {
  const started: number[] = [];
  const turns: Turn[] = Array.from({ length: count }, () => null);
  const processes = turns.map((_, at) => ({
    autostart: () => {
      started.push(at);
      for (const end = performance.now() + ms; performance.now() < end; );
    },
    awaitTurn: (start: Turn) => {
      turns[at] = start;
    },
  })) as unknown as Process[];
  const isWanted = (process: Process) => !started.includes(processes.indexOf(process));
  const start = (options: Omit<Autostart, 'processes' | 'isWanted'>) =>
    autostart({ ...options, processes, isWanted });
  return { started, turns, processes, start };
}

test('those that are added start at once', () => {
  const { started, start } = fakes(3);
  start({ isAtOnce: true });
  expect(started).toEqual([0, 1, 2]);
});

test('the programs of a start wait for their turn, and each starts once', async () => {
  const { started, turns, processes, start } = fakes(3);
  const all = new Promise<void>((done) => start({ isAtOnce: false, done }));
  const [, second] = processes;
  if (second !== undefined) turns[1]?.(second);
  expect(started).toEqual([1]);
  await all;
  expect(started).toEqual([1, 0, 2]);
  expect(turns).toEqual([null, null, null]);
});

test('those that a slice has not started wait for their turn', async () => {
  const { started, turns, start } = fakes(SLICE.programs + 1, SLICE.ms / SLICE.programs + 0.1);
  const all = new Promise<void>((done) => start({ isAtOnce: true, done }));
  expect([started.length, turns.filter(Boolean).length]).toEqual([SLICE.programs, 1]);
  await all;
  expect([started.length, turns.filter(Boolean).length]).toEqual([SLICE.programs + 1, 0]);
});
