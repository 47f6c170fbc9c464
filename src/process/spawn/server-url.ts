/**
 * The address of the daemon that children get in SUPERVISOR_SERVER_URL.
 *
 * @module
 */
import type { HttpServerConfig } from '../../config/types.ts';

/** The first unix server, else the last inet one (as the reference chooses), else null. */
export function serverUrlOf(servers: readonly HttpServerConfig[]): string | null {
  let url: string | null = null;
  for (const server of servers) {
    if (server.kind === 'unix') return `unix://${server.file}`;
    const host = server.host === '' ? 'localhost' : server.host;
    const scheme = server.certFile === null ? 'http' : 'https';
    url = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
  }
  return url;
}
