import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Side } from '../../../compat/scenario.ts';
import { listener, received } from '../listener.ts';
import { infoOf, program, script, startWith, test, untilState } from '../support.ts';

const SLEEP = { command: 'sleep 1000', startsecs: 0 };

/** An HTTP server that answers with the status in the file `status`; it listens once the file `go` exists. */
function httpServer(side: Side, port: number): string {
  side.writeFile(
    'server.mjs',
    `import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const listen = () => existsSync('${side.path('go')}')
  ? createServer((_, response) => {
      response.writeHead(Number(readFileSync('${side.path('status')}', 'utf8'))).end();
    }).listen(${port}, '127.0.0.1')
  : setTimeout(listen, 10);
listen();
`,
  );
  return `${process.execPath} ${side.path('server.mjs')}`;
}

test('a process is RUNNING when its readiness check passes, and dependents wait for that', async ({
  side,
}) => {
  const port = await side.freePort();
  side.writeFile('status', '200');
  await startWith(
    side,
    program('web', {
      command: httpServer(side, port),
      startsecs: 0,
      autostart: 'false',
      readiness_check_script: `http://127.0.0.1:${port}/`,
    }) + program('front', { ...SLEEP, depends_on: 'web' }),
  );
  await untilState(side, 'web', 'STARTING');
  expect((await infoOf(side, 'front')).description).toBe('waiting for web (running)');

  side.writeFile('go', '');

  await untilState(side, 'front', 'RUNNING');
  expect((await infoOf(side, 'web')).statename).toBe('RUNNING');
});

test('supervisorctl start is answered when the process is ready', async ({ side }) => {
  const port = await side.freePort();
  side.writeFile('status', '200');
  await startWith(
    side,
    program('web', {
      command: httpServer(side, port),
      startsecs: 0,
      autostart: 'false',
      readiness_check_script: `tcp://127.0.0.1:${port}`,
    }),
  );
  const started = side.ctl(['start', 'web']);
  await untilState(side, 'web', 'STARTING');
  side.writeFile('go', '');
  expect((await started).stdout).toBe('web: started\n');
  expect((await infoOf(side, 'web')).statename).toBe('RUNNING');
});

test('a process that is not ready in time is stopped, and the start has failed', async ({ side }) => {
  await startWith(
    side,
    program('web', {
      ...SLEEP,
      readiness_check_script: 'false',
      readiness_timeout: 0.3,
      restartpause: 1000,
    }),
  );
  expect((await untilState(side, 'web', 'BACKOFF')).description).toBe('not ready after 0.3 seconds');
});

test('a command is run as the program, and a line of output makes a process ready', async ({ side }) => {
  const ready = script(side, 'ready.sh', `test "$NAME" = value && test -e ${side.path('go')}`);
  const talk = script(side, 'talk.sh', 'echo starting; echo "ready: 42" >&2; exec sleep 1000');
  await startWith(
    side,
    program('checked', { ...SLEEP, environment: 'NAME=value', readiness_check_script: ready }) +
      program('talking', { command: talk, startsecs: 0, readiness_check_script: 'log:^ready: \\d+$' }) +
      program('silent', { ...SLEEP, readiness_check_script: 'log:^ready: \\d+$' }),
  );
  await untilState(side, 'talking', 'RUNNING');
  expect((await infoOf(side, 'silent')).statename).toBe('STARTING');
  expect((await infoOf(side, 'checked')).statename).toBe('STARTING');
  side.writeFile('go', '');
  await untilState(side, 'checked', 'RUNNING');
});

