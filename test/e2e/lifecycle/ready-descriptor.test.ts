import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { infoOf, isRoot, program, script, startWith, test, untilState } from '../support.ts';

const PAGE = readFileSync(new URL('../../../docs/health-checks.md', import.meta.url), 'utf8');
const [, EXAMPLE = ''] = /### By a descriptor\s+```ini\n(.*?)```/s.exec(PAGE) ?? [];

/** A program that writes a text to its descriptor 5 once the file `go` exists, and goes on. @param then what it does next */
function service(side: Side, text: string, then = ''): Readonly<Record<string, string | number>> {
  const go = `while ! test -e ${side.path('go')}; do sleep 0.02; done`;
  const command = script(
    side,
    'service.sh',
    `${go}; printf '${text}' >&5; ${then} touch ${side.path('said')}; exec sleep 1000`,
  );
  return { command, startsecs: 0, readiness_check_script: 'fd:5' };
}

test('the example of the page is RUNNING after its newline', async ({ side }) => {
  await startWith(side, EXAMPLE);
  await untilState(side, 'service', 'RUNNING');
});

test('a process is RUNNING when it writes a newline to the descriptor, also as another user', async ({
  side,
}) => {
  await startWith(
    side,
    program('web', { ...service(side, 'not yet\\n'), ...(isRoot ? { user: 'nobody' } : {}) }),
  );
  const { pid } = await untilState(side, 'web', 'STARTING');
  const fifo = readlinkSync(`/proc/${pid}/fd/5`);
  expect(existsSync(fifo)).toBe(true);
  side.writeFile('go', '');
  await untilState(side, 'web', 'RUNNING');
  expect(existsSync(fifo)).toBe(false);
});

test('other bytes and a descriptor that is closed do not make a process ready', async ({ side }) => {
  await startWith(side, program('web', service(side, 'almost', 'exec 5>&-;')));
  side.writeFile('go', '');
  await side.logged('web closed descriptor 5 without a newline: it is not ready');
  expect((await infoOf(side, 'web')).statename).toBe('STARTING');
});

test.for([
  ['SIGKILL', 'stays open'],
  ['SIGKILL', 'was closed'],
  ['SIGUSR1', 'stays open'],
] as const)('a wait goes on after %s; the descriptor %s', async ([signal, how], { side }) => {
  const isClosed = how === 'was closed';
  const daemon = await startWith(side, program('web', service(side, '\\n', isClosed ? 'exec 5>&-;' : '')));
  const { pid } = await untilState(side, 'web', 'STARTING');
  daemon.signal(signal);
  if (signal === 'SIGKILL') {
    await daemon.exited();
    if (isClosed) {
      side.writeFile('go', '');
      await side.waitFor('it has reported', () => existsSync(side.path('said')));
    }
    await side.start();
  } else {
    await side.logged('supervisord started with pid', { times: 2 });
  }
  if (!isClosed) {
    expect((await untilState(side, 'web', 'STARTING')).pid).toBe(pid);
    side.writeFile('go', '');
  }
  expect((await untilState(side, 'web', 'RUNNING')).pid).toBe(pid);
});
