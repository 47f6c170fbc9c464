import { describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { filesOf, logFile } from '../../../src/config/tables/log-target.ts';
import { syslogTag } from '../../../src/config/tables/syslog-values.ts';
import { errorOf, fakeHost, loadText } from '../support.ts';

describe('stdout_logfile=', () => {
  const remote = { kind: 'remote', protocol: 'udp', host: 'logs.example.com', port: 514 } as const;

  test.each([
    ['syslog @udp:logs.example.com:514', [remote]],
    ['syslog @logs.example.com', [remote]],
    ['syslog@UDP:logs.example.com', [remote]],
    ['syslog @tcp:[::1]:6514', [{ kind: 'remote', protocol: 'tcp', host: '::1', port: 6514 }]],
    ['/tmp/a.log, /dev/stdout', [file('/tmp/a.log'), file('/dev/stdout')]],
    [
      '/tmp/a.log,syslog,syslog @tcp:logs.example.com:601',
      [
        file('/tmp/a.log'),
        { kind: 'syslog' },
        { kind: 'remote', protocol: 'tcp', host: 'logs.example.com', port: 601 },
      ],
    ],
  ])('takes %j', (text, targets) => {
    const value = logFile.parse(text, fakeHost);
    expect(value).toEqual({ kind: 'list', targets });
    expect(logFile.parse(logFile.format(value), fakeHost)).toEqual(value);
  });

  test.each(['/tmp/a,b.log', '/tmp/a.log,', '/tmp/syslog @host'])('%j is the name of a file', (text) => {
    expect(logFile.parse(text, fakeHost)).toEqual({ kind: 'file', path: text });
  });

  test.each(['syslog @', 'syslog @sctp:host:514', 'syslog @udp:host:0', 'syslog @host:99999'])(
    'refuses %j',
    (text) => {
      expect(errorOf(() => logFile.parse(text, fakeHost))).toMatch(/^not (the address of a syslog|a port): /);
    },
  );

  test('is the name of a file, as in the reference, where extensions are off', () => {
    const config = loadText(
      '[supervisord]\nextensions=off\n[program:web]\ncommand=x\nstdout_logfile=/tmp/a.log, syslog\n',
    );
    expect(config.programs[0]?.processes[0]?.stdout.logfile).toEqual(file('/tmp/a.log, syslog'));
  });

  test('with several is read in its first file', () => {
    expect(filesOf(logFile.parse('syslog, /tmp/a.log, /tmp/b.log', fakeHost))).toEqual([
      '/tmp/a.log',
      '/tmp/b.log',
    ]);
  });
});

test('lists and the keys of syslog are dumped, and read back', () => {
  const config = loadText(`[supervisord]
[program:web]
command=x
stdout_logfile=/tmp/a.log, syslog, syslog @tcp:logs.example.com:601
stderr_logfile=syslog @udp:logs.example.com
syslog_facility=local0
syslog_tag=%(program_name)s-1
stderr_syslog_priority=err
`);
  expect(config.programs[0]?.processes[0]).toMatchObject({
    stdout: { syslog: true },
    syslog: { facility: 'local0', tag: 'web-1', stdoutPriority: 'info', stderrPriority: 'err' },
  });
  expect(loadText(dumpConfig(config)).groups).toEqual(config.groups);
});

test.each(['', 'two words', 'tür', 'x'.repeat(49)])('syslog_tag= refuses %j', (text) => {
  expect(errorOf(() => syslogTag.parse(text, fakeHost))).toMatch(/^not a syslog tag: /);
});

function file(path: string): { kind: 'file'; path: string } {
  return { kind: 'file', path };
}
