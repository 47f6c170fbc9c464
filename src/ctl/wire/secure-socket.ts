/**
 * Connections over TLS; loaded where a server URL begins with `https://`.
 *
 * @module
 */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { readFileSync } from '../../io/files.ts';
import type { Target } from './server-url.ts';

/** Files in PEM. */
export interface TlsFiles {
  /** The authorities that are trusted; null trusts those that Node.js comes with. */
  readonly caFile: string | null;
  /** The client's own certificate and its key. */
  readonly certFile: string | null;
  readonly keyFile: string | null;
}

/** @throws Error that names the file and its key where one cannot be read or used */
export function connectSecurely({ host, port }: Target & { kind: 'inet' }, files?: TlsFiles): TLSSocket {
  const ca = contentOf('cafile', files?.caFile);
  const cert = contentOf('certfile', files?.certFile);
  const key = contentOf('keyfile', files?.keyFile);
  if ((cert === null) !== (key === null)) {
    throw new Error('certfile and keyfile of [supervisorctl] must be set together');
  }
  try {
    return connect({
      host,
      port,
      // Addresses are not names of servers (RFC 6066).
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca && { ca }),
      ...(cert && key && { cert, key }),
    });
  } catch (error) {
    throw new Error(
      `certfile, keyfile or cafile of [supervisorctl] cannot be used: ${(error as Error).message}`,
    );
  }
}

function contentOf(key: string, path: string | null | undefined): Buffer | null {
  if (path === null || path === undefined) return null;
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Error(`${key} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}
