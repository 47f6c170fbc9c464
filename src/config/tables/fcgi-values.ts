/**
 * The types of the values that only an `[fcgi-program:x]` has.
 *
 * @module
 */
import { ConfigError } from '../config-error.ts';
import { normalizePath } from '../text/paths.ts';
import type { ValueType } from './option.ts';
import { inetAddress, integer } from './values.ts';

/** Where a FastCGI program takes its connections. */
export type SocketAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** `unix:///path` or `tcp://host:port`. */
export const socketAddress: ValueType<SocketAddress> = {
  name: 'socket address',
  parse: (url, host) => {
    if (isUnixSocket(url)) {
      const path = url.slice(UNIX.length);
      if (!path.startsWith('/')) {
        throw new ConfigError(`Unix socket path ${path} is not an absolute path`);
      }
      return { kind: 'unix', path: normalizePath(path, host) };
    }
    const address = /^tcp:\/\/((?:[^\s:]+|\[[0-9a-fA-F:.]+\]):\d+)$/.exec(url)?.[1];
    if (address === undefined) {
      throw new ConfigError(`Bad socket format ${url}`);
    }
    return { kind: 'tcp', ...inetAddress.parse(address, host) };
  },
  format: (address) =>
    address.kind === 'unix' ? `${UNIX}${address.path}` : `tcp://${inetAddress.format(address)}`,
  schema: { type: 'string', pattern: String.raw`unix://.*|tcp://.*:\d+` },
};

/** The error for a section without a socket. */
export const NO_SOCKET = '[{section}] section requires a "socket" line';

const UNIX = 'unix://';

export function isUnixSocket(url: string): boolean {
  return url.startsWith(UNIX);
}

/** Permission bits of a socket file whose section has none. */
export const DEFAULT_SOCKET_MODE = 0o700;

/** How many connections may wait. */
export const backlog: ValueType<number> = {
  name: 'integer',
  parse: (value, host) => {
    const number = integer.parse(value, host);
    if (number < 1 || number > 65535) {
      throw new ConfigError(`Invalid socket_backlog value ${number}`);
    }
    return number;
  },
  format: integer.format,
  schema: integer.schema,
};
