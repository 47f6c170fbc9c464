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
