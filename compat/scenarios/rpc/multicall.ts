/**
 * `system.multicall`: order, faults, recursion, and calls inside that have to wait.
 *
 * @module
 */
import type { Json, Scenario } from '../../scenario.ts';
import { observeCalls, observeStates, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

export const rpcMulticall: Scenario = {
  name: 'rpc-multicall',
  title: 'system.multicall: order of results, faults, recursion, deferred answers',
  differences: ['fault-for-traceback', 'python-exception-in-fault'],
  run: async (side) => {
    const programs = [
      program('quick', '/bin/cat'),
      program('slow', '/bin/cat', 'startsecs=1'),
      program('dies', '/bin/sh -c "sleep 0.2; exit 3"', 'startsecs=60', 'startretries=0'),
      program('many', '/bin/cat', 'numprocs=3', 'process_name=m%(process_num)d', 'stopwaitsecs=2'),
    ];
    side.writeFile('supervisord.conf', side.preamble + programs.join('\n'));
    await side.start();
    for (const [title, calls] of Object.entries(BATCHES)) {
      await observeCalls(side, [['system.multicall', calls]], { title });
      if (title === 'waiting') {
        await untilState(side, 'dies', 'FATAL');
        for (const name of ['m0', 'm1', 'm2']) await untilState(side, `many:${name}`, 'STOPPED');
      }
      await observeStates(side, `states after ${title}`);
    }
    await observeCalls(side, WRONG, { title: 'wrong' });
  },
};

const call = (methodName: Json, ...params: Json[]): Json => ({ methodName, params });

const BATCHES: Readonly<Record<string, Json>> = {
  nothing: [],
  one: [call('supervisor.getState')],
  several: [
    call('supervisor.getAPIVersion'),
    call('supervisor.getProcessInfo', 'nope'),
    call('supervisor.getIdentification'),
    call('supervisor.nope'),
    call('supervisor._update', 'x'),
    call('supervisor.getState', 1),
    call('system.methodSignature', 'supervisor.startProcess'),
    call('system.multicall', []),
    call(''),
    call('getState'),
    call('a.b.c'),
  ],
  shapes: [
    { methodName: 'supervisor.getAPIVersion' },
    { params: [] },
    {},
    { methodName: 'supervisor.getAPIVersion', params: [], more: 1 },
    { methodName: 'supervisor.getProcessInfo', params: 'quick' },
    { methodName: 'supervisor.startProcess', params: {} },
  ],
  'odd method names': [call(5), call(true), call(['supervisor.getState']), call({ a: 1 })],
  waiting: [
    call('supervisor.startProcessGroup', 'many'),
    call('supervisor.startProcess', 'slow'),
    call('supervisor.getAPIVersion'),
    call('supervisor.startProcess', 'dies'),
    call('supervisor.startProcess', 'slow'),
    call('supervisor.stopProcess', 'slow'),
    call('supervisor.stopProcess', 'slow'),
    call('supervisor.stopProcessGroup', 'many', false),
  ],
  'start and stop of everything': [
    call('supervisor.removeProcessGroup', 'dies'),
    call('supervisor.startAllProcesses'),
    call('supervisor.clearAllProcessLogs'),
    call('supervisor.stopProcess', 'quick'),
    call('supervisor.stopProcess', 'many:m1'),
  ],
};

const WRONG = [
  ['system.multicall'],
  ['system.multicall', 5],
  ['system.multicall', 'x'],
  ['system.multicall', {}],
  ['system.multicall', [5]],
  ['system.multicall', ['x']],
  ['system.multicall', [[]]],
  ['system.multicall', [], []],
] as const;
