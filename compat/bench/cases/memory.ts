/**
 * The memory of a daemon of usual size that has nothing to do.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { withBed } from '../bed.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { pm2Memory } from '../pm2.ts';
import { type Memory, memory } from '../proc.ts';
import { rpcRequest } from '../rpc.ts';
import { medianOf } from '../statistics.ts';
import { FEW } from './few.ts';

/** How long a daemon has been idle when its memory is measured. */
const IDLE_MS = 5000;

const CALLS = 50;
const GET_ALL = rpcRequest('supervisor.getAllProcessInfo');

/** Measures the memory of a daemon with ten programs. */
export const idleMemory: Case = {
  name: 'memory',
  setting: `${FEW} programs that sleep; no client for five seconds`,
  timeoutSeconds: 60,
  figures: [
    {
      name: 'memory-idle',
      title: `resident memory with ${FEW} programs, idle`,
      meaning:
        'VmRSS of the daemon, five seconds after its first answer and without a call since: what a monitoring page shows; files that it maps (Python or Node.js itself) included',
      unit: 'memory',
      better: 'lower',
      place: 3,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('memory.resident'),
    },
    {
      name: 'memory-asked',
      title: `resident memory with ${FEW} programs, after fifty calls`,
      meaning: 'VmRSS after fifty calls of getAllProcessInfo that follow at once',
      unit: 'memory',
      better: 'lower',
      place: 4,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('memory.resident-asked'),
    },
    {
      name: 'memory-proportional',
      title: `proportional memory (PSS) with ${FEW} programs, idle`,
      meaning:
        'Pss of the idle daemon: memory that several processes map counts by its share; other programs in Python or Node.js on the machine make it smaller',
      unit: 'memory',
      better: 'lower',
      place: 5,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('memory.proportional'),
    },
    {
      name: 'memory-anonymous',
      title: `anonymous memory with ${FEW} programs`,
      meaning: 'RssAnon of the idle daemon: memory that no file backs',
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('memory.anonymous'),
    },
  ],
  run: (subject) =>
    withBed(subject, async (bed) => {
      const daemon = bed.start({ programs: sleepers(FEW) });
      const client = await daemon.firstAnswer();
      await delay(IDLE_MS);
      const idle = memory(daemon.pid);
      for (let call = 0; call < CALLS; call += 1) await client.ask(GET_ALL);
      const { resident } = memory(daemon.pid);
      client.close();
      return { ...samplesOf(idle), 'memory.resident-asked': [resident] };
    }),
  peers: {
    pm2: async () => {
      const weighed = await pm2Memory(FEW, IDLE_MS);
      return weighed && samplesOf(weighed);
    },
  },
};

function samplesOf({ resident, proportional, anonymous }: Memory): Samples {
  return {
    'memory.resident': [resident],
    'memory.proportional': [proportional],
    'memory.anonymous': [anonymous],
  };
}
