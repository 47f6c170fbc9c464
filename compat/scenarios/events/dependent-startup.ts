/**
 * Listeners that decide when programs start and when the daemon ends: one after supervisord-dependent-startup, which reads
 * keys of its own, and one that ends its daemon when a program is FATAL. They go on working beside the keys that visord has
 * for the same, and `depends_on` leads to the same order of starts.
 *
 * @module
 */
import { PYTHON } from '../../harness/debian.ts';
import type { Scenario, Side } from '../../scenario.ts';
import { linesAbout } from '../lifecycle/main-log.ts';
import { untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { pool } from './listeners.ts';

/** Starts the programs with `dependent_startup=true` whose entries of `dependent_startup_wait_for` are all reached. */
const STARTER = `import configparser, os, sys
from supervisor import childutils

config = configparser.RawConfigParser(strict=False)
config.read(sys.argv[1])
waiting = {}
for section in config.sections():
    if section.startswith('program:') and config.get(section, 'dependent_startup', fallback='') == 'true':
        entries = config.get(section, 'dependent_startup_wait_for', fallback='').split()
        waiting[section[len('program:'):]] = {tuple(entry.split(':')) for entry in entries}
rpc = childutils.getRPCInterface(os.environ)
reached = set()
while True:
    headers, payload = childutils.listener.wait()
    event = headers['eventname']
    if event.startswith('PROCESS_STATE_'):
        fields, _ = childutils.eventdata(payload + '\\n')
        reached.add((fields['processname'], event[len('PROCESS_STATE_'):].lower()))
    for name in [name for name, entries in waiting.items() if entries <= reached]:
        del waiting[name]
        rpc.supervisor.startProcess(name, False)
    childutils.listener.ok()
`;

/** Ends the daemon at the first event. */
const KILLER = `import os, signal
from supervisor import childutils

childutils.listener.wait()
os.kill(os.getppid(), signal.SIGQUIT)
childutils.listener.ok()
`;

/** What each program waits for, in the words of the listener. */
const SERVICES: readonly (readonly [name: string, command: string, waitsFor: string])[] = [
  ['web', '/bin/sleep 1000', 'api:running'],
  ['api', '/bin/sleep 1000', 'db:running migrate:exited'],
  ['migrate', '/bin/true', 'db:running'],
  ['db', '/bin/sleep 1000', ''],
];

export const eventsDependentStartup: Scenario = {
  name: 'events-dependent-startup',
  title: 'listeners that start programs in order and end the daemon, and depends_on in their place',
  needs: ['python:supervisor'],
  run: async (side) => {
    side.writeFile('starter.py', STARTER);
    side.writeFile('killer.py', KILLER);
    await startsInOrder(side, 'by a listener', byListener(side));
    const isOurs = side.label === 'ours';
    await startsInOrder(side, 'by either', isOurs ? byDependencies() : byListener(side));
    await endsWhenFatal(side);
  },
};

function byListener(side: Side): string {
  const services = SERVICES.map(([name, command, waitsFor]) =>
    program(name, command, 'dependent_startup=true', `dependent_startup_wait_for=${waitsFor}`),
  );
  // Its own copy: a process that has the name of the daemon's file in its command line is taken for a fork of the daemon.
  const file = side.writeFile('services.conf', services.join('\n'));
  const command = `${PYTHON} ${side.path('starter.py')} ${file}`;
  const events = 'PROCESS_STATE,SUPERVISOR_STATE_CHANGE_RUNNING';
  return [...services, pool('starter', command, events, 'buffer_size=100')].join('\n');
}

function byDependencies(): string {
  return SERVICES.map(([name, command, waitsFor]) => {
    const keys = waitsFor === '' ? [] : [`depends_on=${waitsFor.split(' ').join(', ')}`];
    return program(name, command, 'autostart=true', ...keys);
  }).join('\n');
}

async function startsInOrder(side: Side, title: string, sections: string): Promise<void> {
  side.writeFile('supervisord.conf', `${side.preamble}${sections}`);
  const daemon = await side.start();
  await untilState(side, 'web', 'RUNNING');
  const started = [...side.readFile('main.log').matchAll(/spawned: '(\w+)'/g)].map(([, name]) => name ?? '');
  side.observe(
    `${title}: the order of the starts`,
    started.filter((name) => name !== 'starter'),
  );
  const { stdout } = await side.ctl(['status', ...SERVICES.map(([name]) => name)]);
  side.observe(
    `${title}: states`,
    stdout.split('\n').map((line) => line.split(/ +/).slice(0, 2).join(' ')),
  );
  side.observe(`${title}: exit code`, await daemon.stop());
  await side.command('rm', ['-f', side.path('main.log')]);
}

/** Beside it are programs with keys of visord, which the reference does not know. */
async function endsWhenFatal(side: Side): Promise<void> {
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      pool('killer', `${PYTHON} ${side.path('killer.py')}`, 'PROCESS_STATE_FATAL'),
      program('db', '/bin/sleep 1000', 'autostart=true', 'exit_on=failure'),
      program('web', '/bin/sleep 1000', 'autostart=true', 'depends_on=db', 'readiness_check_script=true'),
      program('broken', '/bin/false', 'startsecs=60', 'startretries=0'),
    ].join('\n'),
  );
  const daemon = await side.start();
  await untilState(side, 'web', 'RUNNING');
  await untilState(side, 'killer', 'RUNNING');
  await side.ctl(['start', 'broken']);
  side.observe('a listener that ends the daemon: exit code', await daemon.exited());
  side.observe('a listener that ends the daemon: the program', linesAbout(side, 'broken'));
  side.observe(
    'a listener that ends the daemon: signal',
    side.readFile('main.log').includes('received SIGQUIT indicating exit request'),
  );
}
