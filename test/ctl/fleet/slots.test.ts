/** The limit on how many nodes are asked at once. */
import { expect, it } from 'vitest';
import { openSlots } from '../../../src/ctl/fleet/slots.ts';

it('begins work in the order of the calls, and no more at once than the limit', async () => {
  const inSlot = openSlots(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [1, 2, 3, 4].map((number) =>
    inSlot(() => {
      begun.push(number);
      return new Promise<number>((resolve) => ends.push(() => resolve(number)));
    }),
  );
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  expect(await all[1]).toBe(2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  ends[2]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([1, 2, 3, 4]);
  ends[3]?.();
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4]);
});

it('is free again after work that fails', async () => {
  const inSlot = openSlots(1);
  await expect(inSlot(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
  expect(await inSlot(() => Promise.resolve('next'))).toBe('next');
});
