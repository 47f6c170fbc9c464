import { describe, expect, test } from 'vitest';
import { listenAddresses } from '../../../src/config/tables/listen-values.ts';
import { errorOf, fakeHost, loadProgram, loadText } from '../support.ts';

function errorIn(lines: string): string {
  return errorOf(() => loadText(`[supervisord]\n[program:web]\ncommand=/bin/x\n${lines}\n`)).replace(
    / \(file: .*/,
    '',
  );
}

describe('listen', () => {
  test('takes addresses of TCP and of unix sockets, with commas or lines between', () => {
    const text = 'tcp://:8000, tcp://127.0.0.1:8001,\n tcp://[::1]:8002, unix:///run/x.sock';
    const addresses = listenAddresses.parse(text, fakeHost);
    expect(addresses).toEqual([
      { kind: 'tcp', host: '', port: 8000 },
      { kind: 'tcp', host: '127.0.0.1', port: 8001 },
      { kind: 'tcp', host: '::1', port: 8002 },
      { kind: 'unix', path: '/run/x.sock' },
    ]);
    const written = listenAddresses.format(addresses);
    expect(written).toBe('tcp://*:8000,tcp://127.0.0.1:8001,tcp://[::1]:8002,unix:///run/x.sock');
    expect(listenAddresses.parse(written, fakeHost)).toEqual(addresses);
  });

  test('is none, and the file of a unix socket is for its user alone, unless the section has it', () => {
    expect(loadProgram('command=/bin/x').listen).toEqual({
      addresses: [],
      names: [],
      backlog: null,
      owner: null,
      mode: 0o700,
    });
  });

  test.for([
    ['listen=8000', 'Bad socket format 8000'],
    ['listen=tcp://127.0.0.1:0', '0 is below lower bound (1)'],
    ['listen=unix://x.sock', 'Unix socket path x.sock is not an absolute path'],
    ['listen=tcp://:80,tcp://*:80', 'listen has tcp://*:80 twice'],
    ['listen=tcp://:80\nlisten_names=a,b', 'listen_names has 2 names for 1 sockets of listen'],
    ['listen=tcp://:80\nlisten_names=a:b', "not a name for a socket: 'a:b'"],
    ['listen=tcp://:80\nlisten_backlog=0', "not a number from 1 up: '0'"],
    [
      'listen=tcp://:80,tcp://:81\nreadiness_check_script=fd:4',
      'readiness_check_script=fd:4 is a socket of listen: those have descriptors 3 to 4',
    ],
  ] as const)('of %j is an error that explains it', ([lines, message]) => {
    expect(errorIn(lines)).toBe(`${message} in section 'program:web'`);
  });
});
