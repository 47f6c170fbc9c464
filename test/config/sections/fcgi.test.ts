import { describe, expect, test } from 'vitest';
import { diffGroups } from '../../../src/config/diff.ts';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import type { Config } from '../../../src/config/types.ts';
import { errorOf, loadText } from '../support.ts';

function load(lines: string, more = ''): Config {
  return loadText(`[supervisord]\n[fcgi-program:x]\ncommand=/bin/cat\n${lines}\n${more}`);
}

function socketOf(lines: string) {
  return load(lines).groups[0]?.processes[0]?.socket;
}

describe('[fcgi-program:x]', () => {
  test('a unix socket is closed to other users and has the longest backlog by default', () => {
    expect(socketOf('socket=unix:///run/x.sock')).toEqual({
      kind: 'unix',
      path: '/run/x.sock',
      owner: null,
      mode: 0o700,
      backlog: null,
    });
  });

  test('a unix socket belongs to the user of the program', () => {
    expect(socketOf('socket=unix:///run/x.sock\nuser=web')).toMatchObject({ owner: { uid: 33, gid: 34 } });
  });

  test('owner, mode and backlog are taken', () => {
    expect(
      socketOf(
        'socket=unix:///run/x.sock\nuser=web\nsocket_owner=root:staff\nsocket_mode=0777\nsocket_backlog=7',
      ),
    ).toMatchObject({ owner: { uid: 0, gid: 50 }, mode: 0o777, backlog: 7 });
  });

  test('the socket may name the program, and its path is normalised', () => {
    expect(socketOf('socket=unix:///run/../srv/%(program_name)s.sock')).toMatchObject({
      path: '/srv/x.sock',
    });
  });

  test.each([
    ['tcp://LocalHost:9002', { kind: 'tcp', host: 'localhost', port: 9002, backlog: null }],
    ['tcp://*:9002', { kind: 'tcp', host: '', port: 9002, backlog: null }],
    ['tcp://[::1]:9002', { kind: 'tcp', host: '::1', port: 9002, backlog: null }],
  ])('%s is an address', (url, socket) => {
    expect(socketOf(`socket=${url}`)).toEqual(socket);
  });

  test('all of numprocs share the socket', () => {
    const { groups } = load('socket=tcp://*:9002\nnumprocs=3\nprocess_name=%(program_name)s%(process_num)s');
    expect(groups.map(({ name, priority }) => ({ name, priority }))).toEqual([{ name: 'x', priority: 999 }]);
    expect(groups[0]?.processes.map(({ name, socket }) => [name, socket?.kind])).toEqual([
      ['x0', 'tcp'],
      ['x1', 'tcp'],
      ['x2', 'tcp'],
    ]);
  });

  test.each([
    ['', '[fcgi-program:x] section requires a "socket" line'],
    ['socket=', '[fcgi-program:x] section requires a "socket" line'],
    ['socket=unix://x', 'Unix socket path x is not an absolute path in [fcgi-program:x] socket'],
    ['socket=nonsense', 'Bad socket format nonsense in [fcgi-program:x] socket'],
    ['socket=tcp://a b:1', 'Bad socket format tcp://a b:1 in [fcgi-program:x] socket'],
    ['socket=tcp://a:0', '0 is below lower bound (1) in [fcgi-program:x] socket'],
    ['socket=tcp://a:65536', '65536 is above upper bound (65535) in [fcgi-program:x] socket'],
    [
      'socket=tcp://a:1\nsocket_mode=0700',
      'socket_owner and socket_mode params should only be used with a Unix domain socket in [fcgi-program:x] socket',
    ],
    ['socket=unix:///x\nsocket_backlog=0', 'Invalid socket_backlog value 0'],
    ['socket=unix:///x\nsocket_backlog=65536', 'Invalid socket_backlog value 65536'],
    ['socket=unix:///x\nsocket_backlog=many', "invalid literal for int() with base 10: 'many'"],
    ['socket=unix:///x\nsocket_owner=root:nobody', 'Invalid socket_owner value root:nobody'],
    ['socket=unix:///x\nsocket_mode=rwx', 'Invalid socket_mode value rwx'],
    ['socket=unix:///x\nuser=nobody', 'Invalid user name nobody'],
  ])('%j is refused as %s', (lines, message) => {
    expect(errorOf(() => load(lines))).toBe(message);
  });
});

