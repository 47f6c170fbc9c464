/**
 * Where a browser is sent after an action: to the page, with the message.
 *
 * @module
 */
import { quoteUrl } from './html.ts';

/**
 * The Host header is repeated as it came, as in the reference: proxies that serve the page below a path put that path
 * into it (`my.domain/supervisor/`). A request without one gets a location relative to the path that it asked for.
 *
 * @param host the Host header of the request
 */
export function messageLocation(host: string | undefined, message: string, isSecure = false): string {
  return `${serverUrl(host ?? '', isSecure)}/?message=${quoteUrl(message)}`;
}

/** Without the port where it is that of the scheme, and without one slash at the end. */
function serverUrl(host: string, isSecure: boolean): string {
  const [scheme, usual] = isSecure ? ['https', '443'] : ['http', '80'];
  const [, name = host, port = ''] = /^(.*):(\d*)$/s.exec(host) ?? [];
  if (/^\/*$/.test(name)) return '.';
  const url = port === '' || port === usual ? `${scheme}://${name}` : `${scheme}://${name}:${port}`;
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
