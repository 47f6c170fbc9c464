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
export function messageLocation(host: string | undefined, message: string): string {
  return `${serverUrl(host ?? '')}/?message=${quoteUrl(message)}`;
}

/** Without the port where it is that of HTTP, and without one slash at the end. */
function serverUrl(host: string): string {
  const [, name = host, port = ''] = /^(.*):(\d*)$/s.exec(host) ?? [];
  if (/^\/*$/.test(name)) return '.';
  const url = port === '' || port === '80' ? `http://${name}` : `http://${name}:${port}`;
  return url.endsWith('/') ? url.slice(0, -1) : url;
}
