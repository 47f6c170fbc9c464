/**
 * How quick the client is as a whole process, each subject's own against its own daemon.
 *
 * @module
 */
import { join } from 'node:path';
import { findCompanion } from '../../harness/companion.ts';
import { runCommand } from '../../harness/processes.ts';
import { withBed } from '../bed.ts';
import { sleepers } from '../configuration.ts';
import type { Case } from '../figure.ts';
import { medianOf } from '../statistics.ts';

/** Runs `supervisorctl status` again and again. */
export const client: Case = {
  name: 'client',
  setting: 'five programs; `supervisorctl status` again and again',
  timeoutSeconds: 60,
  figures: [
    {
      name: 'client-status',
      title: 'supervisorctl status',
      meaning:
        'the whole process, from its start to its end: of ours against our daemon, of the stock one against its own',
      unit: 'time',
      better: 'lower',
      place: 7,
      target: { kind: 'times better', atLeast: 2 },
      value: medianOf('client-status'),
    },
  ],
  run: (subject, { boots }) =>
    withBed(subject, async (bed) => {
      const command = findCompanion(subject.command, 'supervisorctl');
      if (command === null) throw new Error(`there is no supervisorctl beside ${subject.command.join(' ')}`);
      (await bed.start({ programs: sleepers(5) }).firstAnswer()).close();
      const values: number[] = [];
      for (let count = 0; count < boots * 2; count += 1) {
        const before = performance.now();
        const { stdout, stderr } = await runCommand(
          [...command, '-c', join(bed.dir, 'supervisord.conf'), 'status'],
          bed.dir,
        );
        values.push((performance.now() - before) / 1000);
        if (stdout.trim().split('\n').length !== 5)
          throw new Error(`not the status of five programs: ${stdout}${stderr}`);
      }
      return { 'client-status': values };
    }),
};
