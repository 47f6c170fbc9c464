import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { infoOf, ownCtl, program, startWith, test, untilCaught, untilState } from '../support.ts';

const PAGE = readFileSync(new URL('../../../docs/starting-and-stopping.md', import.meta.url), 'utf8');
const [, EXAMPLE = ''] = /## Reload without a restart\s+```ini\n(.*?)```/s.exec(PAGE) ?? [];

test('reload-program sends the signal of the example, and no program restarts', async ({ side }) => {
  await startWith(side, EXAMPLE + program('plain', { command: 'sleep 1000', startsecs: 0 }));
  const { pid } = await untilState(side, 'proxy', 'RUNNING');
  await untilCaught(side, pid, 'SIGHUP');
  const reloaded = await ownCtl(side, 'reload-program', 'proxy');
  expect([reloaded.stdout, reloaded.code]).toEqual(['proxy: reloaded\n', 0]);
  await side.waitFor('the program has reloaded', async () =>
    (await side.ctl(['tail', 'proxy'])).stdout.includes('reloaded'),
  );
  expect((await ownCtl(side, 'reload-program', 'all')).stdout).toBe('proxy: reloaded\n');
  expect((await infoOf(side, 'proxy')).pid).toBe(pid);
  const refused = await ownCtl(side, 'reload-program', 'plain', 'plain:*', 'nothing');
  expect([refused.stdout, refused.code]).toEqual([
    'plain: ERROR (plain has no reload_signal)\n' +
      'plain: ERROR (plain:* has no reload_signal)\n' +
      'nothing: ERROR (no such process)\n',
    1,
  ]);
  await side.ctl(['stop', 'proxy']);
  const stopped = await ownCtl(side, 'reload-program', 'proxy');
  expect([stopped.stdout, stopped.code]).toEqual(['proxy: ERROR (not running)\n', 7]);
});
