/**
 * A daemon of usual size: ten programs.
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
import { medianOf, pooled } from '../statistics.ts';

export const FEW = 10;

/** How long a daemon has had nothing to do when it is weighed. */
const IDLE_MS = 5000;

const CALLS = 50;
const GET_ALL = rpcRequest('supervisor.getAllProcessInfo');

/** Boots and weighs a daemon with ten programs. */
export const few: Case = {
  name: 'few',
  setting: `${FEW} programs; booted several times`,
  timeoutSeconds: 60,
  figures: [
    {
      name: 'boot',
      title: 'boot to first RPC answer',
      meaning: 'from the start of the command until getState is answered; asked every millisecond',
      unit: 'time',
      better: 'lower',
      place: 6,
      target: { kind: 'at most of', times: 0.6, of: 'reference' },
      value: medianOf('boot'),
    },
    {
      name: 'few-idle',
      title: `resident memory with ${FEW} programs, idle`,
      meaning:
        'VmRSS of the daemon, five seconds after its first answer and without a call since: what a monitoring page shows; files that it maps (Python or Node.js itself) included',
      unit: 'memory',
      better: 'lower',
      place: 3,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('few.resident'),
    },
    {
      name: 'few-asked',
      title: 'after fifty calls for the status',
      meaning: 'VmRSS after fifty calls of getAllProcessInfo that follow at once',
      unit: 'memory',
      better: 'lower',
      place: 4,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('few.resident-asked'),
    },
    {
      name: 'few-proportional',
      title: `proportional memory (PSS) with ${FEW} programs, idle`,
      meaning:
        'Pss of the idle daemon: memory that several processes map counts by its share; other programs in Python or Node.js on the machine make it smaller',
      unit: 'memory',
      better: 'lower',
      place: 5,
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('few.proportional'),
    },
    {
      name: 'few-anonymous',
      title: `anonymous memory with ${FEW} programs`,
      meaning: 'RssAnon of the idle daemon: memory that no file backs',
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most of', times: 1, of: 'reference' },
      value: medianOf('few.anonymous'),
    },
  ],
  run: async (subject, { boots }) => {
    let samples: Samples = {};
    for (let count = 1; count <= boots; count += 1) {
      const more = await withBed(subject, async (bed) => {
        const daemon = bed.start({ programs: sleepers(FEW) });
        const client = await daemon.firstAnswer();
        const boot = (performance.now() - daemon.bornAt) / 1000;
        await delay(IDLE_MS);
        const idle = memory(daemon.pid);
        for (let call = 0; call < CALLS; call += 1) await client.ask(GET_ALL);
        const { resident } = memory(daemon.pid);
        client.close();
        return { boot: [boot], ...samplesOf(idle), 'few.resident-asked': [resident] };
      });
      samples = pooled(samples, more);
    }
    return samples;
  },
  peers: {
    pm2: async () => {
      const weighed = await pm2Memory(FEW, IDLE_MS);
      return weighed && samplesOf(weighed);
    },
  },
};

function samplesOf({ resident, proportional, anonymous }: Memory): Samples {
  return { 'few.resident': [resident], 'few.proportional': [proportional], 'few.anonymous': [anonymous] };
}
