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
import { memory } from '../proc.ts';
import { medianOf, pooled } from '../statistics.ts';

export const FEW = 10;

/** Measures the start and the memory of a daemon with ten programs. */
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
      target: { kind: 'at most of', times: 0.6, of: 'reference' },
      value: medianOf('boot'),
    },
    {
      name: 'few-resident',
      title: `resident memory with ${FEW} programs`,
      meaning:
        'VmRSS of the daemon, half a second after its first answer; files that it maps (the node binary) included',
      unit: 'memory',
      better: 'lower',
      target: { kind: 'at most of', times: 1.8, of: 'reference' },
      value: medianOf('few.resident'),
    },
    {
      name: 'few-anonymous',
      title: `anonymous memory with ${FEW} programs`,
      meaning: 'RssAnon of the daemon at that moment: what it really costs, as mapped files are shared',
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
        (await daemon.firstAnswer()).close();
        const boot = (performance.now() - daemon.bornAt) / 1000;
        await delay(500);
        const { resident, anonymous } = memory(daemon.pid);
        return { boot: [boot], 'few.resident': [resident], 'few.anonymous': [anonymous] };
      });
      samples = pooled(samples, more);
    }
    return samples;
  },
  peers: {
    pm2: async () => {
      const weighed = await pm2Memory(FEW);
      return weighed && { 'few.resident': [weighed.resident], 'few.anonymous': [weighed.anonymous] };
    },
  },
};
