import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Client, Clients } from '../../../src/http/connections/clients.ts';

const PATIENCE_MS = 60_000;

let clients: Clients;

beforeEach(() => {
  vi.useFakeTimers();
  clients = new Clients({ patienceMs: PATIENCE_MS, limit: () => 100, onCrowd: () => {} });
});

afterEach(() => {
  clients.close();
  vi.useRealTimers();
});

function connected(standing: Partial<Client>) {
  const client = {
    isIdle: false,
    isAwaited: false,
    isBeingSent: false,
    isClosed: false,
    ...standing,
    close: () => {
      client.isClosed = true;
    },
  };
  clients.joined();
  clients.moved(client);
  return client;
}

/** What the client does in half of its time, again and again. */
function goesOn(client: Client, times: number, act: () => void = () => {}): void {
  for (let i = 0; i < times; i += 1) {
    vi.advanceTimersByTime(PATIENCE_MS / 2);
    act();
    clients.moved(client);
  }
}

test('a client that takes its answer slowly has time as long as it takes some, and no longer', () => {
  const slow = connected({ isBeingSent: true });
  goesOn(slow, 10);
  expect(slow.isClosed).toBe(false);
  vi.advanceTimersByTime(PATIENCE_MS);
  expect(slow.isClosed).toBe(true);
});

test('a client that sends its request slowly has the same time, however often it sends some', () => {
  const slow = connected({ isAwaited: true });
  goesOn(slow, 1);
  expect(slow.isClosed).toBe(false);
  goesOn(slow, 1);
  expect(slow.isClosed).toBe(true);
});

test('a client that has its answer is left alone', () => {
  const client = connected({ isBeingSent: true });
  goesOn(client, 1, () => Object.assign(client, { isBeingSent: false, isIdle: true }));
  vi.advanceTimersByTime(10 * PATIENCE_MS);
  expect(client.isClosed).toBe(false);
});
