/**
 * The time from the kill of a program to its restart.
 *
 * @module
 */
import { constants, openSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand, startDaemon } from '../../harness/processes.ts';
import { waitUntil } from '../../harness/wait.ts';
import { withBed, withFolder } from '../bed.ts';
import type { ProgramSettings } from '../configuration.ts';
import type { Case, Effort, Samples } from '../figure.ts';
import { restartFloorCommand } from '../floor.ts';
import { type Pm2App, withPm2 } from '../pm2.ts';
import { mainChildren } from '../proc.ts';
import type { RawClient } from '../raw-client.ts';
import { rpcRequest, runningCount } from '../rpc.ts';
import { medianOf, percentileOf } from '../statistics.ts';

const MEANING =
  'from kill -9 of a program that has been RUNNING for more than a second (startsecs=0, autorestart=true) until the ' +
  'new process itself writes into a FIFO that the benchmark reads; the start of its shell is part of it, and is most of ' +
  'the floor, a bare loop of wait and posix_spawn';

const PROGRAMS = 10;

/** The FIFO into which the programs write, and the one without a writer. */
const STARTED = 'started';
const NEVER = 'never';

/** A program that dies in its first second may be held back on purpose; these have run for longer. */
const LIVED_MS = 1100;

/** Kills one of ten programs after the other and lets each new process report its start. */
export const restart: Case = {
  name: 'restart',
  setting: 'ten programs that are killed in turn, at different moments of a second',
  timeoutSeconds: 60,
  figures: [
    {
      name: 'restart-pid',
      title: 'crash to new pid, median',
      meaning:
        'from kill -9 of such a program until /proc, which is read without a pause, shows a new child of the main thread of the ' +
        'daemon; what the new process does first is not part of it. The floor makes no pipes, log or journal. ' +
        'OxMgr publishes 3 ms',
      unit: 'time',
      better: 'lower',
      place: 1,
      target: { kind: 'at most', value: 0.003 },
      value: medianOf('restart.pid'),
    },
    {
      name: 'restart-median',
      title: 'crash to restarted process, median',
      meaning: MEANING,
      unit: 'time',
      better: 'lower',
      place: 2,
      target: { kind: 'at most of', times: 1.5, of: 'floor' },
      value: medianOf('restart'),
    },
    {
      name: 'restart-p90',
      title: 'crash to restarted process, p90',
      meaning: 'nine of ten restarts are faster',
      unit: 'time',
      better: 'lower',
      value: percentileOf('restart', 90),
    },
  ],
  run: (subject, effort) =>
    withBed(subject, async (bed) => {
      const script = tellerScript(bed.dir);
      const startReports = await openReports(bed.dir);
      try {
        const daemon = bed.start({ programs: tellers(script) });
        const client = await daemon.firstAnswer();
        const values = await killInTurn(daemon.pid, startReports, effort, (name) => isUp(client, name));
        client.close();
        return values;
      } finally {
        startReports.close();
      }
    }),
  floor: (effort) =>
    withFolder(async (dir) => {
      const script = tellerScript(dir);
      const startReports = await openReports(dir);
      try {
        const { pid } = startDaemon(restartFloorCommand(script, PROGRAM_NAMES), dir, join(dir, 'floor.out'));
        return await killInTurn(pid, startReports, effort);
      } finally {
        startReports.close();
      }
    }),
  peers: {
    pm2: async (effort) => {
      let startReports: StartReports | undefined;
      try {
        const apps = async (dir: string) => {
          startReports = await openReports(dir);
          return pm2Tellers(tellerScript(dir));
        };
        const measured = await withPm2(
          apps,
          async ({ pid }) => startReports && killInTurn(pid, startReports, effort),
        );
        return measured ?? null;
      } finally {
        startReports?.close();
      }
    },
  },
};

/**
 * Seconds from each kill to the new process; every victim has lived for long enough, and is RUNNING where that can be
 * asked. After every second kill the new pid is looked for, which keeps the reports of the new processes waiting.
 */
