import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorOf, folderWith, loadFile, loadProgram, loadText } from './support.ts';

const RPC =
  '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n';

describe('[supervisord]', () => {
  test('an empty section has the defaults of the reference', () => {
    expect(loadText('[supervisord]\n', { environment: {} }).daemon).toMatchObject({
      logfile: { kind: 'file', path: join(process.cwd(), 'supervisord.log') },
      logfileMaxBytes: 50 * 1024 * 1024,
      logfileBackups: 10,
      logLevel: 'info',
      pidfile: join(process.cwd(), 'supervisord.pid'),
      umask: 0o22,
      nodaemon: false,
      silent: false,
      minFds: 1024,
      minProcs: 200,
      nocleanup: false,
      childLogDir: '/tmp',
      user: null,
      directory: null,
      stripAnsi: false,
      environment: {},
      identifier: 'supervisor',
    });
  });

  test('the command line wins over the file', () => {
    const { daemon } = loadText('[supervisord]\nlogfile=/tmp/a.log\nloglevel=debug\nidentifier=x\n', {
      overrides: { logfile: '/tmp/b/../c.log', logLevel: 'warn', nodaemon: true, user: 'web' },
    });
    expect(daemon).toMatchObject({
      logfile: { kind: 'file', path: '/tmp/c.log' },
      logLevel: 'warn',
      nodaemon: true,
      identifier: 'x',
      user: { text: 'web', uid: 33, gid: 34 },
    });
  });

  test('a wrong value of the file is refused even where the command line has its own', () => {
    expect(
      errorOf(() => loadText('[supervisord]\nlogfile=/no/such/x\n', { overrides: { logfile: '/tmp/x' } })),
    ).toBe('The directory named as part of the path /no/such/x does not exist');
  });

  test('%% in environment is a percent sign', () => {
    expect(
      loadText('[supervisord]\nenvironment=A="50%%",B="%(host_node_name)s"\n').daemon.environment,
    ).toEqual({
      A: '50%',
      B: hostname(),
    });
  });

  test('a file without the section is refused', () => {
    expect(errorOf(() => loadText('[program:x]\ncommand=x\n'))).toBe(
      '.ini file does not include supervisord section',
    );
  });
});

