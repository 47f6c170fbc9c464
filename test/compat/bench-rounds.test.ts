import { expect, test } from 'vitest';
import type { Case, Effort, Subject } from '../../compat/bench/figure.ts';
import { measureRounds } from '../../compat/bench/rounds.ts';

const subjects: readonly Subject[] = [
  { name: 'ours', command: ['a'] },
  { name: 'reference', command: ['b'] },
];

const effort: Effort = {
  rounds: 3,
  programs: 1,
  boots: 1,
  restarts: 1,
  restartSeconds: 1,
  starts: 1,
  callSeconds: 1,
  idleSeconds: 1,
  events: 1,
};

/** A case that notes which side was measured, and yields one sample each time. */
function noting(turns: string[], more: Partial<Case> = {}): Case {
  return {
    name: 'some',
    setting: '',
    timeoutSeconds: 5,
    figures: [],
    run: async ({ name }) => {
      turns.push(name);
      return { x: [turns.length] };
    },
    ...more,
  };
}

function measure(chosen: Case) {
  return measureRounds([chosen], subjects, effort, () => undefined);
}

test('sides take turns, and the first one changes with the round', async () => {
  const turns: string[] = [];
  const { measured, troubles } = await measure(noting(turns));
  expect(turns).toEqual(['ours', 'reference', 'reference', 'ours', 'ours', 'reference']);
  expect(measured).toEqual({ ours: { x: [1, 4, 5] }, reference: { x: [2, 3, 6] } });
  expect(troubles).toEqual([]);
});

test('a case that takes long is measured in the first rounds only', async () => {
  const turns: string[] = [];
  await measure(noting(turns, { rounds: 1 }));
  expect(turns).toEqual(['ours', 'reference']);
});

test('a case that the reference takes too long for is measured on ours alone', async () => {
  const turns: string[] = [];
  await measure(noting(turns, { rounds: 1, isOursAlone: true }));
  expect(turns).toEqual(['ours']);
});

test('peers are measured once, and a missing one is skipped', async () => {
  const { measured, troubles } = await measure(
    noting([], { peers: { pm2: async () => ({ x: [7] }), svlogd: async () => null } }),
  );
  expect(measured.pm2).toEqual({ x: [7] });
  expect(measured.svlogd ?? {}).toEqual({});
  expect(troubles).toEqual([]);
});

test('a side that cannot be measured is reported, and the others are measured all the same', async () => {
  const run = async ({ name }: Subject) => {
    if (name === 'ours') throw new Error('it broke');
    return { x: [1] };
  };
  const { measured, troubles } = await measure(noting([], { rounds: 1, run }));
  expect(troubles).toEqual(['some, ours: it broke']);
  expect(measured).toEqual({ reference: { x: [1] } });
});

test('a measurement without an end is ended', async () => {
  const { troubles } = await measure(
    noting([], {
      rounds: 1,
      timeoutSeconds: 0.05,
      isOursAlone: true,
      run: () => new Promise(() => undefined),
    }),
  );
  expect(troubles).toEqual(['some, ours: not done within 0.05 s']);
});
