/**
 * What the daemon does when a cleaner of temporary folders removes its socket, its pidfile and an AUTO log.
 *
 * @module
 */
import { existsSync, unlinkSync } from 'node:fs';
import type { Scenario } from '../../scenario.ts';
import { program } from '../support/programs.ts';

/** Visord looks from 1.5 seconds after its start on; the reference never does. */
const SECONDS = 6;

export const lifecycleRemovedFiles: Scenario = {
  name: 'lifecycle-removed-files',
  title: 'a socket, a pidfile and a log that are removed while the daemon runs',
  differences: ['removed-files'],
  run: async (side) => {
    side.writeFile('supervisord.conf', side.preamble + program('cat', '/bin/cat', 'autostart=true'));
    const daemon = await side.start();
    side.aliasPid(daemon.pid, 'DAEMON');
    let log = '';
    await side.waitFor('there is a log', async () => {
      const answer = await side.rpc('supervisor.getProcessInfo', ['cat']);
      log = 'result' in answer ? String((answer.result as { stdout_logfile: string }).stdout_logfile) : '';
      return log !== '';
    });
    const files = [side.path('s.sock'), side.path('supervisord.pid'), log];
    for (const file of files) unlinkSync(file);
    await side
      .waitFor('they are back', () => files.every((file) => existsSync(file)), SECONDS)
      .catch(() => {});
    side.observe(
      'the socket, the pidfile and the log are there',
      files.map((file) => existsSync(file)),
    );
    const { stdout, code } = await side.ctl(['pid']);
    side.observe('supervisorctl pid', [stdout, code]);
    side.observe('exit code', await daemon.stop());
  },
};
