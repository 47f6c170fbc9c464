import { expect, vi } from 'vitest';
import { isAlive, pidsRunning } from '../../../compat/harness/processes.ts';
import {
  failureOf,
  runSideCommand,
  type SideCommandHost,
  type SideCommandOutcome,
} from '../../../src/process/spawn/side-command.ts';
import { loadProgram } from '../../config/support.ts';
import { openDescriptors, test, until } from '../support.ts';

function run(
  host: SideCommandHost,
  command: string,
  {
    keys = '',
    timeoutMs = 0,
    environment = {},
  }: { keys?: string; timeoutMs?: number; environment?: Record<string, string> } = {},
): Promise<SideCommandOutcome> {
  return new Promise((onEnd) => {
    runSideCommand({
      host,
      config: loadProgram(keys),
      groupName: 'web',
      command,
      environment,
      timeoutMs,
      onEnd,
    });
  });
}

test('runs in the folder and with the environment of the program, and with its own variables', async ({
  host,
  folder,
}) => {
  const outcome = await run(host, `sh -c 'pwd; echo $A $B $SUPERVISOR_PROCESS_NAME'`, {
    keys: `directory=${folder}\nenvironment=A=program\n`,
    environment: { B: 'hook' },
  });
  expect(outcome).toMatchObject({ kind: 'exited', output: `${folder}\nprogram hook x\n` });
});

test('reports the exit status and the last line of the output', async ({ host }) => {
  const outcome = await run(host, `sh -c 'echo one; echo two >&2; exit 3'`);
  expect(failureOf(outcome, 0)).toBe('exit status 3: two');
});

test('keeps only the end of a long output', async ({ host }) => {
  const outcome = await run(host, `sh -c 'head -c 300000 /dev/zero | tr "\\000" x; echo end'`);
  expect(outcome.kind === 'exited' && [outcome.output.length, outcome.output.endsWith('xend\n')]).toEqual([
    4096,
    true,
  ]);
});

test('kills the whole process group when its time is over', async ({ host }) => {
  const seconds = 1000 + process.pid / 1e7;
  const outcome = await run(host, `sh -c 'sleep ${seconds} & wait'`, { timeoutMs: 500 });
  expect(failureOf(outcome, 500)).toBe('timed out after 0.5 seconds');
  await until('the grandchild has ended', () => !pidsRunning(`sleep\0${seconds}\0`).some(isAlive));
});

test('reports a command that cannot be found or executed', async ({ host }) => {
  expect(await run(host, '/no/such/file')).toEqual({
    kind: 'failed',
    message: "can't find command '/no/such/file'",
  });
  expect(await run(host, 'cat', { keys: 'directory=/no/such\n' })).toEqual({
    kind: 'failed',
    message: "couldn't chdir: ENOENT",
  });
});

test('leaves no descriptor open, and is silent after a cancellation', async ({ host }) => {
  const before = openDescriptors();
  await run(host, 'true');
  const onEnd = vi.fn();
  const cancel = runSideCommand({
    host,
    config: loadProgram(''),
    groupName: 'web',
    command: 'sleep 1000',
    environment: {},
    timeoutMs: 0,
    onEnd,
  });
  cancel();
  await until('the command is reaped', () => host.processesByPid.size === 0);
  await new Promise(setImmediate);
  expect([openDescriptors(), onEnd.mock.calls.length]).toEqual([before, 0]);
});
