/** The scripts of `visord install-service` with a real daemon. */
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { infoOf, program, script, test, untilState } from './support.ts';

const VISORD = fileURLToPath(new URL('../../dist/bin/visord', import.meta.url));

/** Stands in for openrc-run: the functions that it has, and a call of the action. */
const OPENRC_RUN = `ebegin() { printf '%s ...\\n' "$*"; }
eend() { return "$1"; }
einfo() { echo "$*"; }
script=$1; shift
. "$script"
"$@"`;

type Act = (action: string) => ReturnType<Side['command']>;

/** Writes the script into the folder of the side; returns what calls it. */
async function install(side: Side, manager: 'sysv' | 'openrc'): Promise<Act> {
  const settings = `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n`;
  const config = side.writeFile(
    'supervisord.conf',
    side.preamble + settings + program('cat', { command: '/bin/cat' }),
  );
  const args = ['install-service', `--${manager}`, '--dry-run', '--config', config];
  const { stdout } = await side.command(VISORD, args);
  const path = side.writeFile('service', stdout.slice(stdout.indexOf('#!')), 0o755);
  const command = manager === 'sysv' ? [path] : [script(side, 'openrc-run', OPENRC_RUN), path];
  return (action) => side.command('sh', [...command, action]);
}

test.for(['sysv', 'openrc'] as const)(
  'the script for %s starts, reloads, upgrades and stops the daemon',
  async (manager, { side }) => {
    const act = await install(side, manager);
    expect((await act('status')).code).toBe(3);
    expect((await act('stop')).code).toBe(0);
    expect(await act('start')).toMatchObject({ code: 0, stderr: '' });
    const daemon = side.daemonAt(side.path('supervisord.pid'));
    expect((await act('start')).code).toBe(0);
    const { stdout, code } = await act('status');
    expect([code, stdout]).toEqual([0, expect.stringContaining(`(pid ${daemon.pid})`)]);
    const { pid } = await untilState(side, 'cat', 'RUNNING');

    side.writeFile(
      'supervisord.conf',
      `${side.readFile('supervisord.conf')}${program('more', { command: '/bin/cat' })}`,
    );
    expect(await act('reload')).toMatchObject({ code: 0, stdout: expect.stringContaining('more') });
    await untilState(side, 'more', 'RUNNING');
    expect((await act('upgrade')).code).toBe(0);
    await side.waitFor('the upgrade', () => side.readFile('main.log').includes('upgrade: going on as'));
    await side.waitFor('the daemon answers', async () => (await infoOf(side, 'cat')).statename === 'RUNNING');
    expect((await infoOf(side, 'cat')).pid).toBe(pid);

    expect((await act('stop')).code).toBe(0);
    expect(daemon.isRunning()).toBe(false);
    expect((await act('reload')).code).not.toBe(0);
    expect((await act('status')).code).toBe(3);
  },
);

test('the script for System V init reports a pidfile that is left, and wrong actions', async ({ side }) => {
  const act = await install(side, 'sysv');
  side.writeFile('supervisord.pid', `${process.pid}\n`);
  expect(await act('status')).toMatchObject({
    code: 1,
    stdout: 'visord does not run, and has left its pidfile\n',
  });
  expect((await act('stop')).code).toBe(0);
  expect((await act('reload')).code).toBe(7);
  expect((await act('nonsense')).code).toBe(2);
  side.writeFile('supervisord.conf', '[supervisord]\nminfds=x\n');
  const start = await act('start');
  expect(start.code).toBe(1);
  expect([start.stdout, start.stderr]).toEqual([
    'Starting visord: failed\n',
    expect.stringContaining("Error: invalid literal for int() with base 10: 'x'"),
  ]);
});
