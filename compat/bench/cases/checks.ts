/**
 * A daemon that checks many programs.
 *
 * @module
 */
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import { SLEEPER } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { fileLimit } from '../machine.ts';
import { childCount, cpuSeconds } from '../proc.ts';
import { medianOf } from '../statistics.ts';

const PERIOD_SECONDS = 10;
const WINDOW_MS = 100;
const STOPPED_SECONDS = 5;

/** For all the pipes of the programs. */
const MINFDS = 20_000;

/** Counts the checks of many programs as they arrive. */
export const checks: Case = {
  name: 'checks',
  setting:
    `{programs} programs with \`liveness_check_script=tcp://…\` and a period of ${PERIOD_SECONDS} seconds, which begins with ` +
    'their start; all connect to one server, which records the time of each connection; the stock daemon has no checks',
  timeoutSeconds: 120,
  rounds: 1,
  isOursAlone: true,
  figures: [
    {
      name: 'checks-window',
      title: `most checks of {programs} programs in ${WINDOW_MS} ms`,
      meaning: `over two periods from the moment when all run; evenly spread there are ${WINDOW_MS / PERIOD_SECONDS} of 1,000`,
      unit: 'count',
      better: 'lower',
      target: { kind: 'at most', value: 40 },
      value: medianOf('checks.window'),
    },
    {
      name: 'checks-window-stopped',
      title: `most checks of {programs} programs in ${WINDOW_MS} ms, after a SIGSTOP of the daemon`,
      meaning: `the daemon is stopped for ${STOPPED_SECONDS} seconds; the period that follows is counted`,
      unit: 'count',
      better: 'lower',
      target: { kind: 'at most', value: 80 },
      value: medianOf('checks.window-stopped'),
    },
    {
      name: 'checks-cpu',
      title: 'cpu per liveness check',
      meaning: 'utime and stime of the daemon over the two periods, for each check',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.001 },
      value: medianOf('checks.cpu'),
    },
  ],
  run: (subject, { programs }) =>
    withBed(subject, async (bed) => {
      const counter = await countConnections();
      try {
        const daemon = bed.start({
          programs: {},
          minfds: Math.min(MINFDS, fileLimit()),
          sections: checkedPrograms(programs, counter.port),
        });
        await waitUntil('all programs run', () => childCount(daemon.pid) >= programs, 60);
        const cpuBefore = cpuSeconds(daemon.pid);
        const spread = await counter.during(2 * PERIOD_SECONDS);
        const cpu = cpuSeconds(daemon.pid) - cpuBefore;
        process.kill(daemon.pid, 'SIGSTOP');
        await delay(STOPPED_SECONDS * 1000);
        process.kill(daemon.pid, 'SIGCONT');
        const afterStop = await counter.during(PERIOD_SECONDS);
        if (spread.length < programs * 1.5 || afterStop.length < programs / 2)
          throw new Error(`only ${spread.length} and ${afterStop.length} checks`);
        return {
          'checks.window': [mostWithin(WINDOW_MS, spread)],
          'checks.window-stopped': [mostWithin(WINDOW_MS, afterStop)],
          'checks.cpu': [cpu / spread.length],
        };
      } finally {
        counter.server.close();
      }
    }),
};

function checkedPrograms(count: number, port: number): string {
  return Array.from(
    { length: count },
    (_, index) =>
      `\n[program:checked-${index}]\ncommand=${SLEEPER.command}\nstartsecs=0\nstdout_logfile=NONE\nstderr_logfile=NONE\n` +
      `liveness_check_script=tcp://127.0.0.1:${port}\nliveness_check_initial_delay=0\n` +
      `liveness_check_period=${PERIOD_SECONDS}\n`,
  ).join('');
}

interface Counter {
  readonly server: Server;
  readonly port: number;
  /** The moments of the connections in the next seconds, in milliseconds. */
  during(seconds: number): Promise<number[]>;
}

function countConnections(): Promise<Counter> {
  let moments: number[] = [];
  const server = createServer((socket) => {
    moments.push(performance.now());
    socket.on('error', () => undefined).end();
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
      const address = server.address();
      resolve({
        server,
        port: typeof address === 'object' ? (address?.port ?? 0) : 0,
        during: async (seconds) => {
          moments = [];
          await delay(seconds * 1000);
          return moments;
        },
      });
    });
  });
}

/** The greatest number of moments within any window of this length. */
function mostWithin(windowMs: number, moments: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, moment] of moments.entries()) {
    while ((moments[first] ?? moment) <= moment - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
