/** Files, folders, users and ports of the machine. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../../../src/checkup/check.ts';
import { openSubject } from '../../../src/checkup/reading/open-subject.ts';
import { checkText, placesOf, program } from '../support.ts';

describe('files that do not exist', () => {
  test('commands', async () => {
    const { of } = await checkText(
      '[program:a]\ncommand=no-such-command -x\n[program:b]\ncommand=/etc/passwd\n[program:c]\ncommand=cat "x\n',
    );
    expect(of('missing-command').map(({ section, message }) => [section, message])).toEqual([
      ['program:a', "can't find command 'no-such-command'"],
      ['program:b', "command at '/etc/passwd' is not executable"],
      ['program:c', "can't parse command 'cat \"x': No closing quotation"],
    ]);
  });

  test('folders of programs', async () => {
    const { of } = await checkText(program('a', 'directory=/no/such/folder') + program('b', 'directory=/'));
    expect(placesOf(of('missing-directory'))).toEqual(['program:a directory']);
  });

  test('password files that all users may read', async () => {
    const { of } = await checkText(
      '[inet_http_server]\nport=127.0.0.1:19001\nusername=u\npassword_file=%(here)s/p\n',
      { p: 'x\n' },
    );
    expect(placesOf(of('logged-warning'))).toEqual(['inet_http_server password_file']);
  });

  test('includes', async () => {
    const { of } = await checkText('[include]\nfiles=none-*.conf');
    expect(placesOf(of('logged-warning'))).toEqual(['include files']);
  });
});

test('sockets and pidfiles in folders for temporary files', async () => {
  const { of } = await checkText(
    'pidfile=/var/tmp/d.pid\n[unix_http_server]\nfile=/tmp/d.sock\n[fcgi-program:f]\ncommand=cat\nsocket=unix:///tmp/f.sock\n',
  );
  expect(of('socket-in-tmp').map(({ advice }) => advice)).toEqual([
    ['pidfile=/run/d.pid'],
    ['file=/run/d.sock'],
    ['socket=unix:///run/f.sock'],
  ]);
});

describe('ports', () => {
  test('on which another process listens', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const { of } = await checkText(`[inet_http_server]\nport=127.0.0.1:${port}\n`);
    await new Promise((resolve) => server.close(resolve));
    expect(of('port-in-use').map(({ section, message }) => [section, message])).toEqual([
      ['inet_http_server', expect.stringContaining(`(pid ${process.pid}) listens on port ${port}.`)],
    ]);
  });

  test('of a running daemon of the same file are not reported', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : null;
    const { of } = await checkText(`pidfile=%(here)s/d.pid\n[inet_http_server]\nport=127.0.0.1:${port}\n`, {
      'd.pid': `${process.pid}\n`,
    });
    await new Promise((resolve) => server.close(resolve));
    expect(of('port-in-use')).toEqual([]);
  });

  test('that other machines can reach without a password', async () => {
    const { of } = await checkText('[inet_http_server]\nport=*:19001\n');
    expect(of('open-server')[0]?.advice).toEqual(['port=127.0.0.1:19001']);
    const withUser = '[inet_http_server]\nport=*:19001\n[user:x]\npassword=y\nrole=admin\n';
    expect((await checkText(withUser)).of('open-server')).toEqual([]);
    for (const lines of ['port=127.0.0.1:19001', 'port=[::1]:19001', 'port=19001\nusername=u\npassword=p']) {
      expect((await checkText(`[inet_http_server]\n${lines}\n`)).of('open-server')).toEqual([]);
    }
  });

  test('that other machines can reach with a password, and without TLS', async () => {
    const user = 'username=u\npassword=p\n';
    for (const text of [
      `port=*:19001\n${user}`,
      'port=10.0.0.5:19001\n[user:x]\npassword=y\n',
      'port=*:19001\n[user:x]\npassword=y\nservers=inet*\n',
    ]) {
      const { of } = await checkText(`[inet_http_server]\n${text}`);
      expect(of('password-without-tls')[0]?.advice).toEqual([
        'certfile=/etc/supervisor/server.crt',
        'keyfile=/etc/supervisor/server.key',
      ]);
    }
    for (const text of [
      'port=*:19001\n',
      `port=127.0.0.1:19001\n${user}`,
      `port=localhost:19001\n${user}`,
      'port=*:19001\nusername=\npassword=p\n',
      'port=*:19001\n[user:x]\npassword=y\nservers=unix*\n',
    ]) {
      expect((await checkText(`[inet_http_server]\n${text}`)).of('password-without-tls'), text).toEqual([]);
    }
  });
});

test('an include that is a FIFO is an error, and not waited for; a folder is passed over', async () => {
  const { folder } = await checkText('[include]\nfiles=*.ini', { 'a.ini/x': '', 'b.ini': 'x' });
  execFileSync('mkfifo', [join(folder, 'c.ini')]);
  writeFileSync(join(folder, 'b.ini'), program('b', 'startsecs=x'));
  const file = join(folder, 'main.conf');
  const findings = await check(await openSubject({ file, environment: { PATH: '/bin' } }));
  expect(findings.map(({ kind, section, key, message }) => [kind, section, key, message])).toEqual([
    [
      'wrong-value',
      'include',
      'files',
      `included file ${folder}/c.ini is a named pipe, which may have no end`,
    ],
    ['wrong-value', 'program:b', 'startsecs', expect.stringContaining('invalid literal')],
    ['special-include', 'include', 'files', `${folder}/a.ini is not a file; it is passed over.`],
  ]);
});
