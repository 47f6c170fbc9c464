/** What a configuration uses that behaves differently, by the ids of the catalogue. */
import { describe, expect, test } from 'vitest';
import { checkFile, checkText, program } from '../support.ts';

const differences = (findings: readonly { message: string; section: string | null; key: string | null }[]) =>
  findings.map(({ message, section, key }) => [message.split('.')[0], section, key]);

describe('a difference that a file uses', () => {
  test.each([
    ['[inet_http_server]\nport=[::1]:19001\n', 'ipv6-address', 'inet_http_server', 'port'],
    [
      '[fcgi-program:f]\ncommand=cat\nsocket=tcp://*:19000\n',
      'fcgi-all-addresses',
      'fcgi-program:f',
      'socket',
    ],
    [program('a', 'startretries=-1'), 'endless-startretries', 'program:a', 'startretries'],
    [program('a', 'stopsignal=TERM, INT'), 'several-stop-signals', 'program:a', 'stopsignal'],
    [program('a', 'stdout_logfile='), 'empty-log-name', 'program:a', 'stdout_logfile'],
    [program('a', 'priority=99999999999'), 'number-above-32-bits', 'program:a', 'priority'],
    [
      program('a', 'stdout_logfile_maxbytes=3GB'),
      'number-above-32-bits',
      'program:a',
      'stdout_logfile_maxbytes',
    ],
    [program('a', 'stdout_capture_maxbytes=1MB'), 'capture-tail', 'program:a', 'stdout_capture_maxbytes'],
    [program('a', 'stderr_syslog=true'), 'syslog-lines', 'program:a', 'stderr_syslog'],
    ['environment=PATH="/opt:%(ENV_PATH)s"\n', 'growing-variable', 'supervisord', 'environment'],
    ['strip_ansi=true\n', 'strip-ansi-between-reads', 'supervisord', 'strip_ansi'],
    ['[program:a]\ncommand=sh -c "date > /dev/stdout"\nuser=web\n', 'stdout-of-user', 'program:a', 'command'],
    [
      '[fcgi-program:f]\ncommand=cat\nsocket=tcp://127.0.0.1:19000\n[group:g]\nprograms=f\n',
      'fcgi-socket-in-group',
      'fcgi-program:f',
      'socket',
    ],
  ])('%#: %s', async (text, id, section, key) => {
    const { of } = await checkText(text);
    expect(differences(of('difference'))).toEqual([[id, section, key]]);
  });

  test('a byte order mark', async () => {
    const { of } = await checkFile('\ufeff[supervisord]\n');
    expect(differences(of('difference'))).toEqual([['byte-order-mark', null, null]]);
  });

  test('pools of one priority', async () => {
    const pool = (name: string, priority: number) =>
      `[eventlistener:${name}]\ncommand=cat\nevents=TICK_5\npriority=${priority}\n`;
    const { of } = await checkText(pool('a', 1) + pool('b', 2) + pool('c', 2));
    expect(differences(of('difference'))).toEqual([
      ['refused-event', 'eventlistener:b', null],
      ['refused-event', 'eventlistener:c', null],
    ]);
  });
});
