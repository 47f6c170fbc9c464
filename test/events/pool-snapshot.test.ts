import { expect, test } from 'vitest';
import type { EventPool } from '../../src/events/pool.ts';
import type { ResultHandler } from '../../src/events/result-handler.ts';
import { acceptMany, type Bed, FakeListener, OK, openPool, remote } from './pool-support.ts';

/** A pool of a later daemon, and its listener with the name. */
function handedOver(
  bed: Bed,
  name: string,
  options: Parameters<typeof openPool>[0] = {},
): { pool: EventPool; listener: FakeListener; later: Bed } {
  const { buffer, listeners } = bed.pool.snapshot;
  const later = openPool({ ...options, buffer });
  const listener = new FakeListener(name);
  later.pool.begin(listener, listeners[name]);
  listener.hear = later.pool.protocolListenerOf(listener);
  later.pool.resume(listener);
  return { pool: later.pool, listener, later };
}

test('a listener that waits for an event gets the next one of the later daemon', () => {
  const bed = openPool();
  bed.listener('a').says('READY\n');
  const { pool, listener } = handedOver(bed, 'a');
  expect(listener.sent).toEqual([]);
  pool.accept(remote('next'));
  expect(listener.sent).toHaveLength(1);
});

test('a listener that handles an event answers the later daemon, and what waits follows', () => {
  const bed = openPool();
  const before = bed.listener('a');
  before.says('READY\n');
  acceptMany(bed, 3);
  expect(before.serials).toEqual([0]);
  before.says('RESULT 2');
  const { listener } = handedOver(bed, 'a');
  expect(listener.serials).toEqual([]);
  listener.says('\nOKREADY\n');
  expect(listener.serials).toEqual([1]);
  listener.says(`${OK}READY\n`);
  expect(listener.serials).toEqual([1, 2]);
});

test('the event of a listener that ends after the hand-over goes back to the head of the buffer', () => {
  const bed = openPool();
  bed.listener('a').says('READY\n');
  acceptMany(bed, 2);
  const { pool, listener } = handedOver(bed, 'a');
  pool.end(listener);
  const other = new FakeListener('a');
  pool.begin(other);
  other.hear = pool.protocolListenerOf(other);
  other.says('READY\n');
  other.says(`${OK}READY\n`);
  expect(other.serials).toEqual([0, 1]);
});

test('events wait for a listener that does not run, and the oldest go where the buffer is smaller now', () => {
  const bed = openPool();
  acceptMany(bed, 4);
  const { listener, later } = handedOver(bed, 'a', { bufferSize: 2 });
  expect(later.log.lines.filter((line) => line.startsWith('error'))).toEqual([
    'error: pool pool event buffer overflowed, discarding event 0',
    'error: pool pool event buffer overflowed, discarding event 1',
  ]);
  listener.says('READY\n');
  listener.says(`${OK}READY\n`);
  expect(listener.serials).toEqual([2, 3]);
});

test('a listener that broke the protocol gets no event of the later daemon either', () => {
  const bed = openPool();
  bed.listener('a').says('READY\nREADY\n');
  acceptMany(bed, 1);
  const { listener } = handedOver(bed, 'a');
  listener.says('READY\n');
  expect(listener.sent).toEqual([]);
});

test('an event whose result waits for its verdict is sent again', () => {
  const undecided: ResultHandler = { judge: () => new Promise(() => {}) };
  const bed = openPool({ handler: undecided });
  const before = bed.listener('a');
  before.says('READY\n');
  acceptMany(bed, 2);
  expect(bed.pool.isQuiet).toBe(true);
  before.says(`${OK}READY\n`);
  expect(bed.pool.isQuiet).toBe(false);
  const { listener } = handedOver(bed, 'a');
  expect(listener.serials).toEqual([0]);
});
