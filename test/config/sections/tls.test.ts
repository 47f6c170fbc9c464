import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dumpConfig } from '../../../src/config/dump/dump.ts';
import { serverUrlOf } from '../../../src/process/spawn/server-url.ts';
import { type Authority, type KeyPair, makeAuthority } from '../../certificates.ts';
import { loadText } from '../support.ts';

let authority: Authority;
let pair: KeyPair;

beforeAll(() => {
  authority = makeAuthority();
  pair = authority.issue('server');
});
afterAll(() => authority.remove());

function load(lines: string) {
  return loadText(`[supervisord]\n[inet_http_server]\nport=127.0.0.1:9001\n${lines}\n`);
}

describe('certfile, keyfile and cafile', () => {
  const both = () => `certfile=${pair.cert}\nkeyfile=${pair.key}\n`;

  test('are read with the configuration, and are paths in a dump', () => {
    const config = load(`${both()}cafile=${authority.cert}`);
    expect(config.servers).toMatchObject([
      { certFile: { path: pair.cert }, caFile: { path: authority.cert } },
    ]);
    const dump = dumpConfig(config);
    expect([dump.includes(`keyfile=${pair.key}\n`), dump.includes('PRIVATE')]).toEqual([true, false]);
  });

  test('make the address of the daemon one of https', () => {
    expect(serverUrlOf(load(both()).servers)).toBe('https://127.0.0.1:9001');
  });

  test('warn about a key that all users of the machine may read', () => {
    chmodSync(pair.key, 0o644);
    try {
      expect(load(both()).messages.warn).toEqual([
        `keyfile ${pair.key} of [inet_http_server] can be read by all users of this machine`,
      ]);
    } finally {
      chmodSync(pair.key, 0o600);
    }
  });

  test('are errors with key and file where they cannot be used', () => {
    const other = authority.issue('other');
    const encrypted = join(authority.folder, 'encrypted.key');
    execFileSync('openssl', ['ec', '-in', pair.key, '-aes128', '-passout', 'pass:x', '-out', encrypted], {
      stdio: 'pipe',
    });
    const broken = join(authority.folder, 'broken.crt');
    writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    const cases: readonly (readonly [lines: string, message: string])[] = [
      [`certfile=${pair.cert}`, '[inet_http_server] has no keyfile'],
      [`keyfile=${pair.key}`, '[inet_http_server] has no certfile'],
      [`cafile=${authority.cert}`, '[inet_http_server] has no certfile'],
      [
        `certfile=/no/such\nkeyfile=${pair.key}`,
        'certfile /no/such cannot be used: No such file or directory',
      ],
      [
        `certfile=${pair.key}\nkeyfile=${pair.key}`,
        `certfile ${pair.key} cannot be used: no certificate in PEM`,
      ],
      [`certfile=${broken}\nkeyfile=${pair.key}`, `certfile ${broken} cannot be used: `],
      [`certfile=${pair.cert}\nkeyfile=${pair.cert}`, `keyfile ${pair.cert} cannot be used: `],
      [`certfile=${pair.cert}\nkeyfile=${encrypted}`, `keyfile ${encrypted} cannot be used: `],
      [
        `certfile=${pair.cert}\nkeyfile=${other.key}`,
        `keyfile ${other.key} is not the key of certfile ${pair.cert}`,
      ],
      [`${both()}cafile=${pair.key}`, `cafile ${pair.key} cannot be used: no certificate in PEM`],
    ];
    for (const [lines, message] of cases) expect(() => load(lines)).toThrow(message);
  });
});
