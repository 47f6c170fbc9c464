import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Clients } from '../../../src/http/connections/clients.ts';
import type { Client, ServerClients } from '../../../src/http/connections/server-clients.ts';

const PATIENCE_MS = 60_000;

let clients: Clients;
let inet: ServerClients;
let unix: ServerClients;
let logged: string[];

beforeEach(() => {
  vi.useFakeTimers();
  logged = [];
  clients = new Clients({
    patienceMs: PATIENCE_MS,
    limit: () => 100,
    mostHeldBytes: 1000,
    onHeld: () => logged.push('held'),
    onCrowd: ({ section, count }) => logged.push(`${section} has ${count}`),
    onRefused: ({ section }) => logged.push(`${section} refuses`),
  });
  inet = clients.addServer('inet');
  unix = clients.addServer('unix');
});

afterEach(() => {
  clients.close();
  vi.useRealTimers();
});

function connected(standing: Partial<Client>, server = inet) {
  const client = {
    isKnown: false,
    isIdle: false,
    isAwaited: false,
    isBeingSent: false,
    heldBytes: 0,
    isClosed: false,
    ...standing,
    close: () => {
      client.isClosed = true;
      clients.left(server, client);
    },
  };
  clients.joined(server, client);
  clients.moved(server, client);
  return client;
}

/** What the client does in half of its time, again and again. */
function goesOn(client: Client, times: number, act: () => void = () => {}): void {
  for (let i = 0; i < times; i += 1) {
    vi.advanceTimersByTime(PATIENCE_MS / 2);
    act();
    clients.moved(inet, client);
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

/** Clients that connect one after the other, as long as the server has room for them. */
function flood(standing: Partial<Client>, count: number, server = inet) {
  const flooding: ReturnType<typeof connected>[] = [];
  while (flooding.length < count && clients.hasRoom(server)) flooding.push(connected(standing, server));
  return flooding;
}

const closedOf = (all: readonly { readonly isClosed: boolean }[]): number =>
  all.filter(({ isClosed }) => isClosed).length;

/** What 100 places leave for one server while a quarter of them, shared by two, is reserved. */
const PLACES = 88;

test('a flood of half requests takes neither the places of known clients nor those of the other server', () => {
  const honest = [
    connected({ isKnown: true, isIdle: true }),
    connected({ isKnown: true }),
    connected({ isKnown: true, isAwaited: true }),
  ];
  const half = flood({ isAwaited: true }, 1000);
  expect(half).toHaveLength(1000);
  expect(inet.count).toBe(PLACES);
  expect(closedOf(half.slice(0, -PLACES + 3))).toBe(1000 - PLACES + 3);
  expect(closedOf(honest)).toBe(0);
  expect(flood({ isAwaited: true }, 12, unix)).toHaveLength(12);
  expect(logged).toEqual([`inet has ${PLACES}`]);
});

test('among known clients the longest idle makes room, then the oldest with half a request', () => {
  const [first, second, third] = [
    connected({ isKnown: true, isAwaited: true }),
    connected({ isKnown: true, isIdle: true }),
    connected({ isKnown: true, isIdle: true }),
  ];
  flood({ isKnown: true }, PLACES - 3);
  const closed = () => [first, second, third].map(({ isClosed }) => isClosed);
  flood({ isKnown: true }, 1);
  expect(closed()).toEqual([false, true, false]);
  flood({ isKnown: true }, 1);
  expect(closed()).toEqual([false, true, true]);
  flood({ isKnown: true }, 1);
  expect(closed()).toEqual([true, true, true]);
});

test('clients that wait for answers stay, and the others are refused, which is logged once', () => {
  expect(flood({ isKnown: true }, 1000)).toHaveLength(PLACES);
  expect(clients.hasRoom(inet)).toBe(false);
  expect(logged).toEqual([`inet has ${PLACES}`, 'inet refuses']);
  expect(flood({ isKnown: true }, 1000, unix)).toHaveLength(12);
});

test('half requests that take too much memory are closed, the oldest first, and not the one that arrives', () => {
  const known = connected({ isKnown: true, isAwaited: true, heldBytes: 400 });
  const half = Array.from({ length: 10 }, () => connected({ isAwaited: true, heldBytes: 100 }));
  expect(half.map(({ isClosed }) => isClosed)).toEqual([...Array(4).fill(true), ...Array(6).fill(false)]);
  const large = connected({ isAwaited: true, heldBytes: 5000 });
  expect(closedOf(half)).toBe(10);
  expect([known.isClosed, large.isClosed]).toEqual([false, false]);
  expect(logged).toEqual(['held']);
});
