import { existsSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { program, script, startWith, test, untilState } from './support.ts';

interface Resources {
  readonly group: string;
  readonly name: string;
  readonly pid: number;
  readonly processes: number;
  readonly cpu_seconds: number;
  readonly resident_bytes: number;
  readonly restarts: number;
}

async function resourcesOf(side: Side, name: string): Promise<Resources> {
  const answer = await side.rpc('visord.getResources', [name]);
  if (!('result' in answer)) throw new Error(JSON.stringify(answer));
  const [first] = answer.result as unknown as readonly [Resources];
  return first;
}

async function untilRestarts(side: Side, restarts: number): Promise<void> {
  await side.waitFor(`${restarts} restarts`, async () => {
    return (await resourcesOf(side, 'parent')).restarts === restarts;
  });
  await untilState(side, 'parent', 'RUNNING');
}

test('getResources has the memory and the processor time of a program and its children, and its restarts', async ({
  side,
}) => {
  const child = script(
    side,
    'child.sh',
    `i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done
held=$(head -c 30000000 /dev/zero | tr '\\0' x)
touch ${side.path('held')}
exec sleep 1000`,
  );
  // The memory of this shell is freed by exec; the shell of the parent keeps its own.
  const parent = script(
    side,
    'parent.sh',
    `trap 'kill $!; exit 1' TERM
held=$(head -c 30000000 /dev/zero | tr '\\0' x)
${child} & wait`,
  );
  const first = await startWith(
    side,
    program('parent', { command: parent, startsecs: 0, autorestart: 'true' }),
  );
  await side.waitFor('the child', () => existsSync(side.path('held')));
  const { pid } = await untilState(side, 'parent', 'RUNNING');
  await side.waitFor('parent and child', async () => (await resourcesOf(side, 'parent')).processes === 2);
  const resources = await resourcesOf(side, 'parent');
  expect(resources).toMatchObject({ group: 'parent', name: 'parent', pid, restarts: 0 });
  expect(resources.resident_bytes).toBeGreaterThan(30_000_000);
  expect(resources.cpu_seconds).toBeGreaterThan(0);

  process.kill(pid, 'SIGKILL');
  await untilRestarts(side, 1);

  first.signal('SIGKILL');
  await first.exited();
  const second = await side.start();
  await untilRestarts(side, 1);
  second.signal('SIGUSR1');
  await side.logged(' goes on in place of ');
  await untilRestarts(side, 1);
});
