/**
 * Stops: every signal, deadlines, process groups, stops in the middle of something.
 *
 * @module
 */
import type { Scenario, Side } from '../../scenario.ts';
import { observeStates, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { linesAbout, untilLongBackoff } from './main-log.ts';

const SIGNALS = ['TERM', 'HUP', 'INT', 'QUIT', 'USR1', 'USR2', 'KILL'];

export const lifecycleStopping: Scenario = {
  name: 'lifecycle-stopping',
  title: 'stop signals, deadlines, process groups, stops of what is not up yet',
  run: async (side) => {
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}[supervisord]\nloglevel=debug\n${programs(side).join('\n')}`,
    );
    for (const [name, script] of Object.entries(SCRIPTS)) side.writeFile(name, `#!/bin/sh\n${script}`, 0o755);
    await side.start();
    await Promise.all(READY.map((name) => untilLogged(side, name, 'ready')));
    await untilState(side, 'slow', 'STARTING');
    const names = [...READY, 'slow'];
    const results = await Promise.all(names.map((name) => side.rpc('supervisor.stopProcess', [name])));
    for (const [index, name] of names.entries()) {
      side.observe(`stop of ${name}`, { ...(results[index] ?? { failure: 'none' }) });
      side.observe(`main log of ${name}`, linesAbout(side, name));
    }
    await side.rpc('supervisor.startProcess', ['failing', false]);
    await untilLongBackoff(side, 'failing');
    side.observe('stop in BACKOFF', { ...(await side.rpc('supervisor.stopProcess', ['failing'])) });
    side.observe('main log of failing', linesAbout(side, 'failing'));
    for (const name of ['as-group', 'kill-group', 'not-as-group']) await observeGrandchild(side, name);
    side.observe(
      'output in the main log',
      /DEBG ('on-term' stdout output:\ngot TERM)\n/.exec(side.readFile('main.log'))?.[1] ?? '',
    );
    await observeStates(side, 'states at the end');
    side.observe('stop of what is stopped', { ...(await side.rpc('supervisor.stopProcess', ['slow'])) });
    side.observe('start', { ...(await side.rpc('supervisor.startProcess', ['on-term'])) });
    side.observe('start of what is started', { ...(await side.rpc('supervisor.startProcess', ['on-term'])) });
  },
};

const READY = [
  ...SIGNALS.map((name) => `on-${name.toLowerCase()}`),
  'with-status',
  'stubborn',
  'as-group',
  'kill-group',
  'not-as-group',
];

const SCRIPTS = {
  'on.sh': `trap "echo got $1; exit \${2:-0}" $1
echo ready
while :; do sleep 0.05; done
`,
  'stubborn.sh': `trap '' TERM
echo ready
while :; do sleep 0.05; done
`,
  /** Starts a child that ends at TERM only, in the same process group, and ends at TERM itself. */
  'family.sh': `sleep 1000 &
echo $! > $1
echo ready
while :; do sleep 0.05; done
`,
  /** The same, but both ignore TERM. */
  'stubborn-family.sh': `trap '' TERM
sleep 1000 &
echo $! > $1
echo ready
while :; do sleep 0.05; done
`,
};

function programs(side: Side): string[] {
  const started = (name: string, command: string, ...keys: string[]) =>
    program(name, `${side.path(command)}`, 'autostart=true', ...keys);
  return [
    ...SIGNALS.map((signal) =>
      started(
        `on-${signal.toLowerCase()}`,
        signal === 'KILL' ? 'stubborn.sh' : `on.sh ${signal}`,
        `stopsignal=${signal}`,
        'redirect_stderr=true',
      ),
    ),
    started('with-status', 'on.sh TERM 3'),
    started('stubborn', 'stubborn.sh', 'stopwaitsecs=1'),
    started('as-group', `family.sh ${side.path('as-group.pid')}`, 'stopasgroup=true'),
    started(
      'kill-group',
      `stubborn-family.sh ${side.path('kill-group.pid')}`,
      'killasgroup=true',
      'stopwaitsecs=1',
    ),
    started('not-as-group', `family.sh ${side.path('not-as-group.pid')}`),
    program('slow', '/bin/sleep 1000', 'autostart=true', 'startsecs=600'),
    program('failing', '/bin/false', 'startsecs=60', 'startretries=50'),
  ];
}

async function observeGrandchild(side: Side, name: string): Promise<void> {
  const pid = Number(side.readFile(`${name}.pid`));
  const expected = name === 'not-as-group';
  const isThere = async () =>
    (await side.command('ps', ['-o', 'stat=', '-p', String(pid)])).stdout.match(/^[^Z]/) !== null;
  if (!expected)
    await side.waitFor('the grandchild is gone', async () => !(await isThere()), 10).catch(() => undefined);
  const lives = await isThere();
  side.observe(`the grandchild of ${name} lives on`, lives);
  if (lives) process.kill(pid, 'SIGKILL');
}
