/**
 * A daemon of usual size: ten programs.
 *
 * @module
 */
import { withBed } from '../bed.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { medianOf, pooled } from '../statistics.ts';

export const FEW = 10;

/** Measures the start of a daemon with ten programs. */
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
  ],
  run: async (subject, { boots }) => {
    let samples: Samples = {};
    for (let count = 1; count <= boots; count += 1) {
      const boot = await withBed(subject, async (bed) => {
        const daemon = bed.start({ programs: sleepers(FEW) });
        (await daemon.firstAnswer()).close();
        return { boot: [(performance.now() - daemon.bornAt) / 1000] };
      });
      samples = pooled(samples, boot);
    }
    return samples;
  },
};
