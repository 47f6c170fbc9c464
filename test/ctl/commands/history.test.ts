/** history. */
import { describe, expect } from 'vitest';
import { answers, fault, openSession, result, runLine, test, WEB } from '../fake-server.ts';

const CHANGE = {
  time: 1_700_000_000.25,
  monotonic: 5.5,
  from: 'STOPPED',
  to: 'STARTING',
  pid: 0,
  exited: false,
  exitstatus: -1,
  signal: 0,
  expected: true,
  spawnerr: '',
};

const CHANGES = [
  CHANGE,
  { ...CHANGE, from: 'STARTING', to: 'RUNNING', pid: 7 },
  {
    ...CHANGE,
    from: 'RUNNING',
    to: 'EXITED',
    pid: 7,
    exited: true,
    exitstatus: 3,
    expected: false,
    spawnerr: 'Bad exit code 3',
  },
  { ...CHANGE, from: 'STOPPING', to: 'STOPPED', pid: 8, exited: true, exitstatus: -1, signal: 15 },
  { ...CHANGE, from: 'RUNNING', to: 'EXITED', pid: 9, exited: true, exitstatus: -1, expected: false },
];

describe('history', () => {
  const table = { getAllProcessInfo: result(WEB) };

  test('prints a line for each change', async ({ server }) => {
    server.answer = answers({ ...table, 'visord.getHistory': result(CHANGES) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'history web-2');
    const lines = stdout().split('\n');
    expect(lines.map((line) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:20 {2}/, ''))).toEqual([
      'STOPPED  -> STARTING',
      'STARTING -> RUNNING   pid 7',
      'RUNNING  -> EXITED    pid 7, exit status 3, not expected, Bad exit code 3',
      'STOPPING -> STOPPED   pid 8, terminated by SIGTERM',
      'RUNNING  -> EXITED    pid 9, exit status unknown, not expected',
      '',
    ]);
    expect(session.exitStatus).toBe(0);
  });

  test('prints the answer as JSON', async ({ server }) => {
    server.answer = answers({ ...table, 'visord.getHistory': result([CHANGE]) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'history --json --limit 1 web-2');
    expect(JSON.parse(stdout())).toEqual([CHANGE]);
  });

  test('of a name that is unknown is an error', async ({ server }) => {
    server.answer = answers({ ...table, 'visord.getHistory': fault('BAD_NAME', 'nope') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'history nope');
    expect([stdout(), session.exitStatus]).toEqual(['nope: ERROR (no such process)\n', 1]);
  });

  test('needs a name, a limit that is a number, and a visord daemon', async ({ server }) => {
    server.answer = answers({ ...table, 'visord.getHistory': fault('UNKNOWN_METHOD') });
    for (const [line, says, code] of [
      ['history', 'Error: history requires a process name', 2],
      ['history --limit x web-2', 'Error: --limit of history', 2],
      ['history web-2', 'ERROR: the server does not have this method; it is not a visord daemon', 3],
    ] as const) {
      const { session, stdout } = openSession(server.url);
      await runLine(session, line);
      expect(stdout().split('\n')[0]).toContain(says);
      expect(session.exitStatus).toBe(code);
    }
  });
});
