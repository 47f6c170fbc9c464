/**
 * The keys of a server that speaks TLS.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { ConfigError } from '../config-error.ts';
import { normalizePath } from '../text/paths.ts';
import { extension, type Option, type ValueType } from './option.ts';
import { readSmallFile, type SmallFile } from './small-file.ts';

const change = 'live';
const since = '0.2.0';

/** A list of authorities can be large. */
const MOST_BYTES = 4 << 20;

/** Loaded for the first certificate: commands that read none start without it. */
function crypto(): typeof import('node:crypto') {
  return createRequire(import.meta.url)('node:crypto');
}

const certificateFile = (key: string) =>
  pemFile(key, 'The path of a file with certificates in PEM.', (text) => {
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no certificate in PEM');
    new (crypto().X509Certificate)(text);
  });

const keyFile = pemFile(
  'keyfile',
  'The path of a file with a private key in PEM, without a passphrase.',
  (text) => {
    crypto().createPrivateKey(text);
  },
);

/** For `[inet_http_server]`. */
export const TLS_OPTIONS = {
  certfile: extension({
    field: 'certFile',
    type: certificateFile('certfile'),
    help: 'Certificate of the server, followed by those of its issuers; the server speaks TLS. Read with the configuration.',
    change,
    since,
    example: '/etc/supervisor/server.crt',
    check: (known, section, isWritten) =>
      requireOther(section, known('certfile') !== null, 'keyfile', isWritten),
  }),
  keyfile: extension({
    field: 'keyFile',
    type: keyFile,
    help: 'Private key of certfile.',
    change,
    since,
    example: '/etc/supervisor/server.key',
    check: (known, section, isWritten) => {
      requireOther(section, known('keyfile') !== null, 'certfile', isWritten);
      requirePair(known('certfile') as SmallFile | null, known('keyfile') as SmallFile | null);
    },
  }),
  cafile: extension({
    field: 'caFile',
    type: certificateFile('cafile'),
    help: 'Certificates of the authorities whose clients may connect; without it, clients need no certificate.',
    change,
    since,
    example: '/etc/supervisor/clients.crt',
    check: (known, section, isWritten) =>
      requireOther(section, known('cafile') !== null, 'certfile', isWritten),
  }),
} as const satisfies Readonly<Record<string, Option>>;

function pemFile(key: string, about: string, check: (text: string) => void): ValueType<SmallFile> {
  return {
    name: 'file',
    about,
    parse: (value, host) =>
      readSmallFile(key, normalizePath(value, host), MOST_BYTES, (text) => {
        check(text);
        return text;
      }),
    format: ({ path }) => path,
  };
}

function requireOther(
  section: string,
  isThere: boolean,
  other: string,
  isWritten: (key: string) => boolean,
): void {
  if (isThere && !isWritten(other)) throw new ConfigError(`[${section}] has no ${other}`);
}

function requirePair(certificate: SmallFile | null, key: SmallFile | null): void {
  if (certificate === null || key === null) return;
  const { X509Certificate, createPrivateKey } = crypto();
  if (!new X509Certificate(certificate.text).checkPrivateKey(createPrivateKey(key.text))) {
    throw new ConfigError(`keyfile ${key.path} is not the key of certfile ${certificate.path}`);
  }
}
