/**
 * Ansible's module `supervisorctl`, each side with the supervisorctl of its own package.
 *
 * @module
 */
import type { Json, Scenario, Side } from '../../scenario.ts';
import { observeStates, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

export const languagesAnsible: Scenario = {
  name: 'languages-ansible',
  title: "Ansible's supervisorctl module: present, started, restarted, signalled, stopped, absent",
  needs: ['command:ansible', 'command:ansible-playbook', 'python:ansible_collections.community.general'],
  run: async (side) => {
    const words = side.companion('supervisorctl') ?? ['supervisorctl'];
    const client = side.writeFile('supervisorctl', `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, 0o755);
    side.alias(words.at(-1) ?? '', 'SUPERVISORCTL');
    const port = await side.freePort();
    writeConfiguration(side, port, ['web', 'worker']);
    const daemon = await side.start();
    for (const name of ['web', 'pool:a', 'pool:b']) await untilState(side, name, 'RUNNING');
    writeConfiguration(side, port, ['web', 'worker', 'comes']);

    const url = `http://127.0.0.1:${port}`;
    const login = { config: side.path('ctl.conf'), server_url: url, username: 'user', password: 'pass' };
    const tasks = TASKS.map((task) => ({ supervisorctl_path: client, ...login, ...task }));
    const play = { hosts: 'localhost', connection: 'local', gather_facts: false, tasks: tasks.map(asTask) };
    const playbook = side.writeFile('play.json', JSON.stringify([play]));
    const { stdout, stderr } = await side.command('ansible-playbook', ['-i', 'localhost,', playbook], {
      seconds: 500,
      environment: {
        ANSIBLE_NO_TARGET_SYSLOG: 'true',
        ANSIBLE_STDOUT_CALLBACK: 'json',
        ANSIBLE_LOCAL_TEMP: side.path('ansible'),
      },
    });
    const report = JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout);
    const results: readonly Json[] = report.plays[0].tasks.map(resultOfTask);
    for (const [index, task] of TASKS.entries()) {
      side.observe(`task ${index + 1}: ${JSON.stringify(task)}`, results[index] ?? null);
    }
    await observeStates(side, 'states after the play');
    side.observe('exit code', await daemon.stop());
  },
};

type Task = Readonly<Record<string, string>>;

const TASKS: readonly Task[] = [
  { name: 'comes', state: 'present' },
  { name: 'comes', state: 'present' },
  { name: 'worker', state: 'started' },
  { name: 'worker', state: 'started' },
  { name: 'worker', state: 'signalled', signal: 'CONT' },
  { name: 'web', state: 'restarted' },
  { name: 'web', state: 'stopped' },
  { name: 'pool:', state: 'stopped' },
  { name: 'pool:', state: 'restarted' },
  { name: 'pool:b', state: 'stopped' },
  { name: 'nope', state: 'started' },
  { name: 'worker', state: 'started', password: 'word' },
  { name: 'worker', state: 'absent' },
  { name: 'comes', state: 'absent' },
  { name: 'all', state: 'stopped' },
];

function asTask(options: Task): Json {
  return { 'community.general.supervisorctl': options, ignore_errors: true };
}

/** The module's result of one task, without what differs in each run. */
function resultOfTask(task: {
  readonly hosts: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}): Json {
  const { changed, failed, msg, name, state, affected, rc, stdout, stderr } = task.hosts.localhost ?? {};
  return {
    changed: changed ?? null,
    failed: failed ?? false,
    message: msg ?? null,
    name: name ?? null,
    state: state ?? null,
    affected: affected ?? null,
    command: rc === undefined ? null : { code: rc, stdout: stdout ?? null, stderr: stderr ?? null },
  };
}

function writeConfiguration(side: Side, port: number, names: readonly string[]): void {
  const programs = names.map((name) => program(name, '/bin/cat', `autostart=${name === 'web'}`));
  const pool = ['a', 'b'].map((name) => program(name, '/bin/cat', 'autostart=true'));
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}
[inet_http_server]
port=127.0.0.1:${port}
username=user
password=pass
${[...programs, ...pool].join('\n')}
[group:pool]
programs=a,b
`,
  );
}
