/**
 * `shutdown` and `restart` over XML-RPC, and the main log of a whole run.
 *
 * @module
 */
import { existsSync, rmSync } from 'node:fs';
import type { Scenario, Side } from '../../scenario.ts';
import { observeCalls, observeMainLog, observeStates, resultOf, untilState } from '../support/calls.ts';
import { program, writePrograms } from '../support/programs.ts';

export const rpcEndings: Scenario = {
  name: 'rpc-endings',
  title: 'shutdown and restart over XML-RPC: answers meanwhile, order, main log',
  differences: ['own-methods'],
  run: async (side) => {
    writePrograms(side);
    // Programs are stopped in turn: it is asked to stop once the first one has ended.
    const isAsked = () => existsSync(side.path('asked'));
    const stubborn = side.writeFile(
      'asked.sh',
      `#!/bin/sh\ntrap 'touch ${side.path('asked')}' TERM\necho ready\nwhile :; do sleep 0.05; done\n`,
      0o755,
    );
    const programs = [
      program('last', '/bin/cat', 'autostart=true', 'priority=1'),
      program('first', '/bin/cat', 'autostart=true', 'priority=900'),
      program('stubborn', stubborn, 'autostart=true', 'stopwaitsecs=600', 'priority=500'),
    ];
    const names = ['last', 'first', 'stubborn'];
    side.writeFile('supervisord.conf', side.preamble + programs.join('\n'));
    const daemon = await side.start();
    const up = async () => {
      for (const name of names) await untilState(side, name, 'RUNNING');
      await side.waitFor('the trap is set', async () =>
        String(await resultOf(side, 'readProcessStdoutLog', 'stubborn', 0, 0)).includes('ready'),
      );
    };
    // The stubborn one holds up each end until everything has been asked.
    await up();
    const first = await pidOf(side, 'stubborn');
    side.observe('pidfile', side.readFile('supervisord.pid') === `${daemon.pid}\n`);

    await observeCalls(
      side,
      [
        ['restart'],
        ['getState'],
        ['restart'],
        ['shutdown'],
        ['getAllProcessInfo'],
        ['system.listMethods'],
        ['startProcess', 'last'],
        ['sendRemoteCommEvent', 'a', 'b'],
      ],
      { title: 'while restarting' },
    );
    await side.waitFor('the stubborn one is asked to stop', isAsked);
    process.kill(first, 'SIGKILL');
    await side.waitFor(
      'the daemon is up again',
      async () => {
        const answer = await side.rpc('supervisor.getState');
        return 'result' in answer;
      },
      60,
    );
    await up();
    const second = await pidOf(side, 'stubborn');
    rmSync(side.path('asked'));
    side.observe('same pid after a restart', (await resultOf(side, 'getPID')) === daemon.pid);
    await observeStates(side, 'states after a restart');

    await observeCalls(
      side,
      [
        ['shutdown'],
        ['getState'],
        ['shutdown'],
        ['getProcessInfo', 'last'],
        ['reloadConfig'],
        ['signalAllProcesses', 'CONT'],
        ['system.multicall', [{ methodName: 'supervisor.getState', params: [] }]],
      ],
      { title: 'while shutting down' },
    );
    await side.waitFor('the stubborn one is asked to stop', isAsked);
    process.kill(second, 'SIGKILL');
    side.observe('exit code', await daemon.exited());
    side.observe('pidfile is gone', !existsSync(side.path('supervisord.pid')));
    side.observe('socket is gone', !existsSync(side.path('s.sock')));
    observeMainLog(side, 'main log');
    side.observe(
      'output is the main log',
      side.normalise(daemon.output()) === side.normalise(side.readFile('main.log')),
    );
  },
};

async function pidOf(side: Side, name: string): Promise<number> {
  return ((await resultOf(side, 'getProcessInfo', name)) as { readonly pid: number }).pid;
}
