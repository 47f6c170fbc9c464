import { describe, expect, test } from 'vitest';
import { acceptMany, beginLife, OK, openPool } from './pool-support.ts';

describe('a listener that dies', () => {
  test('while it has an event gives it back to the head of the buffer', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 2);
    a.says('READY\n');
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    a.says(`${OK}READY\n`);
    expect(a.serials).toEqual([0, 0, 1]);
  });

  test('between events loses no event', () => {
    const bed = openPool();
    const a = bed.listener('a');
    acceptMany(bed, 2);
    a.says('READY\n');
    a.says(OK);
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    expect(a.serials).toEqual([0, 1]);
  });

  test('is not read from processes that it left behind', () => {
    const bed = openPool();
    const a = bed.listener('a');
    const ghost = a.hear;
    bed.pool.end(a);
    beginLife(bed.pool, a);
    ghost(Buffer.from('rubbish\n'));
    a.says('READY\n');
    acceptMany(bed, 1);
    expect(a.serials).toEqual([0]);
  });

  test('in the middle of a word begins anew with its next process', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('READ');
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    acceptMany(bed, 1);
    expect(a.serials).toEqual([0]);
  });
});

describe('a listener that cannot be written to', () => {
  test('keeps its state, and the next one gets the event', () => {
    const bed = openPool();
    const a = bed.listener('a');
    const b = bed.listener('b');
    a.isDeaf = true;
    a.says('READY\n');
    b.says('READY\n');
    acceptMany(bed, 1);
    expect(b.serials).toEqual([0]);
    expect(bed.log.lines).toContain(
      'debug: epipe occurred while sending event 0 to listener a, listener state unchanged',
    );
  });

  test('loses no event', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.isDeaf = true;
    a.says('READY\n');
    acceptMany(bed, 2);
    a.isDeaf = false;
    bed.pool.dispatch();
    expect(a.serials).toEqual([0]);
  });

  test('because of anything but its end is an error of the daemon', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.writeStdin = () => {
      throw new TypeError('a bug');
    };
    a.says('READY\n');
    expect(() => acceptMany(bed, 1)).toThrow('a bug');
  });
});

describe('a listener that breaks the protocol', () => {
  test('is reported in the main log, gets nothing more, and its event goes to another', () => {
    const bed = openPool();
    const a = bed.listener('a');
    const b = bed.listener('b');
    a.says('READY\n');
    acceptMany(bed, 1);
    b.says('READY\n');
    a.says('what?\n');
    acceptMany(bed, 1);
    expect(a.serials).toEqual([0]);
    expect(b.serials).toEqual([0]);
    expect(bed.log.lines).toContain("warn: a: bad result line: 'what?'");
    expect(bed.log.lines).toContain('debug: a: BUSY -> UNKNOWN');
    expect(bed.log.lines).toContain(
      'warn: a: has entered the UNKNOWN state and will no longer receive events, this usually indicates the process violated the eventlistener protocol',
    );
  });

  test('with bytes that are not text is quoted as by the reference', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('READY\n');
    acceptMany(bed, 1);
    a.hear(Buffer.from([0xff, 0x41, 0x0a]));
    expect(bed.log.lines).toContain("warn: a: bad result line: 'Undecodable: b'\\xffA''");
  });

  test('is trusted again with its next process', () => {
    const bed = openPool();
    const a = bed.listener('a');
    a.says('rubbish\n');
    bed.pool.end(a);
    beginLife(bed.pool, a);
    a.says('READY\n');
    acceptMany(bed, 1);
    expect(a.serials).toEqual([0]);
  });
});
