import { expect, test } from 'vitest';
import { checkText, placesOf } from '../support.ts';

function program(name: string, logfile: string): string {
  return `[program:${name}]\ncommand=/bin/cat\n${logfile}\n`;
}

test('a file name that looks like a list, or like the address of a syslog, is reported', async () => {
  const { of } = await checkText(
    program('a', 'stdout_logfile=%(here)s/a.log, @udp:127.0.0.1:514') +
      program('b', 'stderr_logfile=%(here)s/@tcp:127.0.0.1:514') +
      program('c', 'stdout_logfile=%(here)s/a.log, b.log'),
  );
  expect(placesOf(of('log-name-as-list'))).toEqual([
    'program:a stdout_logfile',
    'program:b stderr_logfile',
    'program:c stdout_logfile',
  ]);
});

test('lists, and names with a comma, are not reported', async () => {
  const { of } = await checkText(
    program('a', 'stdout_logfile=%(here)s/a.log, /dev/stdout, syslog @udp:127.0.0.1:514') +
      program('b', 'stdout_logfile=%(here)s/b,c.log') +
      program('c', 'stdout_logfile=syslog @tcp:127.0.0.1:514'),
  );
  expect(of('log-name-as-list')).toEqual([]);
});
