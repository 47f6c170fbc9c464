import { closeSync } from 'node:fs';
import { expect, test } from 'vitest';
import { pipe, pipeSize } from '../../../src/native/posix.ts';
import { forgetPipe, resizePipe } from '../../../src/process/channels/pipe-allowance.ts';

const USUAL = 64 << 10;
const LARGE = 1 << 20;

/** Pipes of the usual size, whatever this user has left. */
function openPipes(count: number): { read: number; write: number }[] {
  return Array.from({ length: count }, () => pipe());
}

test('large pipes are given until the allowance is used up, and again when one is closed', () => {
  const pipes = openPipes(40);
  const sizes = pipes.map(({ read }) => resizePipe(read, USUAL, LARGE));
  expect(sizes).toEqual(pipes.map(({ read }) => pipeSize(read)));
  const given = sizes.filter((size) => size === LARGE).length;
  expect(given).toBeGreaterThan(0);
  expect(given * (LARGE - USUAL)).toBeLessThanOrEqual(32 << 20);
  expect(sizes.at(-1)).toBe(USUAL);
  forgetPipe(USUAL, LARGE);
  expect(resizePipe(pipes.at(-1)?.read ?? -1, USUAL, LARGE)).toBe(LARGE);
  for (let count = 0; count < given; count += 1) forgetPipe(USUAL, LARGE);
  for (const { read, write } of pipes) {
    closeSync(read);
    closeSync(write);
  }
});

test('a pipe that cannot have another size keeps the one that it has', () => {
  expect(resizePipe(9999, USUAL, LARGE)).toBe(USUAL);
  expect(resizePipe(9999, USUAL, USUAL)).toBe(USUAL);
});
