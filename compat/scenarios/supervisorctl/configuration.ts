/**
 * avail, reread, add, remove, update, reload and shutdown through the stock client.
 *
 * @module
 */
import type { Scenario } from '../../scenario.ts';
import { observeLogByProcess, resultOf, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { observeControl, observeControls } from './support.ts';

export const ctlConfiguration: Scenario = {
  name: 'supervisorctl-configuration',
  title: 'avail, reread, add, remove, update, reload, shutdown through supervisorctl',
  run: async (side) => {
    const auto = (name: string, ...keys: string[]) => program(name, '/bin/cat', 'autostart=true', ...keys);
    const write = (...programs: string[]) => side.writeFile('conf.d/all.conf', programs.join('\n'));
    side.writeFile('supervisord.conf', `${side.preamble}\n[include]\nfiles=conf.d/*.conf\n`);
    write(auto('one'), auto('two'), auto('three'));
    const daemon = await side.start();
    const running = async (...names: string[]) => {
      for (const name of names) await untilState(side, name, 'RUNNING');
    };
    await running('one', 'two', 'three');
    await observeControls(
      side,
      ['avail', 'clear all', 'reread', 'reread x', 'update', 'update all', 'update nope', 'update one'],
      {
        title: 'unchanged',
      },
    );

    write(auto('one'), auto('two', 'umask=022'), auto('four'), program('five', '/bin/cat', 'startsecs=1'));
    await observeControls(
      side,
      [
        'reread',
        'avail',
        'add four',
        'add four',
        'add nope',
        'add',
        'remove one',
        'remove nope',
        'remove',
        'status',
      ],
      { title: 'changed' },
    );
    await running('four');
    await observeControls(side, ['update', 'update', 'avail', 'status'], { title: 'changed, then' });
    await running('two');

    write(auto('a'), auto('b'), '[group:team]\nprograms=a,b\n', auto('four'));
    await observeControls(
      side,
      ['update team', 'update nope team', 'status team:*', 'stop one', 'remove one', 'add one', 'avail'],
      {
        title: 'in parts',
      },
    );
    await observeControl(side, 'update', { title: 'in parts, the rest', sorted: true });
    await running('team:a', 'team:b', 'four');

    write('[program:broken]\nautostart=true\n');
    await observeControls(side, ['reread', 'update', 'avail', 'status'], { title: 'broken' });
    write('no section\n');
    await observeControls(side, ['reread', 'update'], { title: 'unreadable' });

    write(auto('four'), auto('six'));
    await observeControls(side, ['reload x', 'reload'], { title: 'reload' });
    await side.waitFor(
      'the new program runs',
      async () => {
        const answer = await side.rpc('supervisor.getProcessInfo', ['six']);
        return 'result' in answer;
      },
      60,
    );
    await running('four', 'six');
    side.observe('same pid after reload', (await resultOf(side, 'getPID')) === daemon.pid);
    await observeControls(side, ['status', 'shutdown x', 'shutdown'], { title: 'the end' });
    side.observe('exit code', await daemon.exited());
    await observeControls(side, ['shutdown', 'reload', 'status'], { title: 'after the end' });
    observeLogByProcess(side, 'main log');
  },
};
