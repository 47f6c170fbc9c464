import { describe, expect, test } from 'vitest';
import { tickEvent } from '../../src/events/event.ts';
import { acceptMany, beginLife, FAIL, type FakeListener, OK, openPool, remote } from './pool-support.ts';

describe('an envelope', () => {
  test('names the daemon, the pool and both serials', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('READY\n');
    bed.pool.accept(tickEvent(5, 1_700_000_000));
    expect(a.sent).toEqual([
      'ver:3.0 server:here serial:0 pool:pool poolserial:0 eventname:TICK_5 len:15\nwhen:1700000000',
    ]);
  });

  test.each([
    ['pear', 4],
    ['päron', 5],
    ['日本', 2],
    ['🙂🙂\n', 3],
    ['', 0],
  ])('of %j counts characters, not bytes', (payload, length) => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('READY\n');
    bed.pool.accept(remote(payload));
    expect(a.sent[0]).toMatch(new RegExp(` len:${length}\\n`));
    expect(a.sent[0]?.endsWith(`\n${payload}`)).toBe(true);
  });

  test('has one serial for the event in all pools, and one of its own pool', () => {
    const first = openPool();
    const second = openPool({ with: first });
    const a = first.listener('a');
    const b = second.listener('b');
    const shared = remote('for both');
    first.pool.accept(remote('for the first'));
    first.pool.accept(shared);
    second.pool.accept(shared);
    second.pool.accept(remote('for the second'));
    for (const listener of [a, b]) {
      listener.says('READY\n');
      listener.says(`${OK}READY\n`);
    }
    const numbers = (listener: FakeListener) =>
      listener.sent.map((text) => /serial:\d+ pool:pool poolserial:\d+/.exec(text)?.[0]);
    expect(numbers(a)).toEqual(['serial:0 pool:pool poolserial:0', 'serial:1 pool:pool poolserial:1']);
    expect(numbers(b)).toEqual(['serial:1 pool:pool poolserial:0', 'serial:2 pool:pool poolserial:1']);
  });
});

describe('order', () => {
  test('events wait until the listener is ready, and come one by one', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 3);
    expect(a.sent).toEqual([]);
    a.says('READY\n');
    expect(a.serials).toEqual([0]);
    a.says(OK);
    expect(a.serials).toEqual([0]);
    a.says('READY\n');
    expect(a.serials).toEqual([0, 1]);
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([0, 1, 2]);
  });

  test('a listener that answers before it is asked breaks the protocol', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 3);
    a.says('READY\n');
    a.says(`${OK}READY\n${OK}READY\n`);
    expect(a.serials).toEqual([0]);
    expect(bed.log.lines).toContain('debug: a: READY -> UNKNOWN');
  });

  test('a listener that answers and is ready in one write gets the next at once', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 3);
    a.says('READY\n');
    a.says(`${OK}READY\n`);
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([0, 1, 2]);
  });

  test('the first listener of the pool that is ready gets the event, also after it was started again', () => {
    const bed = openPool();
    const a = bed.listener('a');
    const b = bed.listener('b');
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    b.says('READY\n');
    acceptMany(bed, 3);
    expect([a.serials, b.serials]).toEqual([[0], [1]]);
    b.says(`${OK}READY\n`);
    expect([a.serials, b.serials]).toEqual([[0], [1, 2]]);
  });

  test('a listener that is ready before it is RUNNING gets nothing before', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.state = 'STARTING';
    acceptMany(bed, 1);
    a.says('READY\n');
    expect(a.sent).toEqual([]);
    a.state = 'RUNNING';
    bed.pool.dispatch();
    expect(a.serials).toEqual([0]);
  });
});

describe('a full buffer', () => {
  test('drops the oldest event and reports it', () => {
    const bed = openPool({ bufferSize: 2 });
    acceptMany(bed, 4);
    expect(bed.log.lines).toEqual([
      'error: pool pool event buffer overflowed, discarding event 0',
      'error: pool pool event buffer overflowed, discarding event 1',
    ]);
    const a = bed.listener('a');
    a.says('READY\n');
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([2, 3]);
  });

  test('also has no room for an event that comes back: the oldest that waits makes it', () => {
    const bed = openPool({ bufferSize: 2 });
    const a = bed.listener('a');
    a.says('READY\n');
    acceptMany(bed, 3);
    a.says(FAIL);
    expect(bed.log.lines.slice(-2)).toEqual([
      'debug: rebuffering event 0 for pool pool (buf size=2, max=2)',
      'error: pool pool event buffer overflowed, discarding event 1',
    ]);
    a.says('READY\n');
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([0, 0, 2]);
  });

  test('survives a thousand events without a ready listener', () => {
    const bed = openPool({ bufferSize: 10 });
    acceptMany(bed, 1000);
    const a = bed.listener('a');
    a.says('READY\n');
    for (let index = 0; index < 9; index += 1) {
      a.says(`${OK}READY\n`);
    }
    expect(a.serials).toEqual([990, 991, 992, 993, 994, 995, 996, 997, 998, 999]);
    expect(bed.log.lines.filter((line) => line.includes('overflowed'))).toHaveLength(990);
  });
});

describe('an event that is refused', () => {
  test('is offered again before all others, with the same serials', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 2);
    a.says('READY\n');
    a.says(`${FAIL}READY\n`);
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([0, 0, 1]);
    expect(a.sent[1]).toBe(a.sent[0]);
    expect(bed.log.lines).toContain('warn: a: event was rejected');
    expect(bed.log.lines).toContain('debug: a: event was processed');
  });

  test('goes back to its own pool only', () => {
    const first = openPool();
    const second = openPool({ with: first });
    const a = first.listener('a');
    const b = second.listener('b');
    const shared = remote('for both');
    first.pool.accept(shared);
    second.pool.accept(shared);
    a.says('READY\n');
    b.says('READY\n');
    a.says(FAIL);
    b.says(`${OK}READY\n`);
    expect(b.serials).toEqual([0]);
    a.says('READY\n');
    expect(a.serials).toEqual([0, 0]);
  });

  test('is taken by another listener that is ready', () => {
    const bed = openPool();
    const a = bed.listener('a');
    const b = bed.listener('b');
    a.says('READY\n');
    acceptMany(bed, 1);
    b.says('READY\n');
    a.says(FAIL);
    expect(b.serials).toEqual([0]);
  });

  test.each(['ok', 'OK\n', '', 'Okay', 'FAIL'])('is every one that is answered with %j', (result) => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('READY\n');
    acceptMany(bed, 1);
    a.says(`RESULT ${result.length}\n${result}`);
    expect(bed.log.lines).toContain('warn: a: event was rejected');
  });
});

test('a pool reports its buffer, what it had to discard, and what each listener does', () => {
  const bed = openPool({ bufferSize: 2 });
  const [a, b] = [bed.listener('a'), bed.listener('b')];
  a.says('READY\n');
  acceptMany(bed, 4);
  b.says('nonsense\n');
  expect(bed.pool.report()).toMatchObject({ name: 'pool', bufferSize: 2, buffered: 2, discarded: 1 });
  const listeners = [...bed.pool.report().listeners].map(([name, { state, event }]) => [
    name,
    state,
    event?.event.type ?? null,
  ]);
  expect(listeners).toEqual([
    ['a', 'BUSY', 'REMOTE_COMMUNICATION'],
    ['b', 'UNKNOWN', null],
  ]);
});