describe('[program:x]', () => {
  test('has the defaults of the reference', () => {
    const channel = {
      logfile: { kind: 'auto' },
      maxBytes: 50 * 1024 * 1024,
      backups: 10,
      captureMaxBytes: 0,
      eventsEnabled: false,
      syslog: false,
    };
    expect(loadProgram('')).toMatchObject({
      name: 'x',
      command: '/bin/cat',
      directory: null,
      umask: null,
      priority: 999,
      autostart: true,
      autorestart: 'unexpected',
      startSeconds: 1,
      startRetries: 3,
      uid: null,
      stdout: channel,
      stderr: channel,
      redirectStderr: false,
      stopSignal: 15,
      laterStopSignals: [],
      stopWaitSeconds: 10,
      stopAsGroup: false,
      killAsGroup: false,
      exitCodes: [0],
      environment: {},
      serverUrl: null,
    });
  });

  test('keys that are not known are accepted', () => {
    expect(loadProgram('loglevel=info').name).toBe('x');
  });

  test('numprocs makes numbered processes from numprocs_start on', () => {
    const config = loadText(
      '[supervisord]\n[program:x]\nnumprocs=3\nnumprocs_start=8\nprocess_name=%(program_name)s_%(process_num)02d\n' +
        'command=/bin/x %(process_num)d of %(numprocs)d in %(group_name)s\nstdout_logfile=/tmp/%(process_num)d.log\n',
    );
    expect(
      config.groups[0]?.processes.map(({ name, command, stdout }) => [name, command, stdout.logfile]),
    ).toEqual([
      ['x_08', '/bin/x 8 of 3 in x', { kind: 'file', path: '/tmp/8.log' }],
      ['x_09', '/bin/x 9 of 3 in x', { kind: 'file', path: '/tmp/9.log' }],
      ['x_10', '/bin/x 10 of 3 in x', { kind: 'file', path: '/tmp/10.log' }],
    ]);
  });

  test('numprocs_start may be larger than a number holds exactly', () => {
    const config = loadText(
      '[supervisord]\n[program:x]\nnumprocs=2\nnumprocs_start=9007199254740992\nprocess_name=%(process_num)d-%(process_num)x\ncommand=/bin/x\n',
    );
    expect(config.groups[0]?.processes.map(({ name }) => name)).toEqual([
      '9007199254740992-20000000000000',
      '9007199254740993-20000000000001',
    ]);
  });

  test("its environment is the daemon section's and then its own, and both can be expanded", () => {
    const config = loadText(
      '[supervisord]\nenvironment=A=1,B=2\n[program:x]\ncommand=/bin/x %(ENV_A)s %(ENV_B)s %(ENV_HOME)s\nenvironment=B="%(ENV_A)s3"\n',
    );
    expect(config.groups[0]?.processes[0]).toMatchObject({
      command: '/bin/x 1 13 /home/me',
      environment: { A: '1', B: '13' },
    });
  });

  test('stopasgroup brings killasgroup with it', () => {
    expect(loadProgram('stopasgroup=true')).toMatchObject({ stopAsGroup: true, killAsGroup: true });
  });

  test('redirect_stderr drops the stderr log and warns where one was named', () => {
    const config = loadText(
      '[supervisord]\n[program:x]\ncommand=x\nredirect_stderr=true\nstderr_logfile=/tmp/e.log\n',
    );
    expect(config.groups[0]?.processes[0]?.stderr.logfile).toEqual({ kind: 'none' });
    expect(config.messages.warn).toEqual([
      'For [program:x], redirect_stderr=true but stderr_logfile has also been set to a filename, the filename has been ignored',
    ]);
  });

  test('an AUTO log that never rotates is warned of', () => {
    expect(
      loadText('[supervisord]\n[program:x]\ncommand=x\nstdout_logfile_maxbytes=0\n').messages.warn,
    ).toEqual([
      'For [program:x], AUTO logging used for stdout_logfile without rollover, set maxbytes > 0 to avoid filling up filesystem unintentionally',
    ]);
  });

  test('the names of logs are expanded twice, as in the reference', () => {
    expect(loadProgram('stdout_logfile=/tmp/%%(program_name)s.log').stdout.logfile).toEqual({
      kind: 'file',
      path: '/tmp/x.log',
    });
  });

  test('serverurl is AUTO in any case and an address as it stands', () => {
    expect(loadProgram('serverurl=auto').serverUrl).toBeNull();
    expect(loadProgram('serverurl=http://a:1').serverUrl).toBe('http://a:1');
  });

  const where = " in section 'program:x' (file: 'FILE')";
  test.each([
    ['startsecs=x', `invalid literal for int() with base 10: 'x'${where}`],
    [`priority=${'x'.repeat(300)}`, `invalid literal for int() with base 10: '${'x'.repeat(199)}`],
    [
      `priority=${'1'.repeat(4301)}`,
      'Exceeds the limit (4300 digits) for integer string conversion: value has 4301 digits; use sys.set_int_max_str_digits() to increase the limit',
    ],
    ['priority=x', "invalid literal for int() with base 10: 'x'"],
    ['autostart=maybe', `not a valid boolean value: 'maybe'${where}`],
    ['user=nope', `Invalid user name nope${where}`],
    ['numprocs=2', `%(process_num) must be present within process_name when numprocs > 1${where}`],
    ['stopasgroup=1\nkillasgroup=0', `Cannot set stopasgroup=true and killasgroup=false${where}`],
    ['process_name=a b', `Invalid name: 'a b' because of character: ' '${where}`],
    ['environment=A', `Unexpected end of key/value pairs in value 'A'${where}`],
    [
      'user=%(process_num)d',
      `Format string '%(process_num)d' for 'program:x.user' contains names ('process_num') which cannot be expanded. ` +
        `Available names: ENV_HOME, group_name, here, host_node_name, program_name${where}`,
    ],
    [
      'command=%(nope)s',
      `Format string '%(nope)s' for 'program:x.command' contains names ('nope') which cannot be expanded. ` +
        `Available names: ENV_HOME, group_name, here, host_node_name, numprocs, process_num, program_name${where}`,
    ],
  ])('%j is refused', (lines, message) => {
    expect(errorOf(() => loadProgram(lines))).toBe(message);
  });

  test('a program without a command is refused', () => {
    expect(errorOf(() => loadText('[supervisord]\n[program:x]\n'))).toBe(
      `program section program:x does not specify a command${where}`,
    );
  });
});

