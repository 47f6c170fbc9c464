import { describe, expect, test } from 'vitest';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';
import { type Call, caller } from './call.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';

const FACTORY = 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface';

function open(options: Readonly<Record<string, string>> = {}): {
  readonly supervisor: FakeSupervisor;
  readonly call: Call;
} {
  const supervisor = new FakeSupervisor([group('jobs', []), group('web', [processConfig('web')])]);
  const section = { name: 'twiddler', factory: FACTORY, options };
  supervisor.config = {
    ...supervisor.config,
    rpcInterfaces: [...supervisor.config.rpcInterfaces, section],
  };
  return { supervisor, call: caller(supervisor) };
}

const namesIn = (supervisor: FakeSupervisor, name: string) => [
  ...(supervisor.groups.get(name)?.processes.keys() ?? []),
];

describe('the twiddler', () => {
  test('has the methods of its package', async () => {
    const { call } = open();
    expect(await call('twiddler.getAPIVersion')).toBe('1.0');
    expect(await call('twiddler.getGroupNames')).toEqual(['jobs', 'web']);
    expect(await call('system.listMethods')).toEqual(
      expect.arrayContaining([
        'twiddler.addProgramToGroup',
        'twiddler.getAPIVersion',
        'twiddler.getGroupNames',
        'twiddler.log',
        'twiddler.removeProcessFromGroup',
      ]),
    );
  });

  test.each([
    [['hello'], 'info: hello'],
    [['hello', 'warn'], 'warn: hello'],
    [['hello', 'CRIT'], 'critical: hello'],
    [['hello', 40], 'error: hello'],
    [['hello', 'Debg'], 'debug: hello'],
    [['hello', 5], 'trace: hello'],
    [['hello', 'BLAT'], 'blather: hello'],
    [[['x']], "info: ['x']"],
  ] as const)('writes %j to the main log', async (args, line) => {
    const { supervisor, call } = open();
    expect(await call('twiddler.log', ...args)).toBe(true);
    expect(supervisor.log.lines).toEqual([line]);
  });

  test.each(['critical', 21, null, true, '', '20', '__proto__'])('has no log level %j', async (level) => {
    const { supervisor, call } = open();
    expect(await call('twiddler.log', 'hello', level)).toBe('2 INCORRECT_PARAMETERS');
    expect(supervisor.log.lines).toEqual([]);
  });

  test('refuses everything once the daemon ends', async () => {
    const { supervisor, call } = open();
    supervisor.shutdown();
    expect(await call('twiddler.getAPIVersion')).toBe('6 SHUTDOWN_STATE');
    expect(await call('twiddler.removeProcessFromGroup', 'web', 'web')).toBe('6 SHUTDOWN_STATE');
  });

  test('refuses with fault 230 what the whitelist leaves out', async () => {
    const { call } = open({ whitelist: 'log, getGroupNames' });
    expect(await call('twiddler.getGroupNames')).toEqual(['jobs', 'web']);
    expect(await call('twiddler.log', 'x')).toBe(true);
    expect(await call('twiddler.getAPIVersion')).toBe('230 UNKNOWN: getAPIVersion');
    expect(await call('twiddler.addProgramToGroup', 'nope', 'x', {})).toBe('230 UNKNOWN: addProgramToGroup');
  });

  test('cannot be made with an option that it does not have', () => {
    expect(() => open({ whitlist: 'log' })).toThrow('Could not make twiddler rpc interface');
  });
});

