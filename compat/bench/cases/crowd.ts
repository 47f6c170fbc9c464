/**
 * A daemon that many clients are connected to.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import type { ProgramSettings } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { loadFromOutside } from '../load-client.ts';
import { fileLimit } from '../machine.ts';
import { pythonCommand } from '../python.ts';
import { rpcRequest } from '../rpc.ts';
import { percentileOf } from '../statistics.ts';

const CLIENTS = 1000;
const TAILS = 50;
const TALKERS = 10;

const TALKER = `
import sys, time

while True:
    print('a line of a program that has something to say', flush=True)
    time.sleep(0.1)
`;

/** Holds clients and tails, and asks for the state meanwhile. */
export const crowd: Case = {
  name: 'crowd',
  setting:
    `${CLIENTS.toLocaleString('en-US')} clients that have asked once and stay connected, ${TAILS} tails (/logtail) following ${TALKERS} ` +
    'programs that write ten lines a second each; a raw client in a process of its own asks for the state, one call after the other',
  timeoutSeconds: 90,
  rounds: 2,
  figures: [
    {
      name: 'crowd-p99',
      title: `getState with ${CLIENTS.toLocaleString('en-US')} clients and ${TAILS} tails, p99`,
      meaning:
        '99 of 100 calls are faster; all clients must stay connected, and every tail must get lines all the while',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.02 },
      value: percentileOf('crowd.get-state', 99),
    },
    {
      name: 'crowd-median',
      title: `getState with ${CLIENTS.toLocaleString('en-US')} clients and ${TAILS} tails, median`,
      meaning: 'half of the calls are faster',
      unit: 'time',
      better: 'lower',
      value: percentileOf('crowd.get-state', 50),
    },
  ],
  run: (subject, { callSeconds }) =>
    withBed(subject, async (bed) => {
      const programs = talkers(bed.dir);
      const daemon = bed.start({ programs, minfds: Math.min(4096, fileLimit()) });
      (await daemon.firstAnswer()).close();
      const request = rpcRequest('supervisor.getState');
      const guests: Guest[] = [];
      try {
        for (let count = 0; count < CLIENTS; count += 1) guests.push(await openGuest(daemon.socket, request));
        const tails: Guest[] = [];
        for (let count = 0; count < TAILS; count += 1) {
          const tail = await openGuest(daemon.socket, tailRequest(`talker-${count % TALKERS}`));
          tails.push(tail);
          guests.push(tail);
        }
        const before = tails.map((tail) => tail.received());
        const load = await loadFromOutside(bed.dir, daemon, {
          request,
          connections: 1,
          seconds: callSeconds,
        });
        // The reference looks for new lines once a second; the last ones may still be on their way.
        await delay(1500);
        const gone = guests.filter((guest) => guest.isClosed()).length;
        if (gone > 0) throw new Error(`${gone} of ${guests.length} clients lost their connection`);
        const silent = tails.filter((tail, index) => tail.received() <= (before[index] ?? 0)).length;
        if (silent > 0) throw new Error(`${silent} of ${TAILS} tails got nothing`);
        return { 'crowd.get-state': load.latencies };
      } finally {
        for (const guest of guests) guest.leave();
      }
    }),
};

function talkers(dir: string): Record<string, ProgramSettings> {
  const script = join(dir, 'talker.py');
  writeFileSync(script, TALKER);
  return Object.fromEntries(
    Array.from({ length: TALKERS }, (_, index) => [
      `talker-${index}`,
      { command: `${pythonCommand()} ${script}`, startsecs: 0 },
    ]),
  );
}

function tailRequest(name: string): Buffer {
  return Buffer.from(`GET /logtail/${name} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
}

/** A client that has sent its request and stays connected. */
interface Guest {
  /** Bytes so far. */
  received(): number;
  isClosed(): boolean;
  leave(): void;
}

/** Connects, sends and waits for the first bytes of the answer. */
function openGuest(path: string, request: Buffer): Promise<Guest> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const socket: Socket = connect(path, () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      resolve({ received: () => bytes, isClosed: () => socket.closed, leave: () => socket.destroy() });
    });
  });
}