async function killInTurn(
  daemonPid: number,
  startReports: StartReports,
  { restarts, restartSeconds }: Effort,
  isReady: (name: string) => Promise<void> = async () => {},
): Promise<Samples> {
  const alive: StartReport[] = [];
  while (alive.length < PROGRAMS) alive.push(await startReports.next());
  const values: number[] = [];
  const pidValues: number[] = [];
  const end = performance.now() + restartSeconds * 1000;
  for (let kills = 0; kills < restarts && (kills < 6 || performance.now() < end); kills += 1) {
    const victim = alive.shift();
    if (victim === undefined) break;
    await isReady(victim.name);
    await delay(Math.max(differentMoment(kills), victim.at + LIVED_MS - performance.now()));
    const before = new Set(mainChildren(daemonPid));
    const killedAt = performance.now();
    process.kill(victim.pid, 'SIGKILL');
    if (kills % 2 === 1) {
      while (mainChildren(daemonPid).every((pid) => before.has(pid)));
      pidValues.push((performance.now() - killedAt) / 1000);
    }
    const successor = await startReports.next();
    if (successor.name !== victim.name) throw new Error(`${successor.name} was started again too`);
    if (kills % 2 === 0) values.push((successor.at - killedAt) / 1000);
    alive.push(successor);
  }
  return { restart: values, 'restart.pid': pidValues };
}

/**
 * A program that writes its name and pid into a FIFO when it starts, and then waits at another FIFO. It does
 * nothing else, since the benchmark is woken on the same processor and would have to wait.
 */
function tellerScript(dir: string): string {
  const script = join(dir, 'teller.sh');
  writeFileSync(script, `echo "$1 $$" > '${dir}/${STARTED}'\nread -r _ < '${dir}/${NEVER}'\n`);
  return script;
}

const PROGRAM_NAMES = Array.from({ length: PROGRAMS }, (_, index) => `program-${index}`);

function tellers(script: string): Record<string, ProgramSettings> {
  return Object.fromEntries(
    PROGRAM_NAMES.map((name) => [name, { command: `/bin/sh ${script} ${name}`, startsecs: 0 }]),
  );
}

function pm2Tellers(script: string): Pm2App[] {
  return PROGRAM_NAMES.map((name) => ({ name, script: '/bin/sh', args: `${script} ${name}` }));
}

/** Between 20 and 220 ms, spread evenly, so that no tick of a daemon is always met at the same moment. */
function differentMoment(index: number): number {
  return 20 + 200 * ((index * 0.618_034) % 1);
}

async function isUp(client: RawClient, name: string): Promise<void> {
  const request = rpcRequest('supervisor.getProcessInfo', [name]);
  await waitUntil(`${name} is RUNNING`, async () => runningCount(await client.ask(request)) === 1, 10);
}

interface StartReport {
  readonly name: string;
  readonly pid: number;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

interface StartReports {
  next(): Promise<StartReport>;
  close(): void;
}

/** A FIFO into which every new process writes its name and pid; read as soon as the kernel reports it. */
async function openReports(dir: string): Promise<StartReports> {
  await runCommand(['mkfifo', STARTED, NEVER], dir);
  const fd = openSync(join(dir, STARTED), constants.O_RDWR | constants.O_NONBLOCK);
  const fifo = new Socket({ fd, readable: true, writable: false });
  const reports: StartReport[] = [];
  let wake: (() => void) | null = null;
  fifo.on('data', (bytes) => {
    const at = performance.now();
    for (const line of bytes.toString().trim().split('\n')) {
      const [name = '', pid] = line.split(' ');
      reports.push({ name, pid: Number(pid), at });
    }
    wake?.();
  });
  return {
    next: () =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('no new process within 15 s')), 15_000);
        wake = () => {
          const first = reports.shift();
          if (first === undefined) return;
          clearTimeout(timer);
          wake = null;
          resolve(first);
        };
        wake();
      }),
    close: () => fifo.destroy(),
  };
}
