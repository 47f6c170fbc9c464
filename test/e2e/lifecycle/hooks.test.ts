import { expect } from 'vitest';
import { call, program, script, startWith, test, untilState } from '../support.ts';

test('hooks run around a start and a stop, as the program and with its environment', async ({ side }) => {
  const note = script(
    side,
    'note.sh',
    `echo "$SUPERVISOR_HOOK \${SUPERVISOR_EXIT_STATUS:--} $NAME" >> ${side.path('notes')}`,
  );
  await startWith(
    side,
    program('web', {
      command: 'sleep 1000',
      startsecs: 0,
      environment: 'NAME=value',
      pre_start_hook: note,
      post_start_hook: note,
      pre_stop_hook: note,
      post_stop_hook: note,
    }),
  );
  await untilState(side, 'web', 'RUNNING');
  await side.waitFor('post_start has run', () => side.readFile('notes').includes('post_start'));
  await call(side, 'stopProcess', 'web');
  expect(side.readFile('notes').trim().split('\n')).toEqual([
    'pre_start - value',
    'post_start - value',
    'pre_stop - value',
    'post_stop -1 value',
  ]);
});

test('a pre_start hook that fails is a failed start, and one with a - is not', async ({ side }) => {
  await startWith(
    side,
    program('bad', {
      command: 'sleep 1000',
      startretries: 0,
      pre_start_hook: `sh -c 'echo no database >&2; exit 2'`,
    }) + program('good', { command: 'sleep 1000', startsecs: 0, pre_start_hook: '-false' }),
  );
  await untilState(side, 'good', 'RUNNING');
  const { description } = await untilState(side, 'bad', 'FATAL');
  expect(description).toBe('pre_start_hook: exit status 2: no database');
});

test('a stop command takes the place of the signal', async ({ side }) => {
  const stop = script(side, 'stop.sh', `touch ${side.path('asked')}; kill -INT $SUPERVISOR_PID`);
  await startWith(side, program('web', { command: 'sleep 1000', startsecs: 0, stop_command: stop }));
  await untilState(side, 'web', 'RUNNING');
  await call(side, 'stopProcess', 'web');
  expect(side.readFile('main.log')).toContain('stopped: web (terminated by SIGINT)');
});

test('a stop command that fails is logged once', async ({ side }) => {
  await startWith(side, program('web', { command: 'sleep 1000', startsecs: 0, stop_command: 'false' }));
  await untilState(side, 'web', 'RUNNING');
  await call(side, 'stopProcess', 'web');
  expect(side.readFile('main.log').match(/WARN web: stop_command: exit status 1/g)).toHaveLength(1);
});

test('a hook that a daemon has left when it was killed is not taken for a program', async ({ side }) => {
  const hook = script(side, 'hook.sh', `echo "$SUPERVISOR_HOOK" >> ${side.path('hooks')}; exec sleep 1000`);
  const daemon = await startWith(
    side,
    program('starting', { command: 'sleep 1001', pre_start_hook: hook }) +
      program('started', { command: 'sleep 1001', startsecs: 0, post_start_hook: hook }),
  );
  await side.waitFor('both hooks run', () => side.readFile('hooks').split('\n').length === 3);
  daemon.signal('SIGKILL');
  await daemon.exited();
  await side.start();
  await side.logged("adopted: 'started'");
  expect(side.readFile('main.log')).not.toContain('a program of an earlier supervisord');
});

test('a hook that a client runs changes nothing about the process, and delays no stop', async ({ side }) => {
  const slow = script(
    side,
    'slow.sh',
    `[ -e ${side.path('up')} ] && exit 0; echo up > ${side.path('up')}; exec sleep 1000`,
  );
  await startWith(
    side,
    program('web', {
      command: 'sleep 1000',
      startsecs: 0,
      post_start_hook: `sh -c 'echo "$SUPERVISOR_HOOK $SUPERVISOR_PID" >> ${side.path('notes')}'`,
      pre_stop_hook: `sh -c 'echo not today >&2; exit 3'`,
      post_stop_hook: slow,
      hook_timeout: 600,
    }),
  );
  const { pid } = await untilState(side, 'web', 'RUNNING');
  const hook = (key: string) => side.rpc('visord.runHook', ['web', key]);
  expect(await hook('post_start_hook')).toEqual({ result: true });
  // The one of the start, and this one.
  await side.waitFor('both have run', () => side.readFile('notes').split('\n').length === 3);
  expect(side.readFile('notes')).toBe(`post_start ${pid}\n`.repeat(2));
  expect(await hook('pre_stop_hook')).toEqual({
    fault: 30,
    text: 'FAILED: pre_stop_hook: exit status 3: not today',
  });
  expect((await untilState(side, 'web', 'RUNNING')).pid).toBe(pid);

  const running = hook('post_stop_hook');
  await side.waitFor('the hook runs', () => side.readFile('up') !== '');
  const stop = side.rpc('supervisor.stopProcess', ['web', false]);
  expect(await running).toEqual({ fault: 30, text: 'FAILED: cancelled' });
  expect(await stop).toEqual({ result: true });
  await side.logged('stopped: web');
});
