import { describe, expect, test } from 'vitest';
import { procStat } from '../../../src/io/proc-stat.ts';
import { caller } from '../call.ts';
import { FakeSupervisor, group, processConfig } from '../fakes.ts';

function programs() {
  const supervisor = new FakeSupervisor([
    group('g', [processConfig('a'), processConfig('b', { reloadSignal: 1 })]),
    group('p', [
      processConfig('p', {
        environment: { TOKEN: 'sesame', HOME: '/srv' },
        command: '/bin/fetch https://anna:sesame@example.com/',
        priority: 5,
      }),
    ]),
  ]);
  return { call: caller(supervisor), process: supervisor.process.bind(supervisor) };
}

interface Status {
  readonly state: string;
  readonly processes: readonly { readonly name: string; readonly [member: string]: unknown }[];
}

describe('visord.getStatus', () => {
  test('has all processes by name, or those that are named, in the order of the names', async () => {
    const { call } = programs();
    const names = async (...asked: string[]) =>
      ((await call('visord.getStatus', asked)) as unknown as Status).processes.map(({ name }) => name);
    expect(await names()).toEqual(['a', 'b', 'p']);
    expect(await names('p', 'g:*')).toEqual(['p', 'a', 'b']);
    expect(await call('visord.getStatus', ['p', 'x'])).toBe('10 BAD_NAME: x');
  });

  test('has what the name of the state does not show: waits, checks, logs, disabled programs', async () => {
    const { call, process: find } = programs();
    const b = find('b', 'g');
    b.become('RUNNING', { pid: 77, startedAt: 1000.5 });
    b.health = { isHealthy: false, text: 'unhealthy: 3 failures' };
    b.stdoutLogfile = '/tmp/b.log';
    find('p').isDisabled = true;
    find('a', 'g').wait = { text: 'waiting for b (healthy)', failure: null };
    const { state, processes } = (await call('visord.getStatus')) as unknown as Status;
    expect(state).toBe('RUNNING');
    expect(processes).toMatchObject([
      { name: 'a', waiting: true, disabled: false, healthy: true, reloadable: false },
      {
        name: 'b',
        statename: 'RUNNING',
        pid: 77,
        start: { value: 1000.5 },
        reloadable: true,
        healthy: false,
        health: 'unhealthy: 3 failures',
        stdout: true,
        stderr: false,
      },
      { name: 'p', waiting: false, disabled: true, stdout: false },
    ]);
  });
});

test('the configuration of a process hides values of variables and passwords in addresses', async () => {
  const { call } = programs();
  const keys = await call('visord.getProcessConfig', 'p');
  expect(JSON.stringify(keys)).not.toContain('sesame');
  expect(keys).toEqual(
    expect.arrayContaining([
      { key: 'command', value: '/bin/fetch https://anna:***@example.com/', default: false },
      { key: 'environment', value: 'TOKEN=***,HOME=***', default: false },
      { key: 'priority', value: '5', default: false },
      { key: 'startsecs', value: '1', default: true },
    ]),
  );
  expect(await call('visord.getProcessConfig', 'x')).toBe('10 BAD_NAME: x');
});

test('the figures of the last hour are recorded from the first call on', async () => {
  const { call, process: find } = programs();
  find('p').become('RUNNING', { pid: process.pid });
  find('p').startTicks = procStat(process.pid)?.startTicks ?? null;
  interface History {
    readonly times: readonly unknown[];
    readonly cpu: readonly { readonly value: number }[];
    readonly memory: readonly { readonly value: number }[];
  }
  const history = async (name: string) =>
    (await call('visord.getResourceHistory', name)) as unknown as History;
  expect((await history('p')).times).toEqual([]);
  await expect.poll(async () => (await history('p')).times.length).toBe(1);
  const { cpu, memory } = await history('p');
  expect(cpu).toEqual([{ value: -1 }]);
  expect(memory[0]?.value).toBeGreaterThan(1e6);
  expect((await history('g:a')).memory).toEqual([{ value: -1 }]);
});

test('the results of checks are those of the process, with -1 for a duration that was not measured', async () => {
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
  const call = caller(supervisor);
  supervisor.onCheckResults = ({ config }) =>
    config.name === 'p'
      ? [
          { check: 'readiness', wallMs: 1500, tookMs: null, failure: null },
          { check: 'liveness', wallMs: 2500, tookMs: 20, failure: 'connection refused' },
        ]
      : [];
  expect(await call('visord.getCheckResults', 'p')).toMatchObject([
    { check: 'readiness', time: { value: 1.5 }, seconds: { value: -1 }, passed: true, text: '' },
    {
      check: 'liveness',
      time: { value: 2.5 },
      seconds: { value: 0.02 },
      passed: false,
      text: 'connection refused',
    },
  ]);
  expect(await call('visord.getCheckResults', 'x')).toBe('10 BAD_NAME: x');
});

test('a program without the hook is a fault, and so is a hook that fails', async () => {
  const supervisor = new FakeSupervisor([group('p', [processConfig('p')])]);
  const call = caller(supervisor);
  expect(await call('visord.runHook', 'p', 'pre_stop_hook')).toBe('30 FAILED: p has no pre_stop_hook');
  expect(await call('visord.runHook', 'p', 'stop_command')).toBe('2 INCORRECT_PARAMETERS');
  expect(await call('visord.runHook', 'x', 'pre_stop_hook')).toBe('10 BAD_NAME: x');
  supervisor.onHook = (_process, hook) => Promise.resolve(hook === 'pre_stop' ? 'exit status 1' : null);
  expect(await call('visord.runHook', 'p', 'pre_stop_hook')).toBe('30 FAILED: exit status 1');
  expect(await call('visord.runHook', 'p', 'post_start_hook')).toBe(true);
});
