import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { VISORD_VERSION } from '../../src/config/tables/visord-version.ts';
import { helpText } from '../../src/rpc/help-text.ts';
import type { MethodDescription } from '../../src/rpc/method.ts';
import { createMethodTable, UnknownFactoryError } from '../../src/rpc/rpc-interfaces.ts';
import { VISORD_METHODS } from '../../src/rpc/visord/methods.ts';
import { caller } from './call.ts';
import { FakeSupervisor } from './fakes.ts';

/** What `system.methodSignature` of Supervisor 4.2.5 answers for each of its methods. */
const SIGNATURES: Readonly<Record<string, string>> = {
  'supervisor.addProcessGroup': 'boolean string',
  'supervisor.clearAllProcessLogs': 'array',
  'supervisor.clearLog': 'boolean',
  'supervisor.clearProcessLog': 'boolean string',
  'supervisor.clearProcessLogs': 'boolean string',
  'supervisor.getAPIVersion': 'string',
  'supervisor.getAllConfigInfo': 'array',
  'supervisor.getAllProcessInfo': 'array',
  'supervisor.getIdentification': 'string',
  'supervisor.getPID': 'int',
  'supervisor.getProcessInfo': 'struct string',
  'supervisor.getState': 'struct',
  'supervisor.getSupervisorVersion': 'string',
  'supervisor.getVersion': 'string',
  'supervisor.readLog': 'string int int',
  'supervisor.readMainLog': 'string int int',
  'supervisor.readProcessLog': 'string string int int',
  'supervisor.readProcessStderrLog': 'string string int int',
  'supervisor.readProcessStdoutLog': 'string string int int',
  'supervisor.reloadConfig': 'array',
  'supervisor.removeProcessGroup': 'boolean string',
  'supervisor.restart': 'boolean',
  'supervisor.sendProcessStdin': 'boolean string string',
  'supervisor.sendRemoteCommEvent': 'boolean string string',
  'supervisor.shutdown': 'boolean',
  'supervisor.signalAllProcesses': 'array string',
  'supervisor.signalProcess': 'boolean string string',
  'supervisor.signalProcessGroup': 'array string string',
  'supervisor.startAllProcesses': 'array boolean',
  'supervisor.startProcess': 'boolean string boolean',
  'supervisor.startProcessGroup': 'array string boolean',
  'supervisor.stopAllProcesses': 'array boolean',
  'supervisor.stopProcess': 'boolean string boolean',
  'supervisor.stopProcessGroup': 'array string boolean',
  'supervisor.tailProcessLog': 'array string int int',
  'supervisor.tailProcessStderrLog': 'array string int int',
  'supervisor.tailProcessStdoutLog': 'array string int int',
  'system.listMethods': 'array',
  'system.methodHelp': 'string string',
  'system.methodSignature': 'array string',
  'system.multicall': 'array array',
};