describe('groups', () => {
  const PROGRAMS =
    '[supervisord]\n[program:a]\ncommand=a\n[program:b]\ncommand=b\npriority=1\n[program:c]\ncommand=c\n';

  test('are sorted by priority, then name; a program in no group is one of its own', () => {
    const { groups } = loadText(`${PROGRAMS}[group:z]\nprograms=a\npriority=5\n`);
    expect(groups.map(({ name, priority }) => [name, priority])).toEqual([
      ['b', 1],
      ['z', 5],
      ['c', 999],
    ]);
  });

  test('keep their programs in the order in which they name them', () => {
    const { groups } = loadText(`${PROGRAMS}[group:z]\nprograms=c, b,a\n`);
    expect(groups[0]?.processes.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
  });

  test('a program may be in several', () => {
    const { groups } = loadText(`${PROGRAMS}[group:y]\nprograms=a,b,c\n[group:z]\nprograms=a\n`);
    expect(groups.map(({ name, processes }) => [name, processes.length])).toEqual([
      ['y', 3],
      ['z', 1],
    ]);
  });

  test('an unknown program is refused; from the second on the program before it is named, as in the reference', () => {
    expect(errorOf(() => loadText(`${PROGRAMS}[group:z]\nprograms=q\n`))).toBe(
      '[group:z] names unknown program or fcgi-program q',
    );
    expect(errorOf(() => loadText(`${PROGRAMS}[group:z]\nprograms=a,q\n`))).toBe(
      '[program:a] names unknown program or fcgi-program q',
    );
  });
});

describe('servers', () => {
  test('inet before unix, any number of each, each with its own user', () => {
    const folder = folderWith({
      'main.conf':
        '[supervisord]\n[unix_http_server]\nfile=%(here)s/a//x.sock\nchmod=0770\nchown=web:staff\n' +
        '[inet_http_server]\nport=127.0.0.1:9001\nusername=u\npassword=%(ENV_HOME)s\nmax_body_bytes=4KB\n[unix_http_server:b]\nfile=~/b.sock\n',
    });
    expect(loadFile(join(folder, 'main.conf')).servers).toMatchObject([
      {
        kind: 'inet',
        section: 'inet_http_server',
        host: '127.0.0.1',
        port: 9001,
        username: 'u',
        password: '/home/me',
        maxBodyBytes: 4096,
        allowedHosts: [],
      },
      {
        kind: 'unix',
        section: 'unix_http_server',
        file: `${folder}/a/x.sock`,
        mode: 0o770,
        owner: { uid: 33, gid: 50 },
        username: null,
        password: null,
        maxBodyBytes: 1_048_576,
        allowedHosts: [],
      },
      {
        kind: 'unix',
        section: 'unix_http_server:b',
        file: '/home/me/b.sock',
        mode: 0o700,
        owner: null,
        username: null,
        password: null,
        maxBodyBytes: 1_048_576,
        allowedHosts: [],
      },
    ]);
  });

  test.each([
    ['[inet_http_server]', 'section [inet_http_server] has no port value'],
    ['[unix_http_server]', 'section [unix_http_server] has no file value'],
    [
      '[inet_http_server]\nport=1\nusername=a',
      'Section [inet_http_server] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified',
    ],
  ])('%j is refused', (lines, message) => {
    expect(errorOf(() => loadText(`[supervisord]\n${lines}\n`))).toBe(message);
  });
});

describe('RPC interfaces', () => {
  test('hand all other keys to their factory, those of [DEFAULT] too', () => {
    expect(loadText(`[DEFAULT]\nx=1\n[supervisord]\n${RPC}Y=%(ENV_HOME)s\n`).rpcInterfaces).toEqual([
      {
        name: 'supervisor',
        factory: 'supervisor.rpcinterface:make_main_rpcinterface',
        options: { y: '/home/me', x: '1' },
      },
    ]);
  });

  test('one without a factory is refused', () => {
    expect(errorOf(() => loadText('[supervisord]\n[rpcinterface:x]\n'))).toBe(
      'section [rpcinterface:x] does not specify a supervisor.rpcinterface_factory',
    );
  });

  test('name a module from the folder of the file, and what it exports', () => {
    const folder = folderWith({ 'etc/main.conf': interfaceOf('../lib/x.mjs:make'), 'lib/x.mjs': '' });
    expect(loadFile(join(folder, 'etc/main.conf')).rpcInterfaces).toEqual([
      {
        name: 'x',
        factory: '../lib/x.mjs:make',
        options: {},
        plugin: { text: '../lib/x.mjs:make', path: join(folder, 'lib/x.mjs'), exportName: 'make' },
      },
    ]);
  });

  test('name an installed package', () => {
    const folder = folderWith({
      'main.conf': interfaceOf('some-plugin:make'),
      'node_modules/some-plugin/index.js': '',
    });
    expect(loadFile(join(folder, 'main.conf')).rpcInterfaces[0]?.plugin?.path).toBe(
      join(folder, 'node_modules/some-plugin/index.js'),
    );
  });

  test.each([
    'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface',
    'supervisor_cache.rpcinterface:make_cache_rpcinterface',
  ])('need no module for %s', (factory) => {
    expect(loadText(interfaceOf(factory)).rpcInterfaces).toEqual([{ name: 'x', factory, options: {} }]);
  });

  test.each([
    'supervisor.rpcinterface: make_main_rpcinterface',
    'supervisor.rpcinterface :make_main_rpcinterface [x]',
    'supervisor.rpcinterface:make_main_rpcinterface[x,y]',
  ])('may have the blanks and extras of entry points: %s', (factory) => {
    const main = 'supervisor.rpcinterface:make_main_rpcinterface';
    expect(loadText(interfaceOf(factory)).rpcInterfaces).toEqual([{ name: 'x', factory: main, options: {} }]);
  });

  test('may have them where they name a module too', () => {
    const folder = folderWith({ 'main.conf': interfaceOf('./x.mjs : make [y]'), 'x.mjs': '' });
    expect(loadFile(join(folder, 'main.conf')).rpcInterfaces[0]?.plugin).toMatchObject({
      path: join(folder, 'x.mjs'),
      exportName: 'make',
    });
  });

  test.each([
    'os:nosuch',
    'node:os:cpus',
    'no_such.module:make',
    'supervisor.rpcinterface:make_nothing',
    './nothing.js:make',
    'not a factory',
  ])('that name %j report what is wanted', (factory) => {
    expect(errorOf(() => loadText(interfaceOf(factory)))).toBe(
      `${factory} cannot be resolved within [rpcinterface:x]: it has to name a JavaScript module and what it ` +
        'exports, as ./module.js:name; Python modules cannot be loaded',
    );
  });
});

test('sections of others are left alone', () => {
  expect(
    loadText('[supervisord]\n[supervisorctl]\nserverurl=%(nope)s\n[other:x]\ny=%(nope)s\n').groups,
  ).toEqual([]);
});

function interfaceOf(factory: string): string {
  return `[supervisord]\n[rpcinterface:x]\nsupervisor.rpcinterface_factory = ${factory}\n`;
}
