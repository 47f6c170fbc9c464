/**
 * A daemon with a thousand programs: how long they take to start, what it costs to ask for them, and to stop them.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { repeatCall, timeCallsOnceASecond } from '../calls.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { spawnFloor } from '../floor.ts';
import { fileLimit } from '../machine.ts';
import { memory } from '../proc.ts';
import type { RawClient } from '../raw-client.ts';
import { rpcRequest, runningCount } from '../rpc.ts';
import { haveStarted } from '../running.ts';
import { median, medianOf, percentileOf } from '../statistics.ts';
import { FEW } from './few.ts';

const GET_ALL = rpcRequest('supervisor.getAllProcessInfo');

/** Enough descriptors for all pipes; the reference closes this number in each child. */
const MINFDS = 20_000;

/** Calls with a second between them. */
const SELDOM_CALLS = 3;

/** Starts many programs at once, asks for all of them, and stops them. */
export const many: Case = {
  name: 'many',
  setting:
    '{programs} programs (`/bin/sleep 600`, startsecs=0, logs AUTO), minfds=20000 or the hard limit if that is lower',
  timeoutSeconds: 120,
  figures: [
    {
      name: 'many-start',
      title: '{programs} programs started',
      meaning:
        'from the start of the command until the daemon has that many children (as /proc shows, looked up after each further hundredth of the time); ' +
        'the floor is a bare loop of posix_spawn of the same program in the same environment',
      unit: 'time',
      better: 'lower',
      place: 8,
      target: { kind: 'at most of', times: 1.5, of: 'floor' },
      value: medianOf('many.start'),
    },
    {
      name: 'many-running',
      title: '{programs} programs RUNNING',
      meaning: 'from the start of the command until an answer to getAllProcessInfo shows all as RUNNING',
      unit: 'time',
      better: 'lower',
      value: medianOf('many.running'),
    },
    {
      name: 'many-get-all',
      title: 'getAllProcessInfo at {programs} programs',
      meaning:
        'calls on one connection, one after the other, by a client that counts the bytes of the answer and does not parse it; ' +
        'the contents of an answer change once a second, so a daemon may send most of it again',
      unit: 'rate',
      better: 'higher',
      target: { kind: 'times better', atLeast: 200 },
      value: medianOf('many.get-all-rate'),
    },
    {
      name: 'many-get-all-cpu',
      title: 'cpu per call: getAllProcessInfo at {programs} programs',
      meaning: 'utime and stime of the daemon, divided by the number of calls',
      unit: 'time',
      better: 'lower',
      value: medianOf('many.get-all-cpu'),
    },
    {
      name: 'many-get-all-p99',
      title: 'p99 of getAllProcessInfo at {programs} programs',
      meaning: '99 of 100 calls are faster; with fewer than 100 calls it is the slowest one',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.015 },
      value: percentileOf('many.get-all', 99),
    },
    {
      name: 'many-get-all-seldom',
      title: 'getAllProcessInfo at {programs} programs, once a second',
      meaning:
        'the same call more than a second after the last, when every uptime has changed: what a dashboard waits for',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 0.015 },
      value: medianOf('many.get-all-seldom'),
    },
    {
      name: 'many-stop',
      title: 'stop of {programs} programs',
      meaning: 'the call stopAllProcesses, which answers when all are stopped',
      unit: 'time',
      better: 'lower',
      place: 9,
      target: { kind: 'times better', atLeast: 1 },
      value: medianOf('many.stop'),
    },
    {
      name: 'many-resident',
      title: 'resident memory with {programs} programs',
      meaning: 'VmRSS of the daemon, two seconds after its first full answer',
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most of', times: 1.8, of: 'reference' },
      value: medianOf('many.resident'),
    },
    {
      name: 'many-anonymous',
      title: 'anonymous memory with {programs} programs',
      meaning: 'RssAnon of the daemon, two seconds after its first full answer',
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('many.anonymous'),
    },
    {
      name: 'memory-per-program',
      title: 'anonymous memory per program, {programs} programs',
      meaning: `RssAnon of the daemon minus that with ${FEW} programs (case \`memory\`), divided by the number of further programs`,
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most', value: 8 * 1024 },
      value: (samples) =>
        (median(samples['many.anonymous'] ?? []) - median(samples['memory.anonymous'] ?? [])) /
        (median(samples['many.programs'] ?? []) - FEW),
    },
  ],
  run: (subject, { programs, callSeconds }) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({ programs: sleepers(programs), minfds: Math.min(MINFDS, fileLimit()) });
      const sinceBirth = () => (performance.now() - daemon.bornAt) / 1000;
      await haveStarted(daemon, programs);
      const start = sinceBirth();
      const client = await daemon.firstAnswer();
      await areRunning(client, programs);
      const running = sinceBirth();
      await delay(2000);
      const { resident, anonymous } = memory(daemon.pid);
      const costs = await repeatCall(daemon.pid, callSeconds, () => client.call(GET_ALL));
      const seldom = await timeCallsOnceASecond(SELDOM_CALLS, () => client.call(GET_ALL));
      return {
        'many.programs': [programs],
        'many.start': [start],
        'many.running': [running],
        'many.resident': [resident],
        'many.anonymous': [anonymous],
        'many.get-all': costs.latencies,
        'many.get-all-rate': [costs.rate],
        'many.get-all-cpu': [costs.cpu],
        'many.get-all-seldom': seldom,
        ...(await stopAll(client)),
      };
    }),
  floor: async ({ programs }) => ({ 'many.start': [await spawnFloor(programs)] }),
};

async function areRunning(client: RawClient, programs: number): Promise<void> {
  for (let running = 0; running < programs; ) running = runningCount(await client.ask(GET_ALL));
}

async function stopAll(client: RawClient): Promise<Samples> {
  const before = performance.now();
  await client.ask(rpcRequest('supervisor.stopAllProcesses'));
  const stop = (performance.now() - before) / 1000;
  client.close();
  return { 'many.stop': [stop] };
}
