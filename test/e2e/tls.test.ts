/** A daemon with a certificate, and supervisorctl. */
import { execFile } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { type Authority, makeAuthority } from '../certificates.ts';
import { call, count, program, startWith, test } from './support.ts';

const SUPERVISORCTL = fileURLToPath(new URL('../../dist/bin/supervisorctl', import.meta.url));

let authority: Authority;

beforeAll(() => {
  authority = makeAuthority();
});
afterAll(() => authority.remove());

interface Outcome {
  readonly code: unknown;
  readonly stdout: string;
}

/** Runs supervisorctl with a file of these lines. */
function client(side: Side, lines: string, ...words: readonly string[]): Promise<Outcome> {
  const file = side.writeFile('client.conf', `[supervisorctl]\n${lines}\n`);
  return new Promise((resolve) => {
    execFile(SUPERVISORCTL, ['-c', file, ...words], (error, stdout) =>
      resolve({ code: error?.code ?? 0, stdout }),
    );
  });
}

test('supervisorctl speaks TLS, with the server’s certificate verified and its own shown', async ({
  side,
}) => {
  const server = authority.issue('server');
  const own = authority.issue('client');
  const port = await side.freePort();
  const url = `https://127.0.0.1:${port}`;
  const daemon = await startWith(
    side,
    `[inet_http_server]\nport=127.0.0.1:${port}\ncertfile=${server.cert}\nkeyfile=${server.key}\ncafile=${authority.cert}\n` +
      program('cat', { command: '/bin/cat', startsecs: 0 }),
  );
  const trusting = `serverurl=${url}\ncafile=${authority.cert}\n`;
  const known = `${trusting}certfile=${own.cert}\nkeyfile=${own.key}\n`;
  const status = await client(side, known, 'status');
  expect(status).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cat +RUNNING/) });
  expect(await client(side, known, 'restart', 'cat')).toEqual({
    code: 0,
    stdout: 'cat: stopped\ncat: started\n',
  });

  expect((await client(side, trusting, 'pid')).stdout).toMatch(
    new RegExp(`^error: ${url} .*(demands a certificate|closed the connection)`),
  );
  expect((await client(side, `serverurl=${url}`, 'pid')).stdout).toMatch(
    /has a certificate that is not trusted: /,
  );
  expect((await client(side, known.replace('127.0.0.1', 'ip6-localhost'), 'pid')).stdout).toMatch(
    /^error: https:/,
  );
  expect((await client(side, `serverurl=${url}\ncafile=/no/such`, 'pid')).stdout).toBe(
    'error: cafile /no/such cannot be read: ENOENT\n',
  );
  expect((await client(side, `serverurl=http://127.0.0.1:${port}`, 'pid')).stdout).toMatch(
    /^error: http:.* closed/,
  );
  expect(await daemon.stop()).toBe(0);
});

test('a server with a certificate goes on after an upgrade, and with a renewed one after a reread', async ({
  side,
}) => {
  const [first, second] = [authority.issue('first'), authority.issue('second')];
  const [cert, key] = [side.path('server.crt'), side.path('server.key')];
  const install = (pair: typeof first): void => {
    copyFileSync(pair.cert, cert);
    copyFileSync(pair.key, key);
  };
  install(first);
  const port = await side.freePort();
  const daemon = await startWith(
    side,
    `[inet_http_server]\nport=127.0.0.1:${port}\ncertfile=${cert}\nkeyfile=${key}\n[user:dash]\npassword=secret\n`,
  );
  const url = `serverurl=https://127.0.0.1:${port}\ncafile=${authority.cert}\nusername=dash\npassword=secret`;
  expect(await client(side, url, 'pid')).toEqual({ code: 0, stdout: `${daemon.pid}\n` });
  expect((await client(side, url, 'shutdown')).stdout).toContain(
    "403 Forbidden: User 'dash' has the role read, and supervisor.shutdown needs the role admin.",
  );

  daemon.signal('SIGUSR1');
  await side.waitFor('the other program has taken over', () =>
    /INFO upgrade: going on as .*\n(?:.*\n)*?.*INFO supervisord started/.test(side.readFile('main.log')),
  );
  expect(await client(side, url, 'pid')).toEqual({ code: 0, stdout: `${daemon.pid}\n` });

  install(second);
  await call(side, 'reloadConfig');
  expect(await client(side, url, 'pid')).toEqual({ code: 0, stdout: `${daemon.pid}\n` });
  expect(count(side.readFile('main.log'), /goes on with the certificate of /g)).toBe(1);
  copyFileSync(first.key, key);
  await expect(call(side, 'reloadConfig')).rejects.toThrow(
    `keyfile ${key} is not the key of certfile ${cert}`,
  );
  expect(await client(side, url, 'pid')).toEqual({ code: 0, stdout: `${daemon.pid}\n` });
  expect(await daemon.stop()).toBe(0);
});
