/** Certificates for tests, made by openssl. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Paths of a certificate and its key. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** An authority, and what it has issued, in a folder of its own. */
export interface Authority extends KeyPair {
  readonly folder: string;
  issue(name: string, alternatives?: string): KeyPair;
  remove(): void;
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '10'];

export function makeAuthority(name = 'authority'): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'visord-tls-'));
  const cert = join(folder, 'ca.crt');
  const key = join(folder, 'ca.key');
  openssl('req', '-x509', ...NEW_KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', cert);
  return {
    folder,
    cert,
    key,
    issue: (subject, alternatives = 'DNS:localhost,IP:127.0.0.1') => {
      const pair = { cert: join(folder, `${subject}.crt`), key: join(folder, `${subject}.key`) };
      const extensions = join(folder, `${subject}.ext`);
      writeFileSync(extensions, `subjectAltName=${alternatives}\n`);
      const request = join(folder, `${subject}.csr`);
      openssl('req', ...NEW_KEY, '-subj', `/CN=${subject}`, '-keyout', pair.key, '-out', request);
      const issuer = ['-CA', cert, '-CAkey', key, '-CAcreateserial', '-extfile', extensions];
      openssl('x509', '-req', '-in', request, ...issuer, '-days', '10', '-out', pair.cert);
      return pair;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
