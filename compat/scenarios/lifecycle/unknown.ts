/**
 * A program that the daemon may not signal: a daemon without rights, and a program that has become root.
 *
 * @module
 */
import { chmodSync, chownSync, copyFileSync } from 'node:fs';
import { findCommand } from '../../harness/needs.ts';
import type { Json, Scenario, Side } from '../../scenario.ts';
import { listener, receivedBy, shown, untilHeard, writeListeners } from '../events/listeners.ts';
import { observeStates, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { mainLines } from './main-log.ts';

export const lifecycleUnknown: Scenario = {
  name: 'lifecycle-unknown',
  title: 'a program that cannot be signalled becomes UNKNOWN',
  needs: ['root', 'user:www-data', 'command:setpriv', 'python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    const uid = Number((await side.command('id', ['-u', 'www-data'])).stdout);
    chownSync(side.dir, uid, -1);
    const become = setuidCopy(side, 'setpriv');
    side.writeFile(
      'supervisord.conf',
      [
        side.preamble,
        program('risen', `${become} --reuid 0 /bin/sleep 1000`, 'autostart=true'),
        listener(side, 'subscriber', 'node', 'PROCESS_STATE_UNKNOWN,REMOTE_COMMUNICATION'),
      ].join('\n'),
    );
    const daemon = await side.start({
      prefix: ['setpriv', '--reuid', 'www-data', '--regid', 'www-data', '--clear-groups'],
    });
    for (const name of ['risen', 'subscriber']) await untilState(side, name, 'RUNNING');
    await side.waitFor('it has become root', async () => (await ownerOf(side, 'risen')) === '0');
    for (const call of [
      ['signalProcess', 'risen', 'HUP'],
      ['stopProcess', 'risen'],
      ['stopProcess', 'risen'],
      ['startProcess', 'risen'],
    ] as const) {
      const answer = await side.rpc(`supervisor.${call[0]}`, call.slice(1));
      side.observe(
        call.join(' '),
        'text' in answer ? { ...answer, text: withoutReason(answer.text) } : { ...answer },
      );
    }
    await observeStates(side, 'states');
    await untilHeard(side, 'all', ['subscriber']);
    side.observe('what a listener receives', receivedBy(side, 'subscriber').map(shown) as Json);
    side.observe('exit code', await daemon.stop());
    side.observe(
      'main log',
      mainLines(side)
        .filter((line) => line.includes('risen'))
        .map(withoutReason),
    );
  },
};

/** A setuid copy of a command, which runs as root; where the folder does not allow that, as its caller. */
function setuidCopy(side: Side, name: string): string {
  const copy = side.path(name);
  copyFileSync(findCommand(name) ?? name, copy);
  chmodSync(copy, 0o4755);
  return copy;
}

async function ownerOf(side: Side, name: string): Promise<string> {
  const info = await side.rpc('supervisor.getProcessInfo', [name]);
  const pid =
    'result' in info && info.result !== null && typeof info.result === 'object' && 'pid' in info.result
      ? info.result.pid
      : 0;
  return (await side.command('ps', ['-o', 'ruid=', '-p', String(pid)])).stdout.trim();
}

/** Up to the pid; what follows is the reason, in the reference a traceback. */
function withoutReason(text: string): string {
  return text.replace(/(risen) \(\d+\):[\s\S]*/, '$1 ($PID): REASON');
}
