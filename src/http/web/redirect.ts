/**
 * Where a browser is sent after an action: to the page, with the message.
 *
 * @module
 */
import { quoteUrl } from './html.ts';

/** What may stand in a Host header that is repeated to the client. */
const PLAIN_HOST = /^[\w.~%[\]:-]+$/;

/**
 * Absolute where the client says which host it asked, as in the reference; otherwise relative to it.
 *
 * @param host the Host header of the request
 */
export function messageLocation(host: string | undefined, message: string): string {
  return `${serverUrl(host?.trim() ?? '')}/?message=${quoteUrl(message)}`;
}

function serverUrl(host: string): string {
  const [, name = host, port = ''] = /^(.*):(\d*)$/s.exec(host) ?? [];
  if (name === '' || !PLAIN_HOST.test(name)) return '';
  return port === '' || port === '80' ? `http://${name}` : `http://${name}:${port}`;
}
