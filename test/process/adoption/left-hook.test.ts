import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { procStat } from '../../../src/io/proc-stat.ts';
import { endLeftHook } from '../../../src/process/adoption/left-hook.ts';

async function started(detached: boolean) {
  const child = spawn('/bin/sleep', ['1000'], { detached });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  return { child, pid, startTicks: procStat(pid)?.startTicks ?? 0 };
}

test('a hook that still runs is killed', async () => {
  const { child, pid, startTicks } = await started(true);
  const exit = once(child, 'exit');
  expect(endLeftHook({ pid, startTicks })).toBe(true);
  expect(await exit).toEqual([null, 'SIGKILL']);
});

test('a process that has got the pid since, or leads no group, is left alone', async () => {
  const leader = await started(true);
  const member = await started(false);
  expect(endLeftHook({ pid: leader.pid, startTicks: leader.startTicks - 1 })).toBe(false);
  expect(endLeftHook(member)).toBe(false);
  expect(endLeftHook({ pid: 0x3fffffff, startTicks: 1 })).toBe(false);
  for (const { child } of [leader, member]) {
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }
});