test('the example of docs/health-checks.md', async ({ side }) => {
  const port = await side.freePort();
  side.writeFile('status', '200');
  side.writeFile('go', '');
  const page = readFileSync(new URL('../../../docs/health-checks.md', import.meta.url), 'utf8');
  const [, example = ''] = /```ini\n([^`]*)```/.exec(page) ?? [];
  await startWith(
    side,
    example
      .replace('/usr/local/bin/web --port 8080', httpServer(side, port))
      .replaceAll(':8080', `:${port}`)
      .replace('_initial_delay = 10', '_initial_delay = 0')
      .replace('_period = 15', '_period = 0.1'),
  );
  await untilState(side, 'web', 'RUNNING');
  side.writeFile('status', '500');
  await side.logged('web: unhealthy: 3 failures: HTTP status 500');
});

const QUICK_LIVENESS = { liveness_check_initial_delay: 0, liveness_check_period: 0.1 };

test('an unhealthy process is restarted', async ({ side }) => {
  const fails = script(side, 'check.sh', `test ! -e ${side.path('sick')} || { echo no database; exit 1; }`);
  side.writeFile('sick', '');
  await startWith(side, program('web', { ...SLEEP, ...QUICK_LIVENESS, liveness_check_script: fails }));
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const reason = 'unhealthy: 3 failures: exit status 1: no database';
  await side.logged(`restarting web: ${reason}`);
  await side.waitFor('another process', async () => ![0, pid].includes((await infoOf(side, 'web')).pid));
});

test('without an action an unhealthy process is described as such, until it is healthy again', async ({
  side,
}) => {
  const check = script(side, 'check.sh', `test -e ${side.path('well')} || { echo 'a < b & c'; exit 1; }`);
  const note = script(side, 'note.sh', `echo "$SUPERVISOR_CHECK" >> ${side.path('notes')}`);
  await startWith(
    side,
    program('web', {
      ...SLEEP,
      ...QUICK_LIVENESS,
      liveness_check_script: check,
      liveness_check_failure_action: 'none',
      liveness_check_success_action: note,
    }) +
      program('front', { ...SLEEP, depends_on: 'web:healthy' }) +
      listener(side, 'health', 'VISORD_EVENT') +
      listener(side, 'all', 'EVENT'),
  );
  await side.waitFor('web is unhealthy', async () =>
    /^pid \d+, uptime 0:00:\d\d, unhealthy: \d+ failures: exit status 1: a < b & c$/.test(
      (await infoOf(side, 'web')).description,
    ),
  );
  const { stdout } = await side.ctl(['status', 'web']);
  expect(stdout).toContain('failures: exit status 1: a < b & c');
  expect((await infoOf(side, 'front')).description).toBe('waiting for web (healthy)');

  side.writeFile('well', '');

  await untilState(side, 'front', 'RUNNING');
  expect((await infoOf(side, 'web')).description).toMatch(/^pid \d+, uptime 0:00:\d\d$/);
  await side.logged('healthy again');
  await side.waitFor('the note', () => existsSync(side.path('notes')));
  await side.waitFor('the events', () => received(side, 'health').length === 3);
  const { pid } = await infoOf(side, 'web');
  expect(received(side, 'health')).toEqual([
    `VISORD_EVENT_HEALTH_UNHEALTHY processname:web groupname:web pid:${pid} failures:3`,
    'exit status 1: a < b & c',
    `VISORD_EVENT_HEALTH_HEALTHY processname:web groupname:web pid:${pid}`,
  ]);
  expect(received(side, 'all').filter((line) => line.includes('HEALTH'))).toEqual([]);
});

test('after a kill -9 of the daemon a process is awaited and checked by the next one', async ({ side }) => {
  const sections =
    program('starting', { ...SLEEP, readiness_check_script: `test -e ${side.path('go')}` }) +
    program('web', {
      ...SLEEP,
      ...QUICK_LIVENESS,
      liveness_check_script: `test -e ${side.path('well')}`,
      liveness_check_failure_action: 'none',
    });
  const daemon = await startWith(side, sections);
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const starting = await untilState(side, 'starting', 'STARTING');
  daemon.signal('SIGKILL');
  await daemon.exited();

  await side.start();

  expect((await infoOf(side, 'web')).pid).toBe(pid);
  await side.waitFor('web is unhealthy', async () =>
    (await infoOf(side, 'web')).description.includes('unhealthy'),
  );
  expect(await infoOf(side, 'starting')).toMatchObject({ statename: 'STARTING', pid: starting.pid });
  side.writeFile('go', '');
  expect((await untilState(side, 'starting', 'RUNNING')).pid).toBe(starting.pid);
});
