import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { errorOf, loadText } from '../support.ts';

const PROGRAM = '[program:importer]\ncommand=/bin/x\nrun_on=one\n';

function fleet(lines: string, program = PROGRAM): string {
  return `[supervisord]\n${program}[fleet]\nengine=etcd://10.0.0.1:2379,10.0.0.2\n${lines}`;
}

test('a daemon without an engine has no fleet', () => {
  expect(loadText('[supervisord]\n[fleet]\nnodes=app1=http://10.0.0.1:9001\n').fleet).toBeNull();
});

test('a daemon with an engine has its members, and a name', () => {
  const config = loadText(fleet('name=prod\nnode=app1\nadvertise=https://10.0.0.1:9001\n'));
  expect(config.fleet).toMatchObject({
    name: 'prod',
    node: 'app1',
    advertise: 'https://10.0.0.1:9001',
    leaseSeconds: 15,
    engine: [
      { host: '10.0.0.1', port: 2379 },
      { host: '10.0.0.2', port: 2379 },
    ],
  });
  expect(loadText(fleet('')).fleet?.node).toBe(hostname());
});

test('what only clients read is not read by the daemon', () => {
  expect(loadText(fleet('password_file=/nonexistent\nnodes=nonsense\n')).fleet?.node).toBe(hostname());
});

test('run_on ends with a program what its process group has left, unless kill_mode is set', () => {
  const placement = ({ run_on = 'one', more = '' }) =>
    loadText(fleet('', `[program:importer]\ncommand=/bin/x\nrun_on=${run_on}\n${more}`)).groups[0]
      ?.processes[0];
  expect(placement({})).toMatchObject({
    killMode: 'group',
    placement: { count: 1, preferred: [], onPartition: 'stop' },
  });
  expect(placement({ run_on: 'all' })).toMatchObject({ killMode: null, placement: { count: 0 } });
  expect(placement({ run_on: '3', more: 'kill_mode=cgroup\nprefer_nodes=app1,app2\n' })).toMatchObject({
    killMode: 'cgroup',
    placement: { count: 3, preferred: ['app1', 'app2'] },
  });
});

test.for([
  [
    '',
    PROGRAM.replace('one', 'none'),
    "not a number of nodes: 'none': write all, one, or a number in section 'program:importer'",
  ],
  ['lease_seconds=2\n', PROGRAM, "not a number of whole seconds from 3 to 3600: '2' in section 'fleet'"],
  [
    'engine=http://10.0.0.1\n',
    PROGRAM,
    "'http://10.0.0.1' is not an engine: write etcd://HOST:PORT,HOST:PORT in section 'fleet'",
  ],
  ['engine=etcd://a:0\n', PROGRAM, "'a:0' is not a member of an engine: write HOST:PORT in section 'fleet'"],
  ['node=a/b\n', PROGRAM, "'a/b' is not the name of a node in section 'fleet'"],
  ['engine_username=x\n', PROGRAM, 'engine_username and engine_password_file belong together'],
  ['engine_keyfile=/x\n', PROGRAM, 'engine_certfile and engine_keyfile belong together'],
  [
    'lease_seconds=14\n',
    PROGRAM,
    '[program:importer] has run_on and stopwaitsecs=10: lease_seconds=14 of [fleet] has to be at least 15',
  ],
  [
    '',
    `${PROGRAM}restart_mode=start_first\n`,
    "run_on cannot be used with restart_mode=start_first in section 'program:importer'",
  ],
  [
    '',
    '[eventlistener:x]\ncommand=/bin/x\nevents=TICK_5\nrun_on=one\n',
    "run_on cannot be used for event listeners in section 'eventlistener:x'",
  ],
] as const)('%j with %j is an error', ([lines, program, message]) => {
  // A later key of a section wins.
  expect(errorOf(() => loadText(fleet(lines, program))).replace(/ \(file: .*/, '')).toBe(message);
});

test('run_on without an engine is an error', () => {
  expect(errorOf(() => loadText(`[supervisord]\n${PROGRAM}`))).toBe(
    '[program:importer] has run_on, and [fleet] has no engine',
  );
});
