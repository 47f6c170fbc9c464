import { describe, expect, test } from 'vitest';
import { helpText, type RpcMethod } from '../../src/rpc/method.ts';
import { createMethodTable, UnknownFactoryError } from '../../src/rpc/rpc-interfaces.ts';
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
  test('are those of the reference, listed in its order', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('system.listMethods')).toEqual(Object.keys(SIGNATURES));
  });

  test('have the signatures of the reference', async () => {
    const call = caller(new FakeSupervisor());
    for (const [name, signature] of Object.entries(SIGNATURES)) {
      expect([name, await call('system.methodSignature', name)]).toEqual([name, signature.split(' ')]);
    }
  });

  test('have help that names each parameter with its type, and the result', async () => {
    const help = String(await caller(new FakeSupervisor())('system.methodHelp', 'supervisor.startProcess'));
    expect(help.split('\n').map((line) => line.trim().split(' ').slice(0, 3).join(' '))).toEqual([
      'Start a process.',
      '',
      '@param string name',
      '@param boolean wait',
      '@return boolean result',
      '',
    ]);
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

  test('of a factory that there is not are an error that names it', () => {
    const supervisor = new FakeSupervisor();
    const sections = [{ name: 'x', factory: 'a.b:c', options: {} }];
    expect(() => createMethodTable(supervisor, sections)).toThrow(
      new UnknownFactoryError('a.b:c cannot be resolved within [rpcinterface:x]'),
    );
  });

  test('explain themselves', () => {
    const supervisor = new FakeSupervisor();
    const table = createMethodTable(supervisor, supervisor.config.rpcInterfaces);
    const silent = [...table.values()].filter((method: RpcMethod) => method.help === '' || !helpText(method));
    expect(silent).toEqual([]);
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

  test('for the help of a method that there is not is fault 4', async () => {
    const call = caller(new FakeSupervisor());
    expect(await call('system.methodHelp', 'x')).toBe('4 SIGNATURE_UNSUPPORTED');
    expect(await call('system.methodSignature', 5)).toBe('4 SIGNATURE_UNSUPPORTED');
  });
});
