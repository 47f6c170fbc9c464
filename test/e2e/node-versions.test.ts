/** What depends on the version of Node.js; `npm run test:nodes` brings several of them. */
import { execFileSync } from 'node:child_process';
import { describe, expect } from 'vitest';
import { need, needing } from '../needs.ts';
import { call, count, infoOf, program, SUPERVISORD, startWith, test, untilState } from './support.ts';

const NODES = (process.env.VISORD_TEST_NODES ?? process.execPath).split(':').map((path) => ({
  path,
  version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(),
}));

const OLDEST = 20;

const isSupported = (version: string): boolean => Number.parseInt(version.slice(1), 10) >= OLDEST;

describe.for(NODES.filter(({ version }) => isSupported(version)))('on Node.js $version', ({ path }) => {
  test('the daemon starts, collects garbage, is upgraded and ends, and nothing complains', async ({
    side,
  }) => {
    const keys = { command: '/bin/cat', startsecs: 0, stdout_logfile: side.path('cat.log') };
    const slow = program('slow', { command: '/bin/cat', startsecs: 2 });
    const daemon = await startWith(side, program('cat', keys) + slow, { environment: { VISORD_NODE: path } });
    const { pid } = await untilState(side, 'cat', 'RUNNING');
    await call(side, 'sendProcessStdin', 'cat', 'before\n');
    // The garbage of the start is collected a second after it.
    await untilState(side, 'slow', 'RUNNING');
    daemon.signal('SIGUSR1');
    await side.waitFor(
      'it was upgraded',
      () => count(side.readFile('main.log'), /supervisord started/g) === 2,
    );
    expect((await infoOf(side, 'cat')).pid).toBe(pid);
    await call(side, 'sendProcessStdin', 'cat', 'after\n');
    await side.waitFor('both are logged', () => side.readFile('cat.log') === 'before\nafter\n');
    expect(await daemon.stop()).toBe(0);
    const strange = daemon
      .output()
      .split('\n')
      .filter((line) => !/^(\d{4}-\d\d-\d\d .* (INFO|WARN|CRIT) .*)?$/.test(line));
    expect(strange).toEqual([]);
  });
});

const old = NODES.filter(({ version }) => !isSupported(version));

needing(test, need(old.length > 0, 'npm run test:nodes'))(
  'an older Node.js is refused with one sentence',
  async ({ side }) => {
    for (const { path, version } of old) {
      const environment = { VISORD_NODE: path };
      expect(await side.command(SUPERVISORD, ['-v'], { environment })).toEqual({
        code: 1,
        stdout: '',
        stderr: `Error: visord needs Node.js 20 or newer; ${path} is ${version}\n`,
      });
    }
  },
);