describe('the methods', () => {
  test('are those of the reference, listed in its order, and then our own', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('system.listMethods')).toEqual([
      ...Object.keys(SIGNATURES),
      ...VISORD_METHODS.map(({ name }) => `visord.${name}`).sort(),
    ]);
  });

  test('have the signatures of the reference', async () => {
    const call = caller(new FakeSupervisor());
    for (const [name, signature] of Object.entries(SIGNATURES)) {
      expect([name, await call('system.methodSignature', name)]).toEqual([name, signature.split(' ')]);
    }
  });

  test.each([
    [
      'supervisor.startProcess',
      ` Start a process, or with 'group:*' all processes of a group

        @param string name     Name of the process, 'group:name', or 'group:*'
        @param boolean wait    Whether the answer waits until each process is RUNNING
        @return boolean result Always true; with 'group:*' an array with a struct for each process: name, group, status, description
        `,
    ],
    [
      'supervisor.reloadConfig',
      `
        Read the configuration again.

        The result has the names of the groups that are new, changed or
        removed. Active groups do not change until removeProcessGroup
        and addProcessGroup are called for them

        @return array result  [[added, changed, removed]]
        `,
    ],
    [
      'system.methodSignature',
      ` Return the types of a method: first that of its result, then
        those of its parameters in order.

        @param string name   Full name of the method
        @return array result The names of the types
        `,
    ],
  ])('have help that is laid out as in the reference: %s', async (name, text) => {
    const help = String(await caller(new FakeSupervisor())('system.methodHelp', name));
    const withoutColumns = (lines: string) => lines.replace(/(@\w+ \w+ \w+) +/g, '$1 ');
    expect(withoutColumns(help)).toBe(withoutColumns(text));
    const columns = help.split('\n').flatMap((line) => /@\w+ \w+ \w+ +/.exec(line)?.[0].length ?? []);
    expect(new Set(columns).size).toBe(1);
  });

  test('are called under the name of their section, and not at all without one', async () => {
    const supervisor = new FakeSupervisor();
    const [section] = supervisor.config.rpcInterfaces;
    if (!section) throw new Error('no section');
    supervisor.config = { ...supervisor.config, rpcInterfaces: [{ ...section, name: 'other' }] };
    expect(await caller(supervisor)('other.getAPIVersion')).toBe('3.0');
    expect(await caller(supervisor)('supervisor.getAPIVersion')).toBe('1 UNKNOWN_METHOD');
    supervisor.config = { ...supervisor.config, rpcInterfaces: [] };
    expect(await caller(supervisor)('system.listMethods')).toEqual(
      Object.keys(SIGNATURES).filter((name) => name.startsWith('system.')),
    );
  });

  test('of a factory that does not exist are an error that names it', () => {
    const supervisor = new FakeSupervisor();
    const sections = [{ name: 'x', factory: 'a.b:c', options: {} }];
    expect(() => createMethodTable(supervisor, sections)).toThrow(
      new UnknownFactoryError('a.b:c cannot be resolved within [rpcinterface:x]'),
    );
  });

  test('explain themselves', () => {
    const supervisor = new FakeSupervisor();
    const table = createMethodTable(supervisor, supervisor.config.rpcInterfaces);
    const silent = [...table.values()].filter(
      (method: MethodDescription) => method.help === '' || !helpText(method),
    );
    expect(silent).toEqual([]);
  });
});

describe('visord.*', () => {
  test('is there with the main interface, under whatever name that has', async () => {
    const supervisor = new FakeSupervisor();
    const [section] = supervisor.config.rpcInterfaces;
    if (!section) throw new Error('no section');
    supervisor.config = { ...supervisor.config, rpcInterfaces: [{ ...section, name: 'other' }] };
    expect(await caller(supervisor)('visord.getVersion')).toEqual({
      version: VISORD_VERSION,
      reference: '4.3.0',
      node: process.versions.node,
    });
  });

  test('is not there where no section allows the control of the daemon', async () => {
    const supervisor = new FakeSupervisor();
    supervisor.config = { ...supervisor.config, rpcInterfaces: [] };
    expect(await caller(supervisor)('visord.getVersion')).toBe('1 UNKNOWN_METHOD');
  });

  test('is refused while the daemon shuts down', async () => {
    const supervisor = new FakeSupervisor();
    supervisor.state = 'SHUTDOWN';
    expect(await caller(supervisor)('visord.getVersion')).toBe('6 SHUTDOWN_STATE');
    expect(await caller(supervisor)('supervisor.getState')).toBe('6 SHUTDOWN_STATE');
    expect(await caller(supervisor)('supervisor.sendRemoteCommEvent', 'a', 'b')).toBe(true);
  });
});

describe('a call', () => {
  test.each([
    'supervisor.nope',
    'supervisor._update',
    'supervisor.__class__.__init__',
    'supervisor',
    '',
    'constructor',
    'supervisor.constructor',
    'supervisor.supervisord.options.execve',
  ])('of %j is fault 1', async (name) => {
    expect(await caller(new FakeSupervisor())(name)).toBe('1 UNKNOWN_METHOD');
  });

  test('with the wrong number of arguments is fault 2', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('supervisor.getState', 1)).toBe('2 INCORRECT_PARAMETERS');
    expect(await call('supervisor.startProcess')).toBe('2 INCORRECT_PARAMETERS');
    expect(await call('supervisor.startProcess', 'x', true, 3)).toBe('2 INCORRECT_PARAMETERS');
  });

  test('for the help of a method that does not exist is fault 4', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('system.methodHelp', 'x')).toBe('4 SIGNATURE_UNSUPPORTED');
    expect(await call('system.methodSignature', 5)).toBe('4 SIGNATURE_UNSUPPORTED');
  });
});