describe('a program that is added', () => {
  test('becomes a process of the group, with the keys of its section', async () => {
    const { supervisor, call } = open();
    const keys = {
      command: '/bin/echo %(program_name)s %(group_name)s',
      autostart: 'false',
      startsecs: 0,
      Priority: 5,
    };
    expect(await call('twiddler.addProgramToGroup', 'jobs', 'one', keys)).toBe(true);
    expect(supervisor.process('one', 'jobs').config).toMatchObject({
      command: '/bin/echo one jobs',
      autostart: false,
      startSeconds: 0,
      priority: 5,
      startRetries: 3,
    });
    expect(await call('supervisor.getProcessInfo', 'jobs:one')).toMatchObject({ statename: 'STOPPED' });
  });

  test('becomes numprocs processes', async () => {
    const { supervisor, call } = open();
    const keys = { command: '/bin/cat', numprocs: 3, process_name: 'n%(process_num)d' };
    expect(await call('twiddler.addProgramToGroup', 'jobs', 'many', keys)).toBe(true);
    expect(namesIn(supervisor, 'jobs')).toEqual(['n0', 'n1', 'n2']);
  });

  test('has the environment of the daemon section', async () => {
    const { supervisor, call } = open();
    const daemon = { ...supervisor.config.daemon, environment: { GLOBAL: '1', OWN: '1' } };
    supervisor.config = { ...supervisor.config, daemon };
    const keys = { command: '/bin/echo %(ENV_GLOBAL)s', environment: 'OWN=2' };
    expect(await call('twiddler.addProgramToGroup', 'jobs', 'one', keys)).toBe(true);
    const { config } = supervisor.process('one', 'jobs');
    expect(config).toMatchObject({ command: '/bin/echo 1', environment: { GLOBAL: '1', OWN: '2' } });
  });

  test('may come as pairs', async () => {
    const { supervisor, call } = open();
    expect(await call('twiddler.addProgramToGroup', 'jobs', 'one', [['command', '/bin/cat']])).toBe(true);
    expect(namesIn(supervisor, 'jobs')).toEqual(['one']);
  });

  test.each<[string, RpcParameter[], string]>([
    ['an unknown group', ['nope', 'x', { command: 'x' }], '10 BAD_NAME: group: nope'],
    ['a group that is a number', [5, 'x', { command: 'x' }], '10 BAD_NAME: group: 5'],
    ['a group that is an array', [['jobs'], 'x', { command: 'x' }], '2 INCORRECT_PARAMETERS'],
    ['a process that there is', ['web', 'web', { command: 'x' }], '10 BAD_NAME: web'],
    [
      'a process that there is, by its process_name',
      ['web', 'other', { command: 'x', process_name: 'web' }],
      '10 BAD_NAME: web',
    ],
    ['no struct', ['jobs', 'x', 42], '2 INCORRECT_PARAMETERS'],
    ['a nil', ['jobs', 'x', null], '2 INCORRECT_PARAMETERS'],
    ['a list of no pairs', ['jobs', 'x', ['command']], '2 INCORRECT_PARAMETERS'],
    ['a value that is a list', ['jobs', 'x', { command: ['x'] }], '2 INCORRECT_PARAMETERS'],
    [
      'no command',
      ['jobs', 'x', {}],
      "2 INCORRECT_PARAMETERS: program section program:x does not specify a command in section 'program:x' (file: 'supervisord.conf')",
    ],
    [
      'a wrong value',
      ['jobs', 'x', { command: 'x', startsecs: 'soon' }],
      "2 INCORRECT_PARAMETERS: invalid literal for int() with base 10: 'soon' in section 'program:x' (file: 'supervisord.conf')",
    ],
    [
      'a bad name',
      ['jobs', 'x y', { command: 'x' }],
      "2 INCORRECT_PARAMETERS: Invalid name: 'x y' because of character: ' ' in section 'program:x y' (file: 'supervisord.conf')",
    ],
    ['too few arguments', ['jobs', 'x'], '2 INCORRECT_PARAMETERS'],
  ])('with %s is a fault, and changes nothing', async (_what, args, fault) => {
    const { supervisor, call } = open();
    expect(await call('twiddler.addProgramToGroup', ...args)).toBe(fault);
    expect(namesIn(supervisor, 'jobs')).toEqual([]);
    expect(namesIn(supervisor, 'web')).toEqual(['web']);
  });
});

describe('a process that is removed', () => {
  test('is gone', async () => {
    const { supervisor, call } = open();
    expect(await call('twiddler.removeProcessFromGroup', 'web', 'web')).toBe(true);
    expect(namesIn(supervisor, 'web')).toEqual([]);
    expect(await call('supervisor.getAllProcessInfo')).toEqual([]);
  });

  test('and one that comes in its place are distinguished at once', async () => {
    const { call } = open();
    expect(await call('supervisor.getAllProcessInfo')).toMatchObject([{ name: 'web' }]);
    await call('twiddler.removeProcessFromGroup', 'web', 'web');
    await call('twiddler.addProgramToGroup', 'web', 'new', { command: '/bin/cat' });
    expect(await call('supervisor.getAllProcessInfo')).toMatchObject([{ name: 'new' }]);
  });

  test('must be stopped', async () => {
    const { supervisor, call } = open();
    supervisor.process('web').become('RUNNING');
    expect(await call('twiddler.removeProcessFromGroup', 'web', 'web')).toBe('91 STILL_RUNNING: web');
    expect(namesIn(supervisor, 'web')).toEqual(['web']);
  });

  test.each<[RpcParameter, RpcParameter, string]>([
    ['nope', 'web', '10 BAD_NAME: group: nope'],
    ['web', 'nope', '10 BAD_NAME: nope'],
    ['web', null, '10 BAD_NAME'],
    ['web', 5, '10 BAD_NAME: 5'],
    ['web', [], '2 INCORRECT_PARAMETERS'],
    [{}, 'web', '2 INCORRECT_PARAMETERS'],
  ])('by the names %j and %j is a fault', async (groupName, name, fault) => {
    expect(await open().call('twiddler.removeProcessFromGroup', groupName, name)).toBe(fault);
  });
});
