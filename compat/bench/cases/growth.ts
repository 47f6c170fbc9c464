/**
 * How costs grow with the number of programs: the samples of the curves.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { timeCalls, timeCallsOnceASecond } from '../calls.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Curve, Samples, Subject } from '../figure.ts';
import { spawnFloor } from '../floor.ts';
import { fileLimit } from '../machine.ts';
import { pm2Memory } from '../pm2.ts';
import { memory } from '../proc.ts';
import { rpcRequest } from '../rpc.ts';
import { haveStarted } from '../running.ts';
import { pooled } from '../statistics.ts';

const COUNTS = [10, 100, 1000, 10_000];

/** Up to here a point is the median of two daemons. */
const REPEATED_UP_TO = 100;

/** The reference closes every descriptor that might be open in each child: for 10,000 programs that takes minutes. */
const REFERENCE_STARTS_UP_TO = 1000;

/** The numbers of programs for pm2; a thousand take it longer than a minute. */
const PM2_COUNTS = [10, 100];

/** The greatest number of calls of one kind, and the seconds after which none begins. */
const CALLS = 3;
const CALL_SECONDS = 2;

/** Measures daemons of 10 to 10,000 programs once. */
export const growth: Case = {
  name: 'growth',
  setting:
    'daemons of 10, 100, 1,000 and 10,000 programs, for the curves: one whose programs all start, and one whose programs ' +
    'are only configured (autostart=false); minfds as needed',
  timeoutSeconds: 300,
  rounds: 1,
  isLarge: true,
  figures: [],
  curves: [
    curve('start', 'programs started', 'from the start of the command until all children are there', 'time'),
    curve('stop', 'programs stopped', 'the call stopAllProcesses', 'time'),
    curve(
      'running-anonymous',
      'anonymous memory, all running',
      'RssAnon two seconds after the last has started',
      'memory',
    ),
    curve(
      'configured-anonymous',
      'anonymous memory, none running',
      'RssAnon two seconds after the first answer, before any other call',
      'memory',
    ),
    curve(
      'boot',
      'boot to first RPC answer',
      'from the start of the command until getState is answered, nothing started',
      'time',
    ),
    curve(
      'get-all',
      'getAllProcessInfo',
      'median of three calls with a second between them, nothing started',
      'time',
    ),
    curve('reread', 'reread', 'the call reloadConfig with an unchanged file, nothing started', 'time'),
  ],
  run: async (subject) => {
    let samples: Samples = {};
    for (const count of COUNTS) {
      for (let repeat = 0; repeat < (count <= REPEATED_UP_TO ? 2 : 1); repeat += 1) {
        samples = pooled(samples, await configured(subject, count));
        if (canStart(subject, count)) samples = pooled(samples, await running(subject, count));
      }
    }
    return samples;
  },
  floor: async () => {
    let samples: Samples = {};
    for (const count of COUNTS.filter((programs) => programs <= REFERENCE_STARTS_UP_TO)) {
      samples = pooled(samples, { [sampleName('start', count)]: [await spawnFloor(count)] });
    }
    return samples;
  },
  peers: {
    pm2: async () => {
      let samples: Samples = {};
      for (const count of PM2_COUNTS) {
        const weighed = await pm2Memory(count);
        if (weighed === null) return null;
        samples = pooled(samples, { [sampleName('running-anonymous', count)]: [weighed.anonymous] });
      }
      return samples;
    },
  },
};

function configured(subject: Subject, count: number): Promise<Samples> {
  return withBed(subject, async (bed) => {
    const daemon = bed.start({ programs: sleepers(count, 0) });
    const client = await daemon.firstAnswer();
    const boot = (performance.now() - daemon.bornAt) / 1000;
    await delay(2000);
    const { anonymous } = memory(daemon.pid);
    const getAll = rpcRequest('supervisor.getAllProcessInfo');
    const reread = rpcRequest('supervisor.reloadConfig');
    const samples = {
      [sampleName('boot', count)]: [boot],
      [sampleName('configured-anonymous', count)]: [anonymous],
      [sampleName('get-all', count)]: await timeCallsOnceASecond(CALLS, () => client.call(getAll)),
      [sampleName('reread', count)]: await timeCalls(CALLS, CALL_SECONDS, () => client.call(reread)),
    };
    client.close();
    return samples;
  });
}

function running(subject: Subject, count: number): Promise<Samples> {
  return withBed(subject, async (bed) => {
    const daemon = bed.start({ programs: sleepers(count), minfds: descriptors(count) });
    await haveStarted(daemon, count);
    const start = (performance.now() - daemon.bornAt) / 1000;
    const client = await daemon.firstAnswer();
    await delay(2000);
    const { anonymous } = memory(daemon.pid);
    const stop = await timeCalls(1, 0, () => client.ask(rpcRequest('supervisor.stopAllProcesses')));
    client.close();
    return {
      [sampleName('start', count)]: [start],
      [sampleName('running-anonymous', count)]: [anonymous],
      [sampleName('stop', count)]: stop,
    };
  });
}

/** Enough for the pipes of a number of programs, and some more. */
function descriptors(count: number): number {
  return Math.max(1024, count * 4);
}

function canStart(subject: Subject, count: number): boolean {
  return descriptors(count) <= fileLimit() && (subject.name === 'ours' || count <= REFERENCE_STARTS_UP_TO);
}

function curve(name: string, title: string, meaning: string, unit: Curve['unit']): Curve {
  return { name, title, meaning, unit, counts: COUNTS, sample: (count) => sampleName(name, count) };
}

function sampleName(name: string, count: number): string {
  return `growth.${name}.${count}`;
}
