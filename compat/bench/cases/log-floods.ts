/**
 * One program that logs as fast as it can, in writes of different sizes.
 *
 * @module
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import type { Case, PeerName, Samples, Subject, Target } from '../figure.ts';
import { floodReader, type ReaderName } from '../log-readers.ts';
import { type Flood, floodCommand, readReport, type Written } from '../log-writer.ts';
import { childCount, cpuSeconds } from '../proc.ts';
import { rpcRequest } from '../rpc.ts';
import { medianOf } from '../statistics.ts';

const GB = 1e9;

/** The time limit for one flood. */
const FLOOD_SECONDS = 110;

/** The default of stdout_logfile_maxbytes, of which ten are kept. */
const KEPT_BYTES = 10 * (50 << 20);

interface FloodSettings {
  readonly name: string;
  /** Names what is written, within a title. */
  readonly what: string;
  readonly flood: Flood;
  readonly peers: readonly Exclude<ReaderName, 'floor'>[];
  /** The format of the log, which the reference ignores; raw if left out. */
  readonly format?: 'text' | 'json';
  readonly rateTarget?: Target;
  readonly cpuTargets: readonly Target[];
}

const NEAR_THE_FLOOR = { kind: 'at most of', times: 1.5, of: 'floor' } as const;

/** The rate is bounded by what the program can write, whatever reads it. */
const AS_FAST_AS_THE_FLOOR = { kind: 'at least of', times: 0.9, of: 'floor' } as const;

/** Each line is one write, as of programs that do not buffer or that flush each line. Most that log to a pipe do. */
export const logLines: Case = floodCase({
  name: 'log-lines',
  what: 'lines of 80 bytes, one write each',
  flood: { writeBytes: 80, totalBytes: 200_000_000 },
  peers: ['cat', 's6-log', 'svlogd'],
  rateTarget: AS_FAST_AS_THE_FLOOR,
  cpuTargets: [
    { kind: 'times better', atLeast: 6 },
    { kind: 'at most of', times: 0.25, of: 'cat' },
    NEAR_THE_FLOOR,
  ],
});

/** Programs that do not flush each line: the C library writes its whole buffer at once. */
export const logBlocks: Case = floodCase({
  name: 'log-blocks',
  what: 'short lines in writes of 4 KB',
  flood: { writeBytes: 4096, totalBytes: 500_000_000 },
  peers: ['cat', 's6-log'],
  rateTarget: { kind: 'times better', atLeast: 1 },
  cpuTargets: [{ kind: 'at most of', times: 1.3, of: 'floor' }],
});

/** The lines of `log-lines` with time and name; the reference logs them raw. */
export const logText: Case = floodCase({
  name: 'log-text',
  what: 'lines of 80 bytes, logged with time and name',
  flood: { writeBytes: 80, totalBytes: 200_000_000 },
  peers: [],
  format: 'text',
  cpuTargets: [{ kind: 'times better', atLeast: 2 }],
});

/** The same as JSON. */
export const logJson: Case = floodCase({
  name: 'log-json',
  what: 'lines of 80 bytes, logged as JSON',
  flood: { writeBytes: 80, totalBytes: 200_000_000 },
  peers: [],
  format: 'json',
  cpuTargets: [{ kind: 'times better', atLeast: 2 }],
});

/** Larger writes than any program should make. */
export const logBulk: Case = floodCase({
  name: 'log-bulk',
  what: 'short lines in writes of 1 MB',
  flood: { writeBytes: 1 << 20, totalBytes: 2_000_000_000 },
  peers: ['cat'],
  rateTarget: { kind: 'times better', atLeast: 1 },
  cpuTargets: [{ kind: 'at most of', times: 2, of: 'cat' }, NEAR_THE_FLOOR],
});

function floodCase(settings: FloodSettings): Case {
  const { name, what, flood, peers, format = 'raw', rateTarget, cpuTargets } = settings;
  const megabytes = flood.totalBytes / 1e6;
  const read = async (reader: ReaderName): Promise<Samples | null> => {
    const written = await floodReader(reader, flood);
    return written && samples(name, written, written.cpu);
  };
  return {
    name,
    setting:
      `one program in Python writes ${megabytes.toLocaleString('en-US')} MB of short lines as fast as it can; its log ` +
      'rotates at 50 MB, ten are kept. It does so twice, and the second time is measured: the first pays for memory ' +
      'that a virtual machine has to be given by its host',
    timeoutSeconds: 2 * FLOOD_SECONDS + 20,
    figures: [
      {
        name,
        title: `logged per second: ${what}`,
        meaning:
          'bytes that the program can write in a second, by its own clock; the others are pipelines of the program and the reader, and `cat` does not rotate; the floor is a bare loop that reads, writes and rotates, and lets the pipe fill up',
        unit: 'memory',
        better: 'higher',
        ...(rateTarget && { target: rateTarget }),
        value: medianOf(`${name}.rate`),
      },
      {
        name: `${name}-cpu`,
        title: `cpu for 1,000 MB: ${what}`,
        meaning: 'utime and stime of the daemon, or of the reader, until all is in the log',
        unit: 'time',
        better: 'lower',
        target: cpuTargets,
        value: medianOf(`${name}.cpu`),
      },
    ],
    run: (subject) => floodDaemon(subject, name, flood, format),
    floor: async () => (await read('floor')) ?? {},
    peers: Object.fromEntries(
      peers.map((peer): [PeerName, () => Promise<Samples | null>] => [peer, () => read(peer)]),
    ),
  };
}

function floodDaemon(subject: Subject, name: string, flood: Flood, format: string): Promise<Samples> {
  return withBed(subject, async (bed) => {
    const report = join(bed.dir, 'report');
    const daemon = bed.start({
      programs: {},
      sections: `
[program:flood]
command=${floodCommand(bed.dir, report, flood)}
autostart=false
autorestart=false
startsecs=0
stdout_logfile=${join(bed.dir, 'logs/flood.log')}
stdout_logfile_format=${format}
`,
    });
    const client = await daemon.firstAnswer();
    let writtenBytes = 0;
    const floodOnce = async (): Promise<{ readonly written: Written; readonly cpu: number }> => {
      rmSync(report, { force: true });
      const cpuBefore = cpuSeconds(daemon.pid);
      await client.ask(rpcRequest('supervisor.startProcess', ['flood', false]));
      await waitUntil('the program has written', () => readReport(report) !== null, FLOOD_SECONDS);
      await waitUntil('the program is reaped', () => childCount(daemon.pid) === 0, 10);
      const written = readReport(report);
      if (written === null) throw new Error('the program reported nothing');
      const cpu = cpuSeconds(daemon.pid) - cpuBefore;
      writtenBytes += written.bytes;
      const missing = Math.min(writtenBytes, KEPT_BYTES) - loggedBytes(join(bed.dir, 'logs'));
      if (missing > 0) throw new Error(`${missing} bytes are not in the log`);
      return { written, cpu };
    };
    await floodOnce();
    const { written, cpu } = await floodOnce();
    client.close();
    return samples(name, written, cpu);
  });
}

function samples(name: string, { bytes, seconds }: Written, cpu: number): Samples {
  return { [`${name}.rate`]: [bytes / seconds], [`${name}.cpu`]: [(cpu / bytes) * GB] };
}

function loggedBytes(folder: string): number {
  return readdirSync(folder)
    .filter((file) => file.startsWith('flood.log'))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
