import { describe, expect, test } from 'vitest';
import type { EventRecord } from '../../../src/http/api/event-record.ts';
import { EventRing, MAX_BYTES, MAX_EVENTS } from '../../../src/http/api/event-ring.ts';

const record = (id: number, bytes = 10): EventRecord => ({
  id,
  type: 'TICK_5',
  group: null,
  process: null,
  message: Buffer.alloc(bytes),
});

const all = () => true;

function idsOf(ring: EventRing, after = 0): number[] {
  const ids: number[] = [];
  for (let next = ring.after(after, all); next !== null; next = ring.after(next.id, all)) ids.push(next.id);
  return ids;
}

describe('the last events', () => {
  test('are found by the id before them', () => {
    const ring = new EventRing();
    for (const id of [2, 3, 5, 9]) ring.add(record(id));
    expect([0, 1, 2, 4, 8, 9, 10].map((id) => ring.after(id, all)?.id)).toEqual([
      2,
      2,
      3,
      5,
      9,
      undefined,
      undefined,
    ]);
    expect(ring.after(2, ({ id }) => id > 3)?.id).toBe(5);
  });

  test('are a thousand at most', () => {
    const ring = new EventRing();
    const dropped: number[] = [];
    for (let id = 1; id <= 3 * MAX_EVENTS + 7; id += 1)
      dropped.push(...ring.add(record(id)).map((old) => old.id));
    const ids = idsOf(ring);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([MAX_EVENTS, 2 * MAX_EVENTS + 8, 3 * MAX_EVENTS + 7]);
    expect(dropped).toEqual(Array.from({ length: 2 * MAX_EVENTS + 7 }, (_, index) => index + 1));
  });

  test('take a megabyte at most, but for a single larger one', () => {
    const ring = new EventRing();
    for (let id = 1; id <= 5; id += 1) ring.add(record(id, MAX_BYTES / 4));
    expect(idsOf(ring)).toEqual([2, 3, 4, 5]);
    expect(ring.add(record(6, 3 * MAX_BYTES)).map(({ id }) => id)).toEqual([2, 3, 4, 5]);
    expect(idsOf(ring)).toEqual([6]);
    ring.add(record(7));
    expect(idsOf(ring)).toEqual([7]);
  });
});
