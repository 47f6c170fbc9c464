import { describe, expect, test } from 'vitest';
import { defaultConfigFile, parseSupervisordFlags } from '../../src/bin/flags.ts';
import { supervisordHelp } from '../../src/bin/supervisord-flags.ts';
import { fakeHost } from '../config/support.ts';

const parse = (...argv: string[]) => parseSupervisordFlags(argv, '/usr/bin/supervisord', fakeHost);
const overridesOf = (...argv: string[]) => {
  const result = parse(...argv);
  return result.kind === 'run' ? result.flags.overrides : result;
};

describe('flags', () => {
  test('nothing given sets nothing', () => {
    expect(parse()).toEqual({
      kind: 'run',
      flags: { configuration: null, overrides: {}, dumpConfig: false },
    });
  });

  test('every short flag sets what its long name sets', () => {
    const short =
      '-n -s -k -t -u web -m 077 -d /tmp -l /tmp/l -y 5KB -z 3 -e DEBUG -j /tmp/p -i me -q /tmp -a 9';
    const long =
      '--nodaemon --silent --nocleanup --strip_ansi --user web --umask 077 --directory /tmp --logfile /tmp/l ' +
      '--logfile_maxbytes 5KB --logfile_backups 3 --loglevel DEBUG --pidfile /tmp/p --identifier me --childlogdir /tmp --minfds 9';
    const expected = {
      nodaemon: true,
      silent: true,
      nocleanup: true,
      stripAnsi: true,
      user: 'web',
      umask: 0o77,
      directory: '/tmp',
      logfile: '/tmp/l',
      logfileMaxBytes: 5120,
      logfileBackups: 3,
      logLevel: 'debug',
      pidfile: '/tmp/p',
      identifier: 'me',
      childLogDir: '/tmp',
      minFds: 9,
    };
    expect(overridesOf(...short.split(' '))).toEqual(expected);
    expect(overridesOf(...long.split(' '))).toEqual(expected);
  });

  test('values are joined or separate, letters are bundled, long names may be shortened', () => {
    expect(overridesOf('-nsl/tmp/x')).toEqual({ nodaemon: true, silent: true, logfile: '/tmp/x' });
    expect(overridesOf('--minp=7', '--nod')).toEqual({ minProcs: 7, nodaemon: true });
    expect(overridesOf('-i', '-n')).toEqual({ identifier: '-n' });
    expect(overridesOf('--identifier=a=b')).toEqual({ identifier: 'a=b' });
  });

  test('--d is still short for --directory', () => {
    expect(overridesOf('--d', '/tmp')).toEqual({ directory: '/tmp' });
  });

  test('--profile_options is accepted and sets nothing', () => {
    expect(overridesOf('--profile_options', 'calls')).toEqual({});
  });

  test('-c names the file, --dump-config asks for the dump', () => {
    expect(parse('-c', 'x.conf', '--dump-config')).toEqual({
      kind: 'run',
      flags: { configuration: 'x.conf', overrides: {}, dumpConfig: true },
    });
  });
});

describe('wrong command lines', () => {
  test.each([
    [['-x'], 'option -x not recognized'],
    [['--foo=1'], 'option --foo not recognized'],
    [['--lo', 'x'], 'option --lo not a unique prefix'],
    [['-y'], 'option -y requires argument'],
    [['--user'], 'option --user requires argument'],
    [['--nodaemon=1'], 'option --nodaemon must not have an argument'],
    [['-n', '--nodaemon'], "conflicting command line option '--nodaemon'"],
    [['-c', 'a', '-c', 'b'], "conflicting command line option '-c'"],
    [['foo', '-n'], "positional arguments are not supported: ['foo', '-n']"],
    [['-z', 'x'], "invalid value for -z 'x': invalid literal for int() with base 10: 'x'"],
    [['-m', '9'], "invalid value for -m '9': 9 can not be converted to an octal type"],
    [['-e', 'loud'], "invalid value for -e 'loud': bad logging level name 'loud'"],
    [
      ['--logfile', '/no/such/x'],
      "invalid value for --logfile '/no/such/x': The directory named as part of the path /no/such/x does not exist",
    ],
    [['-d', '/no/such'], "invalid value for -d '/no/such': /no/such is not an existing directory"],
  ])('%j', (argv, text) => {
    expect(parse(...argv)).toEqual({ kind: 'fail', text });
  });
});

describe('help and version', () => {
  test('-v prints the version that tools parse', () => {
    expect(parse('-v')).toEqual({ kind: 'print', text: '4.3.0\n' });
  });

  test('-h, -? and --help print every flag in the form of the reference', () => {
    const help = supervisordHelp('/usr/bin/supervisord');
    expect(parse('-h')).toEqual({ kind: 'print', text: help });
    expect(parse('-?')).toEqual({ kind: 'print', text: help });
    expect(parse('--he')).toEqual({ kind: 'print', text: help });
    expect(help).toContain('\nUsage: /usr/bin/supervisord [options]\n');
    expect(help).toContain(
      '\n-c/--configuration FILENAME -- configuration file path (searches if not given)\n',
    );
    expect(help).toContain(
      '\n--minprocs NUM  -- the minimum number of processes available for start success\n',
    );
    expect(help).toContain('\n--dump-config -- print the effective configuration and exit\n');
  });

  test('the first of several decides, and the flags before it must be right', () => {
    expect(parse('-v', '-h').kind).toBe('print');
    expect(parse('-h', '-zx').kind).toBe('print');
    expect(parse('-zx', '-h').kind).toBe('fail');
    expect(parse('-h', '-x').kind).toBe('fail');
  });
});

describe('the search for a configuration', () => {
  test('root is warned, others are not', () => {
    expect(defaultConfigFile('/x/bin/supervisord', { isRoot: true }).warning).toMatch(
      /UserWarning: Supervisord is running as root and it is searching .* for improved security\.\n$/,
    );
    expect(defaultConfigFile('/x/bin/supervisord', { isRoot: false }).warning).toBeNull();
  });

  test('looks around the executable first, then here, then in /etc', () => {
    const looked: string[] = [];
    const exists = (path: string): boolean => looked.push(path) === 6;
    expect(defaultConfigFile('/x/bin/supervisord', { exists }).file).toBe('/etc/supervisor/supervisord.conf');
    expect(looked).toEqual([
      '/x/etc/supervisord.conf',
      '/x/supervisord.conf',
      'supervisord.conf',
      'etc/supervisord.conf',
      '/etc/supervisord.conf',
      '/etc/supervisor/supervisord.conf',
    ]);
  });

  test('reports where it looked when there is nothing', () => {
    expect(defaultConfigFile('supervisord', { exists: () => false })).toMatchObject({
      file: null,
      error:
        'No config file found at default paths (etc/supervisord.conf, supervisord.conf, supervisord.conf, ' +
        'etc/supervisord.conf, /etc/supervisord.conf, /etc/supervisor/supervisord.conf); ' +
        'use the -c option to specify a config file at a different path',
    });
  });
});
