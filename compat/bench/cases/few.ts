/**
 * A daemon of usual size: ten programs.
 *
 * @module
 */
import { withBed } from '../bed.ts';
import { sleepers } from '../configuration.ts';
import type { Case, Samples } from '../figure.ts';
import { bareNodeFloor } from '../floor.ts';
import { scheduledSeconds } from '../proc.ts';
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
    {
      name: 'boot-cpu',
      title: 'cpu of the boot to first RPC answer',
      meaning:
        'processor time of the daemon until getState is answered; the floor is `node -e 0`, which reads no configuration',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most of', times: 1.2, of: 'floor' },
      value: medianOf('boot.cpu'),
    },
  ],
  run: async (subject, { boots }) => {
    let samples: Samples = {};
    for (let count = 1; count <= boots; count += 1) {
      const boot = await withBed(subject, async (bed) => {
        const daemon = bed.start({ programs: sleepers(FEW) });
        (await daemon.firstAnswer()).close();
        return {
          boot: [(performance.now() - daemon.bornAt) / 1000],
          'boot.cpu': [scheduledSeconds(daemon.pid)],
        };
      });
      samples = pooled(samples, boot);
    }
    return samples;
  },
  floor: async ({ boots }) => ({ 'boot.cpu': await bareNodeFloor(boots) }),
};
