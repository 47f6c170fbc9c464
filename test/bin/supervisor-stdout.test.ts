/** The listener that replaces that of the Python package supervisor_stdout. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const COMMAND = fileURLToPath(new URL('../../dist/bin/supervisor_stdout', import.meta.url));

function answers(input: string): { readonly stdout: string; readonly status: number | null } {
  const { stdout, status } = spawnSync(COMMAND, { input, encoding: 'utf8' });
  return { stdout, status };
}

/** The length of an event counts characters, that of a result bytes. */
function event(payload: string): string {
  return `ver:3.0 server:supervisor serial:1 pool:all poolserial:1 eventname:PROCESS_LOG_STDOUT len:${[...payload].length}\n${payload}`;
}

describe('supervisor_stdout', () => {
  test('answers each event with its payload, and ends with its stdin', () => {
    const payloads = ['processname:web channel:stdout\nhello\n', 'héllo 😀\0', '', 'x'.repeat(100_000)];
    const results = payloads.map((payload) => `RESULT ${Buffer.byteLength(payload)}\n${payload}READY\n`);
    expect(answers(payloads.map(event).join(''))).toEqual({
      stdout: `READY\n${results.join('')}`,
      status: 0,
    });
  });

  test('ends when an event is cut', () => {
    expect(answers(event('hello').slice(0, -2))).toEqual({ stdout: 'READY\n', status: 0 });
  });

  test.each(['no event\n', 'ver:3.0 len:x\n', 'ver:3.0 len:-1\n', 'ver:3.0 len:99999999999999999999\n'])(
    'refuses %j',
    (header) => {
      expect(answers(header).status).not.toBe(0);
    },
  );
});