describe('a FastCGI program in a group', () => {
  const GROUP = '[group:g]\nprograms=x,y\n[program:y]\ncommand=/bin/cat\n';

  test('keeps its socket', () => {
    const [group, ...others] = load('socket=unix:///run/x.sock', GROUP).groups;
    expect(others).toEqual([]);
    expect(group?.processes.map(({ name, socket }) => [name, socket?.kind])).toEqual([
      ['x', 'unix'],
      ['y', undefined],
    ]);
  });

  test('needs none, as in the reference, which does not give it one', () => {
    expect(load('', GROUP).groups[0]?.processes[0]?.socket).toBeUndefined();
  });

  test('is refused where a program has the same name', () => {
    expect(
      errorOf(() => load('socket=tcp://a:1', '[program:x]\ncommand=/bin/cat\n[group:g]\nprograms=x\n')),
    ).toBe('[group:g] name x is ambiguous (exists as program and fcgi-program)');
  });
});

test('any change of the socket is a change of the group', () => {
  const groups = (lines: string) => load(lines).groups;
  const changes = (before: string, after: string) => diffGroups(groups(before), groups(after)).changed;
  const plain = 'socket=unix:///run/x.sock';
  expect(changes(plain, plain)).toEqual([]);
  for (const after of [
    'socket=unix:///run/y.sock',
    'socket=tcp://a:1',
    `${plain}\nsocket_mode=0777`,
    `${plain}\nsocket_owner=web`,
    `${plain}\nsocket_backlog=5`,
  ]) {
    expect(changes(plain, after)).toEqual(['x']);
  }
  const program = loadText('[supervisord]\n[program:x]\ncommand=/bin/cat\n').groups;
  expect(diffGroups(program, groups(plain)).changed).toEqual(['x']);
});

test('blanks around the name in the section are not part of it', () => {
  const { groups } = loadText(
    '[supervisord]\n[fcgi-program: web]\ncommand=/bin/cat\nsocket=unix:///run/%(program_name)s.sock\n',
  );
  expect(groups).toMatchObject([
    { name: 'web', processes: [{ name: 'web', socket: { path: '/run/web.sock' } }] },
  ]);
});

test('the dump shows the socket', () => {
  const lines = 'socket=unix:///run/x.sock\nsocket_owner=web\nsocket_mode=0770\nsocket_backlog=5';
  const dump = dumpConfig(load(lines));
  for (const line of [
    'socket=unix:///run/x.sock',
    'socket_owner=33',
    'socket_mode=0770',
    'socket_backlog=5',
  ]) {
    expect(dump.split('\n')).toContain(line);
  }
});

describe('syslog', () => {
  test('as the name of a log file is the old way to ask for it, which is warned of', () => {
    const { groups, messages } = loadText(
      '[supervisord]\n[program:x]\ncommand=/bin/cat\nstdout_logfile=syslog\nstderr_syslog=true\n',
    );
    expect(groups[0]?.processes[0]?.stdout).toMatchObject({ logfile: { kind: 'none' }, syslog: true });
    expect(groups[0]?.processes[0]?.stderr).toMatchObject({ logfile: { kind: 'auto' }, syslog: true });
    expect(messages.warn).toEqual([
      'For [program:x], stdout_logfile=syslog but this is deprecated and will be removed.  Use stdout_syslog=true to enable syslog instead.',
    ]);
  });

  test('takes the main log, from the file or from the command line', () => {
    expect(loadText('[supervisord]\nlogfile=syslog\n').daemon.logfile).toEqual({ kind: 'syslog' });
    const { daemon } = loadText('[supervisord]\n', { overrides: { logfile: 'syslog' } });
    expect(daemon.logfile).toEqual({ kind: 'syslog' });
  });
});
