/**
 * A daemon that answers while rotated logs are compressed.
 *
 * @module
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { SLEEPER } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { rpcRequest } from '../rpc.ts';
import { percentileOf } from '../statistics.ts';

/** Rotated logs that an earlier daemon has left plain: `.2` and the following. */
const BACKUPS = 8;
const BACKUP_BYTES = 25_000_000;

/** A pause between two calls, so that the client takes little of the processor. */
const PAUSE_MS = 2;
const QUIET_CALLS = 500;
const LONGEST_SECONDS = 90;

const GET_STATE = rpcRequest('supervisor.getState');

export const logCompression: Case = {
  name: 'log-compression',
  setting:
    `a program with \`stdout_logfile_compress=gzip\` and ${BACKUPS} rotated logs of ${BACKUP_BYTES / 1e6} MB that are not ` +
    'compressed yet; a client calls getState every few milliseconds until they are, and then for a while; the stock daemon ' +
    'does not compress',
  timeoutSeconds: 2 * LONGEST_SECONDS,
  isOursAlone: true,
  figures: [
    {
      name: 'log-compression-get-state',
      title: 'p99 of getState while logs are compressed',
      meaning:
        'one connection, one call after the other, from the start of the program until all logs are compressed',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.005 },
      value: percentileOf('log-compression.busy', 99),
    },
    {
      name: 'log-compression-quiet',
      title: 'p99 of getState when all logs are compressed',
      meaning: 'the same client, after all logs have been compressed',
      unit: 'time',
      better: 'lower',
      value: percentileOf('log-compression.quiet', 99),
    },
    {
      name: 'log-compression-ratio',
      title: 'p99 of getState while logs are compressed, divided by that afterwards',
      meaning: 'on a busy machine both times are long; their ratio shows what the compression costs',
      unit: 'ratio',
      better: 'lower',
      value: (samples) =>
        percentileOf('log-compression.busy', 99)(samples) /
        percentileOf('log-compression.quiet', 99)(samples),
    },
  ],
  run: (subject) =>
    withBed(subject, async (bed) => {
      const folder = join(bed.dir, 'logs');
      const log = join(folder, 'compressed.log');
      mkdirSync(folder, { recursive: true });
      for (let index = 2; index < 2 + BACKUPS; index += 1) writeFileSync(`${log}.${index}`, backup(index));
      const daemon = bed.start({
        programs: {},
        sections: `
[program:compressed]
command=${SLEEPER.command}
autostart=false
startsecs=0
stdout_logfile=${log}
stdout_logfile_backups=${2 + BACKUPS}
stdout_logfile_compress=gzip
`,
      });
      const client = await daemon.firstAnswer();
      const call = async (): Promise<number> => {
        const start = performance.now();
        await client.ask(GET_STATE);
        const seconds = (performance.now() - start) / 1000;
        await delay(PAUSE_MS);
        return seconds;
      };
      await client.ask(rpcRequest('supervisor.startProcess', ['compressed', false]));
      const busy: number[] = [];
      const end = performance.now() + LONGEST_SECONDS * 1000;
      while (compressedIn(folder) < BACKUPS) {
        if (performance.now() > end) throw new Error('the logs are not compressed');
        busy.push(await call());
      }
      const quiet: number[] = [];
      while (quiet.length < QUIET_CALLS) quiet.push(await call());
      client.close();
      return { 'log-compression.busy': busy, 'log-compression.quiet': quiet };
    }),
};

function backup(seed: number): string {
  const line = (index: number): string =>
    `2026-01-01 00:00:00,000 INFO worker ${(index * 2_654_435_761 * seed) % 4_294_967_296} a line of a program\n`;
  const block = Array.from({ length: 10_000 }, (_, index) => line(index)).join('');
  return block.repeat(Math.ceil(BACKUP_BYTES / block.length));
}

function compressedIn(folder: string): number {
  return readdirSync(folder).filter((name) => name.endsWith('.gz')).length;
}
