/**
 * What distinguishes one listening socket from another when it is handed over in an upgrade.
 *
 * @module
 */
import type { HttpServerConfig, InetServerConfig, UnixServerConfig } from '../../config/types.ts';

/** The address as a hand-over names it. A unix socket is another one with other rights. */
export function addressOf(config: HttpServerConfig): string {
  if (config.kind === 'unix') {
    const { file, mode, owner } = config;
    return JSON.stringify([file, mode, owner]);
  }
  return JSON.stringify([config.host, config.port]);
}

/** Whether the address is of a unix socket in this place, with whatever rights. */
export function hasFile(address: string, { file }: UnixServerConfig): boolean {
  const parts = partsOf(address);
  return parts.length === 3 && parts[0] === file;
}

/** Whether the address is of a TCP socket with this port, on whatever host: no two of those may listen at a time. */
export function hasPort(address: string, { port }: Pick<InetServerConfig, 'port'>): boolean {
  const parts = partsOf(address);
  return parts.length === 2 && parts[1] === port;
}

/** Host and port of a TCP socket; null for a unix socket. */
export function inetAddressOf(address: string): { readonly host: string; readonly port: number } | null {
  const [host, port, ...others] = partsOf(address);
  return typeof host === 'string' && typeof port === 'number' && others.length === 0 ? { host, port } : null;
}

function partsOf(address: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(address);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
