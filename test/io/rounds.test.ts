import { constants } from 'node:os';
import { test as base, expect } from 'vitest';
import { PAUSES_MS, Rounds } from '../../src/io/rounds.ts';
import { Poller, READABLE, readInto } from '../../src/native/posix.ts';

const { EAGAIN } = constants.errno;
const MB = 1 << 20;

/** Rounds that run only when the test calls them; the test waits until their time has come. */
const test = base.extend<{ rounds: Rounds; time: () => Promise<void> }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  rounds: async ({}, use) => {
    const rounds = new Rounds();
    await use(rounds);
    rounds.close();
  },
  time: async ({ rounds }, use) => {
    let wake = () => {};
    const poller = new Poller((fd) => {
      poller.remove(fd);
      wake();
    });
    await use(
      () =>
        new Promise((resolve) => {
          wake = resolve;
          poller.add(rounds.timer, READABLE);
        }),
    );
    poller.close();
  },
});

function isReadable(timer: number): boolean {
  return readInto(timer, Buffer.alloc(8)) !== -EAGAIN;
}

test('a hundred visits with the same pause are made in one round', async ({ rounds, time }) => {
  let visits = 0;
  for (let count = 0; count < 100; count += 1) {
    rounds.later(() => {
      visits += 1;
      return 0;
    }, 16);
  }
  await time();
  expect(visits).toBe(0);
  rounds.goRound();
  expect(visits).toBe(100);
});

test('visits of all pauses are made, and then nothing wakes up any more', async ({ rounds, time }) => {
  const open = new Set<number>([0, ...PAUSES_MS]);
  for (const pauseMs of open) {
    rounds.later(() => {
      open.delete(pauseMs);
      return 0;
    }, pauseMs);
  }
  while (open.size > 0) {
    await time();
    rounds.goRound();
  }
  expect(isReadable(rounds.timer)).toBe(false);
});

test('a round that has moved much lets others have their turn, and goes on where it stopped', async ({
  rounds,
  time,
}) => {
  const order: number[] = [];
  for (let index = 0; index < 6; index += 1) {
    rounds.later(() => {
      order.push(index);
      return 2 * MB;
    }, 1);
  }
  await time();
  rounds.goRound();
  expect(order).toEqual([0, 1]);
  await time();
  rounds.goRound();
  await time();
  rounds.goRound();
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
});

test('a visit that is wanted again at once comes after the others', async ({ rounds, time }) => {
  const order: string[] = [];
  const greedy = () => {
    order.push('greedy');
    rounds.later(greedy, 0);
    return 3 * MB;
  };
  rounds.later(greedy, 0);
  for (const name of ['a', 'b']) rounds.later(() => order.push(name), 0);
  for (let count = 0; count < 2; count += 1) {
    await time();
    rounds.goRound();
  }
  expect(order.slice(0, 4)).toEqual(['greedy', 'a', 'b', 'greedy']);
});

test('a visit that fails costs the others nothing', async ({ rounds, time }) => {
  const visited: string[] = [];
  rounds.later(() => visited.push('first'), 1);
  rounds.later(() => {
    throw new Error('on purpose');
  }, 1);
  rounds.later(() => visited.push('last'), 1);
  await time();
  expect(() => rounds.goRound()).toThrow('on purpose');
  await time();
  rounds.goRound();
  expect(visited).toEqual(['first', 'last']);
});
