/** One connection of a client, on a wire of the test. */
import { afterEach, expect, test, vi } from 'vitest';
import { Connection, type ConnectionHost } from '../../../src/http/connections/connection.ts';
import type { Wire } from '../../../src/http/connections/wire.ts';

afterEach(() => {
  vi.useRealTimers();
});

function wire(descriptor: number | null): Wire {
  return {
    descriptor,
    peer: { credentials: null, groups: [], address: null, isSecure: descriptor === null },
    unsentBytes: 0,
    read: () => 0,
    write: (_bytes, _offset, length) => length,
    watch: () => {},
    endWriting: () => {},
    close: () => {},
  };
}

const HOST: ConnectionHost = {
  delayMs: () => 0,
  answer: () => true,
  attempt: (_response, act) => act(),
  requested: () => {},
  moved: () => {},
  closed: () => {},
};

test('a client that has just connected over TLS is expected to send a request, and one that can be handed over is not', () => {
  vi.useFakeTimers();
  const [secure, plain] = [new Connection(wire(null), HOST), new Connection(wire(9), HOST)];
  expect([secure.isExpected, plain.isExpected]).toEqual([true, false]);
  vi.advanceTimersByTime(1000);
  expect(secure.isExpected).toBe(false);
});
