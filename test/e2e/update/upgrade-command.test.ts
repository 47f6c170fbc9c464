/** `supervisorctl upgrade`: the client reports its result. */
import { expect } from 'vitest';
import { infoOf, ownCtl, program, startWith, test, untilState } from '../support.ts';

const SLEEP = { command: 'sleep 1000', startsecs: 0 };

test('upgrade answers when the new program answers, and a refusal has its reason', async ({ side }) => {
  const daemon = await startWith(side, program('web', SLEEP));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const upgraded = await ownCtl(side, 'upgrade');
  expect(upgraded.stdout).toMatch(
    new RegExp(
      `^upgraded: visord \\S+ \\(Node\\.js \\S+\\) -> visord \\S+ \\(Node\\.js \\S+\\), pid ${daemon.pid}\n$`,
    ),
  );
  expect(upgraded.code).toBe(0);
  expect((await infoOf(side, 'web')).pid).toBe(pid);
  expect(side.readFile('main.log')).toContain('goes on in place of');

  side.writeFile('supervisord.conf', side.preamble + program('web', { ...SLEEP, startsecs: 'x' }));
  const refused = await ownCtl(side, 'upgrade');
  expect(refused.stdout).toMatch(/^ERROR \(Error: .*'program:web'/);
  expect(refused.code).toBe(1);
  expect((await infoOf(side, 'web')).pid).toBe(pid);
});
