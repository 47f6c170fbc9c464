/**
 * Many programs that log at the same time, each at a moderate pace.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import type { Case } from '../figure.ts';
import { readReport, steadyCommand } from '../log-writer.ts';
import { childCount, cpuSeconds, wakeUps } from '../proc.ts';
import { medianOf } from '../statistics.ts';

const PROGRAMS = 100;
const BYTES_PER_SECOND = 1_000_000;
const SECONDS = 5;

/** Measures whether a program ever waits for its daemon, and the CPU time of the daemon. */
export const logCrowd: Case = {
  name: 'log-crowd',
  setting: `${PROGRAMS} programs that write 1 MB a second each: 50 times a second, five writes of 4 KB of short lines`,
  timeoutSeconds: 90,
  figures: [
    {
      name: 'log-crowd-cpu',
      title: `cpu for 1,000 MB that ${PROGRAMS} programs log at once`,
      meaning: 'utime and stime of the daemon from the first write to the last',
      unit: 'time',
      better: 'lower',
      value: medianOf('log-crowd.cpu'),
    },
    {
      name: 'log-crowd-full',
      title: `writes that find no room in their pipe while ${PROGRAMS} programs log at once`,
      meaning:
        'per second, of all programs together: a program that blocks would have waited for each; these programs do not block, and count such writes',
      unit: 'rate',
      better: 'lower',
      target: { kind: 'at most', value: 0 },
      value: medianOf('log-crowd.full'),
    },
    {
      name: 'log-crowd-longest',
      title: `longest write of a program while ${PROGRAMS} programs log at once`,
      meaning:
        'the median of the longest write of each program; it includes time in which the program waits for a processor',
      unit: 'time',
      better: 'lower',
      value: medianOf('log-crowd.longest'),
    },
    {
      name: 'log-crowd-wake-ups',
      title: `wake-ups per second while ${PROGRAMS} programs log at once`,
      meaning: 'voluntary context switches of all threads of the daemon',
      unit: 'rate',
      better: 'lower',
      value: medianOf('log-crowd.wake-ups'),
    },
  ],
  run: (subject) =>
    withBed(subject, async (bed) => {
      const go = join(bed.dir, 'go');
      const reports = Array.from({ length: PROGRAMS }, (_, index) => join(bed.dir, `report-${index}`));
      const commands = reports.map((file) =>
        steadyCommand(bed.dir, { go, report: file, rate: BYTES_PER_SECOND, seconds: SECONDS }),
      );
      const daemon = bed.start({ programs: {}, sections: commands.map(writer).join('') });
      (await daemon.firstAnswer()).close();
      await waitUntil('all programs run', () => childCount(daemon.pid) >= PROGRAMS, 30);
      await delay(2000);
      const cpuBefore = cpuSeconds(daemon.pid);
      const wakeUpsBefore = wakeUps(daemon.pid);
      writeFileSync(go, '');
      await waitUntil(
        'all programs have written',
        () => reports.every((file) => readReport(file) !== null),
        60,
      );
      const cpu = cpuSeconds(daemon.pid) - cpuBefore;
      const wakes = wakeUps(daemon.pid) - wakeUpsBefore;
      const written = reports.map(readReport).filter((one) => one !== null);
      const bytes = written.reduce((sum, one) => sum + one.bytes, 0);
      return {
        'log-crowd.cpu': [(cpu / bytes) * 1e9],
        'log-crowd.wake-ups': [wakes / SECONDS],
        'log-crowd.full': [written.reduce((sum, { full }) => sum + full, 0) / SECONDS],
        'log-crowd.longest': written.map(({ longestSeconds }) => longestSeconds),
      };
    }),
};

function writer(command: string, index: number): string {
  return `
[program:writer-${index}]
command=${command}
autorestart=false
startsecs=0
`;
}
