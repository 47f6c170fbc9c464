/**
 * Where a supervisord is found: `http://host:port`, `https://host:port` or `unix:///path`.
 *
 * @module
 */
import { decimalInteger } from '../../python/text.ts';
import { BadUrlError } from './trouble.ts';

/** Where the client connects to. */
export type Target =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'inet'; readonly host: string; readonly port: number; readonly isSecure: boolean };

const DEFAULT_PORTS = { http: 80, https: 443 } as const;
const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]*):/;

/** Reads a server URL. @throws BadUrlError; its message gives the expected form */
export function parseServerUrl(url: string): Target {
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length);
    if (path === '') throw new BadUrlError(`cannot use the server URL ${url}: it names no socket`);
    return { kind: 'unix', path };
  }
  const scheme = /^(https?):\/\//.exec(url)?.[1];
  if (scheme !== 'http' && scheme !== 'https') {
    throw new BadUrlError(
      `cannot use the server URL ${url}: it must be http://HOST:PORT, https://HOST:PORT or unix:///PATH`,
    );
  }
  const authority = url.slice(`${scheme}://`.length).split(/[/?#]/, 1)[0] ?? '';
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  const [, bracketed, plain = '', digits = ''] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place) ?? [];
  const host = (bracketed ?? plain).toLowerCase();
  const port = digits === '' ? DEFAULT_PORTS[scheme] : decimalInteger(digits);
  if (port === null || port < 0 || port > 65535) {
    throw new BadUrlError(`cannot use the server URL ${url}: ${digits} is not a port number`);
  }
  if (host === '') throw new BadUrlError(`cannot use the server URL ${url}: it names no host`);
  return { kind: 'inet', host, port, isSecure: scheme === 'https' };
}

/** The scheme as Python's `urlparse` finds it, in small letters; empty where there is none. */
export function schemeOf(url: string): string {
  return SCHEME.exec(url)?.[1]?.toLowerCase() ?? '';
}

/** True where the reference's option parser takes the text for a URL: a scheme, and a place or a path behind it. */
export function isUrl(text: string): boolean {
  const scheme = SCHEME.exec(text);
  return (
    scheme !== null && /^(?:\/\/)?[^?#]/.test(text.slice(scheme[0].length).replace(/^\/\/(?=$|[?#])/, ''))
  );
}
