import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/types.ts';
import { caller } from './call.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';

const INCORRECT = '2 INCORRECT_PARAMETERS';

describe('the daemon', () => {
  test('reports what it is', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('supervisor.getAPIVersion')).toBe('3.0');
    expect(await call('supervisor.getVersion')).toBe('3.0');
    expect(await call('supervisor.getSupervisorVersion')).toBe('4.3.0');
    expect(await call('supervisor.getIdentification')).toBe('supervisor');
    expect(await call('supervisor.getPID')).toBe(process.pid);
    expect(await call('supervisor.getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
  });

  test.each(['shutdown', 'restart'])('refuses everything but events after %s', async (method) => {
    const supervisor = new FakeSupervisor();
    const call = caller(supervisor);
    expect(await call(`supervisor.${method}`)).toBe(true);
    expect(await call('supervisor.getState')).toBe('6 SHUTDOWN_STATE');
    expect(await call('supervisor.startProcess', 'nope')).toBe('6 SHUTDOWN_STATE');
    expect(await call('supervisor.getState', 1)).toBe(INCORRECT);
    expect(await call('supervisor.sendRemoteCommEvent', 'a', 'b')).toBe(true);
    expect(await call('system.methodSignature', 'supervisor.getState')).toEqual(['struct']);
    expect(supervisor.events).toEqual(['a=b']);
  });

  test('reports what a new configuration changes, in an array of one array', async () => {
    const supervisor = new FakeSupervisor();
    supervisor.onReload = () => ({ added: ['a'], changed: ['b'], removed: ['c', 'd'] });
    expect(await caller(supervisor)('supervisor.reloadConfig')).toEqual([[['a'], ['b'], ['c', 'd']]]);
  });

  test('answers a configuration that cannot be used with fault 92', async () => {
    const supervisor = new FakeSupervisor();
    supervisor.onReload = () => {
      throw new ConfigError('no such thing');
    };
    expect(await caller(supervisor)('supervisor.reloadConfig')).toBe('92 CANT_REREAD: no such thing');
  });
});

describe('a group', () => {
  test('is added once', async () => {
    const supervisor = new FakeSupervisor([group('a', [processConfig('a')])]);
    supervisor.groups.clear();
    const call = caller(supervisor);
    expect(await call('supervisor.addProcessGroup', 'a')).toBe(true);
    expect(await call('supervisor.addProcessGroup', 'a')).toBe('90 ALREADY_ADDED: a');
    expect([...supervisor.groups.keys()]).toEqual(['a']);
  });

  test('is removed when all in it is stopped', async () => {
    const supervisor = new FakeSupervisor([group('a', [processConfig('a')])]);
    const call = caller(supervisor);
    const process = supervisor.process('a');
    process.become('RUNNING');
    expect(await call('supervisor.removeProcessGroup', 'a')).toBe('91 STILL_RUNNING: a');
    process.become('STOPPED');
    expect(await call('supervisor.removeProcessGroup', 'a')).toBe(true);
    expect(await call('supervisor.removeProcessGroup', 'a')).toBe('10 BAD_NAME: a');
  });

  test('that is not configured has a bad name, of whatever type', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('supervisor.addProcessGroup', 'x')).toBe('10 BAD_NAME: x');
    expect(await call('supervisor.addProcessGroup', 5)).toBe('10 BAD_NAME: 5');
    expect(await call('supervisor.addProcessGroup', [1, 'a'])).toBe("10 BAD_NAME: [1, 'a']");
    expect(await call('supervisor.startProcessGroup', 5)).toBe('10 BAD_NAME: 5');
    expect(await call('supervisor.startProcessGroup', null)).toBe('10 BAD_NAME');
    expect(await call('supervisor.startProcessGroup', [1])).toBe(INCORRECT);
    expect(await call('supervisor.removeProcessGroup', [1])).toBe(INCORRECT);
  });
});

describe('the configuration of a process', () => {
  const auto = { kind: 'auto' } as const;
  const base = processConfig('b');
  const file = { kind: 'file', path: '/tmp/a.log' } as const;
  const configs = [
    group('g', [{ ...base, autorestart: 'always', uid: 33, stdout: { ...base.stdout, logfile: auto } }], 5),
    group('a', [
      processConfig('a', {
        directory: '/tmp',
        serverUrl: 'http://x:1',
        stdout: { ...base.stdout, logfile: file },
        stderr: { ...base.stderr, logfile: { kind: 'syslog' }, syslog: true },
      }),
    ]),
  ];

  test('is returned key by key, in the order of process names', async () => {
    const supervisor = new FakeSupervisor(configs);
    const [a, b] = (await caller(supervisor)('supervisor.getAllConfigInfo')) as Record<string, unknown>[];
    expect(Object.entries(a ?? {})).toEqual(
      Object.entries({
        autostart: true,
        autorestart: 'unexpected',
        directory: '/tmp',
        uid: 'none',
        command: '/bin/cat',
        exitcodes: [0],
        group: 'a',
        group_prio: 999,
        inuse: true,
        killasgroup: false,
        name: 'a',
        process_prio: 999,
        redirect_stderr: false,
        startretries: 3,
        startsecs: 1,
        stdout_capture_maxbytes: 0,
        stdout_events_enabled: false,
        stdout_logfile: '/tmp/a.log',
        stdout_logfile_backups: 10,
        stdout_logfile_maxbytes: 52_428_800,
        stdout_syslog: false,
        stopsignal: 15,
        stopwaitsecs: 10,
        stderr_capture_maxbytes: 0,
        stderr_events_enabled: false,
        stderr_logfile: 'none',
        stderr_logfile_backups: 10,
        stderr_logfile_maxbytes: 52_428_800,
        stderr_syslog: true,
        serverurl: 'http://x:1',
      }),
    );
    expect(b).toMatchObject({
      name: 'b',
      group: 'g',
      group_prio: 5,
      uid: 33,
      autorestart: true,
      directory: 'none',
    });
  });

  test('has the path of an AUTO log while it is the one in use, and `auto` once it was read again', async () => {
    const supervisor = new FakeSupervisor(configs);
    supervisor.process('b', 'g').stdoutLogfile = '/tmp/b-stdout.log';
    const call = caller(supervisor);
    expect(await call('supervisor.getAllConfigInfo')).toMatchObject([
      {},
      { stdout_logfile: '/tmp/b-stdout.log' },
    ]);
    supervisor.config = structuredClone(supervisor.config);
    expect(await call('supervisor.getAllConfigInfo')).toMatchObject([
      {},
      { stdout_logfile: 'auto', inuse: true },
    ]);
    supervisor.groups.delete('g');
    expect(await call('supervisor.getAllConfigInfo')).toMatchObject([{}, { inuse: false }]);
  });
});
