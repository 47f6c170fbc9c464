import { describe, expect, test } from 'vitest';
import type { SupervisorEvent } from '../../src/events/event.ts';
import { ResultRejected, resultHandlerOf } from '../../src/events/result-handler.ts';
import { acceptMany, beginLife, OK, openPool } from './pool-support.ts';

/** Lets settled promises run their callbacks. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await Promise.resolve();
  }
}

describe('a result handler of the user', () => {
  const answeredBy = (handle: (event: SupervisorEvent, result: Buffer) => unknown) => {
    const bed = openPool({ handler: resultHandlerOf(async () => handle) });
    const a = bed.listener('a');
    a.says('READY\n');
    acceptMany(bed, 2);
    return { bed, a };
  };

  test('gets the event and the answer, and an event that it accepts is done', async () => {
    const given: unknown[] = [];
    const { bed, a } = answeredBy((event, result) => given.push([event.payload, result.toString()]));
    a.says('RESULT 5\nmaybe');
    await settled();
    a.says('READY\n');
    expect(given).toEqual([['event 0', 'maybe']]);
    expect(a.serials).toEqual([0, 1]);
    expect(bed.log.lines).toContain('debug: a: event was processed');
  });

  test('that takes its time keeps what the listener writes meanwhile', async () => {
    let decide: () => void = () => {};
    const { a } = answeredBy(() => new Promise<void>((resolve) => (decide = resolve)));
    a.says(`${OK}READY\n`);
    await settled();
    expect(a.serials).toEqual([0]);
    decide();
    await settled();
    expect(a.serials).toEqual([0, 1]);
  });

  test.each(['RejectEvent', 'ResultRejected'])(
    'that throws a %s has the event offered again',
    async (name) => {
      const { bed, a } = answeredBy(() => {
        throw Object.assign(new Error('not now'), { name });
      });
      a.says(`${OK}READY\n`);
      await settled();
      expect(a.serials).toEqual([0, 0]);
      expect(bed.log.lines).toContain('warn: a: event was rejected');
    },
  );

  test.each([
    ['throws', () => JSON.parse('{')],
    ['rejects', () => Promise.reject(new Error('no database'))],
    ['rejects with nothing', () => Promise.reject()],
  ])('that %s leaves the listener UNKNOWN and the event to others', async (_how, handle) => {
    const { bed, a } = answeredBy(handle);
    const b = bed.listener('b');
    a.says(`${OK}READY\n`);
    await settled();
    b.says('READY\n');
    expect(a.serials).toEqual([0]);
    expect(b.serials).toEqual([0]);
    expect(bed.log.lines).toContain('warn: a: event caused an error');
    expect(bed.log.lines).toContain('debug: a: BUSY -> UNKNOWN');
    expect(bed.log.lines.some((line) => line.startsWith('error: a: the result_handler failed: '))).toBe(true);
  });

  test('that never ends costs the pool one listener, however much that one writes', async () => {
    const { bed, a } = answeredBy(() => new Promise(() => {}));
    const b = bed.listener('b');
    b.says('READY\n');
    for (let index = 0; index < 100; index += 1) {
      a.says(`${OK}READY\n`.repeat(100));
    }
    await settled();
    expect(a.serials).toEqual([0]);
    expect(b.serials).toEqual([1]);
  });

  test('that refuses after the listener has died has the event offered again', async () => {
    let refuse: (error: Error) => void = () => {};
    const { bed, a } = answeredBy(() => new Promise((_resolve, reject) => (refuse = reject)));
    a.says(OK);
    await settled();
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    expect(a.serials).toEqual([0, 1]);
    refuse(new ResultRejected('too late'));
    await settled();
    const b = bed.listener('b');
    b.says('READY\n');
    expect(b.serials).toEqual([0]);
  });

  test('that cannot be loaded leaves the listener UNKNOWN', async () => {
    const bed = openPool({ handler: resultHandlerOf(() => Promise.reject(new Error('no such module'))) });
    const a = bed.listener('a');
    a.says('READY\n');
    acceptMany(bed, 1);
    a.says(OK);
    await settled();
    expect(bed.log.lines).toContain('error: a: the result_handler failed: no such module');
  });
});
