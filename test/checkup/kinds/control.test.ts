/** Whether supervisorctl reaches the daemon. */
import { describe, expect, test } from 'vitest';
import { makeAuthority } from '../../certificates.ts';
import { checkText, placesOf } from '../support.ts';

const SERVERS = '[unix_http_server]\nfile=%(here)s/s.sock\n[inet_http_server]\nport=127.0.0.1:19001\n';
const INTERFACE =
  '[rpcinterface:supervisor]\nsupervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface\n';

test('a server without methods is reported', async () => {
  expect(placesOf((await checkText(SERVERS)).of('no-rpc-interface'))).toEqual(['inet_http_server null']);
  expect((await checkText(SERVERS + INTERFACE)).of('no-rpc-interface')).toEqual([]);
  expect((await checkText('')).of('no-rpc-interface')).toEqual([]);
});

test('a server that speaks TLS needs https, and one with client certificates is not open', async () => {
  const authority = makeAuthority();
  const pair = authority.issue('server');
  const tls = `port=*:19001\ncertfile=${pair.cert}\nkeyfile=${pair.key}\n`;
  const url = (scheme: string) => `[supervisorctl]\nserverurl=${scheme}://localhost:19001\n`;
  try {
    const plain = await checkText(`[inet_http_server]\n${tls}${INTERFACE}${url('http')}`);
    expect(plain.of('other-server')[0]?.advice).toEqual(['serverurl=https://localhost:19001']);
    expect(placesOf(plain.of('open-server'))).toEqual(['inet_http_server port']);
    const certified = await checkText(
      `[inet_http_server]\n${tls}cafile=${authority.cert}\n${INTERFACE}${url('https')}`,
    );
    expect([...certified.of('other-server'), ...certified.of('open-server')]).toEqual([]);
  } finally {
    authority.remove();
  }
});

describe('a serverurl', () => {
  test.each([
    ['unix://%(here)s/s.sock'],
    ['http://localhost:19001'],
    ['http://127.0.0.1:19001/'],
    ['http://other.example:9001'],
  ])('%s is right', async (url) => {
    const { findings } = await checkText(`${SERVERS}${INTERFACE}[supervisorctl]\nserverurl=${url}\n`);
    expect(findings.filter(({ kind }) => kind === 'other-server')).toEqual([]);
  });

  test.each([['unix:///run/other.sock'], ['http://localhost:19002'], ['http://localhost']])(
    '%s leads to no server of the file',
    async (url) => {
      const { of, folder } = await checkText(`${SERVERS}${INTERFACE}[supervisorctl]\nserverurl=${url}\n`);
      expect(of('other-server').map(({ message, advice }) => [message, advice])).toEqual([
        [
          `No server of this file listens on ${url}.`,
          ['serverurl=http://127.0.0.1:19001', `serverurl=unix://${folder}/s.sock`],
        ],
      ]);
    },
  );
});
