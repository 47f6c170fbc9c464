import { existsSync, statSync } from 'node:fs';
import { expect } from 'vitest';
import { call, infoOf, program, startWith, test, untilState } from './support.ts';

test('a second start that is refused takes nothing away from the daemon that runs', async ({ side }) => {
  const daemon = await startWith(side, program('cat', { command: '/bin/cat', startsecs: 0 }));
  const { pid } = await untilState(side, 'cat', 'RUNNING');
  const { stdout_logfile: log } = (await call(side, 'getProcessInfo', 'cat')) as { stdout_logfile: string };

  const refused = await side.supervisord(['-n', '-c', side.path('supervisord.conf')]);

  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Another program is already listening');
  expect([existsSync(side.path('s.sock')), existsSync(log)]).toEqual([true, true]);
  expect(side.readFile('supervisord.pid')).toBe(`${daemon.pid}\n`);
  expect((await infoOf(side, 'cat')).pid).toBe(pid);
  expect(await call(side, 'stopProcess', 'cat')).toBe(true);
  expect(await call(side, 'startProcess', 'cat')).toBe(true);
  await call(side, 'sendProcessStdin', 'cat', 'heard');
  await side.waitFor('it is logged', () => statSync(log).size === 5);
});
