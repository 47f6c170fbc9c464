/** Listeners that do nothing but end supervisord. */
import { describe, expect, test } from 'vitest';
import { checkText } from '../support.ts';

const SHELL = '#!/bin/sh\nprintf "READY\\n"\nwhile read line; do\n  KILL\ndone < /dev/stdin\n';
const PYTHON =
  '#!/usr/bin/env python3\nimport os, signal, sys\nwhile True:\n    print("READY", flush=True)\n    line = sys.stdin.readline()\n    KILL\n';

async function adviceFor(events: string, script: string, command = 'sh %(ENV_FOLDER)s/l.sh') {
  const { of } = await checkText(`[eventlistener:l]\ncommand=${command}\nevents=${events}\n`, {
    'l.sh': script,
  });
  return of('exit-listener').map(({ advice }) => advice[1]);
}

describe('a listener that ends supervisord', () => {
  test.each([
    [SHELL, 'kill -3 $(cat "/var/run/supervisord.pid")'],
    [SHELL, 'kill -s TERM $PPID'],
    [SHELL, 'kill -SIGQUIT 1'],
    [SHELL, 'supervisorctl -c /etc/supervisord.conf shutdown'],
    [SHELL, 'pkill -TERM supervisord'],
    [SHELL.replace('printf', 'PID=$(cat /run/supervisord.pid)\nprintf'), 'kill -SIGTERM $PID'],
    [PYTHON, 'os.kill(os.getppid(), signal.SIGTERM)'],
    [PYTHON, 'os.kill(int(open("/run/supervisord.pid").read()), 15)'],
    [PYTHON, 'os.kill(1, 15)'],
    [PYTHON, 'parent = os.getppid(); os.kill(parent, 15)'],
    [PYTHON, 'rpc.supervisor.shutdown()'],
  ])('%#: %s', async (script, kill) => {
    expect(await adviceFor('PROCESS_STATE_FATAL', script.replace('KILL', kill))).toEqual(['exit_on=fatal']);
  });

  test('gets the rule of its events', async () => {
    const script = SHELL.replace('KILL', 'kill -TERM $PPID');
    expect(await adviceFor('PROCESS_STATE_EXITED,PROCESS_STATE_FATAL', script)).toEqual(['exit_on=end']);
    expect(
      await adviceFor('PROCESS_STATE', PYTHON.replace('KILL', 'if b["expected"] == "0": os.kill(1, 15)')),
    ).toEqual(['exit_on=failure']);
    expect(
      await adviceFor(
        'PROCESS_STATE',
        PYTHON.replace('KILL', 'if "PROCESS_STATE_FATAL" in line: os.kill(os.getppid(), 15)'),
      ),
    ).toEqual(['exit_on=fatal']);
  });

  test('is found behind sh -c, and as a file of its own', async () => {
    expect(
      await adviceFor('PROCESS_STATE_FATAL', '', 'sh -c "echo READY && read line && kill -SIGQUIT $PPID"'),
    ).toEqual(['exit_on=fatal']);
  });

  test.each([
    ['about ticks', 'TICK_60', SHELL.replace('KILL', 'kill -TERM $PPID')],
    [
      'that kills another process',
      'PROCESS_STATE_FATAL',
      SHELL.replace('KILL', 'kill $(cat /run/nginx.pid)'),
    ],
    ['that kills the program itself', 'PROCESS_STATE_FATAL', PYTHON.replace('KILL', 'os.kill(pid, 9)')],
    ['that sends mail', 'PROCESS_STATE_FATAL', SHELL.replace('KILL', 'echo "$line" | mail root')],
    ['with the words in a comment', 'PROCESS_STATE_FATAL', SHELL.replace('KILL', '# kill $PPID')],
    ['that is long', 'PROCESS_STATE_FATAL', `${'x=1\n'.repeat(200)}kill $PPID\n`],
  ])('is not one %s', async (_, events, script) => {
    expect(await adviceFor(events, script)).toEqual([]);
  });
});
