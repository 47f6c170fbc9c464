/**
 * Requests that a page of another site makes a browser send. Browsers send what no page can forge: where the request
 * comes from (Sec-Fetch-Site, Origin, Referer) and which name led here (Host). Scripts and command-line clients send
 * none of the first three, and are not concerned.
 *
 * Sources: the Fetch standard (Origin), Fetch Metadata Request Headers (Sec-Fetch-Site).
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { pythonRepr } from '../python/repr.ts';
import { hostName, isNameOfThisMachine } from './machine-names.ts';
import type { HttpRequest } from './messages/exchange.ts';
import { sendRefusal } from './messages/replies.ts';
import type { Response } from './messages/response.ts';

export interface ForeignRequestsOptions {
  /** The server's section. */
  readonly section: string;
  /** Host names beside those of this machine; with any, every request must ask for one of them. `*` is every name. */
  readonly allowedHosts: readonly string[];
  /**
   * True for a server that a browser can reach and that demands no password: a page whose host name was made to lead
   * here could read everything.
   */
  readonly isExposed: boolean;
  readonly log: MainLog;
}

/** Each answers a foreign request with 403 and returns true. */
export interface ForeignRequests {
  /** For every request: it asks for a host that is not this machine. */
  refuseHost(request: HttpRequest, response: Response): boolean;
  /** For requests that change something: a page of another site makes the browser send it. */
  refuseAction(request: HttpRequest, response: Response): boolean;
}

/** Time between two log lines of one server about refused requests, in milliseconds. */
const LOG_INTERVAL_MS = 60_000;
/** How much of a foreign header is quoted in the log, in characters. */
const MAX_QUOTED = 200;

export function foreignRequests({
  section,
  allowedHosts,
  isExposed,
  log,
}: ForeignRequestsOptions): ForeignRequests {
  const isAllowed = (name: string): boolean => allowedHosts.some((pattern) => matches(pattern, name));
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  const refuse = (response: Response, sentence: string, detail: string): true => {
    sendRefusal(response, sentence);
    const nowMs = performance.now();
    if (nowMs - loggedAtMs < LOG_INTERVAL_MS) {
      unlogged += 1;
      return true;
    }
    const more = unlogged === 0 ? '' : ` (${unlogged} more since the last such line)`;
    log.warn(`Server '${section}': refused a request ${detail}${more}`);
    loggedAtMs = nowMs;
    unlogged = 0;
    return true;
  };
  return {
    refuseHost(request, response) {
      const host = request.headers.get('host');
      if (host === undefined) return false;
      if (allowedHosts.length === 0 && !(isExposed && comesFromBrowser(request))) return false;
      const name = hostName(host);
      if (isAllowed(name) || isNameOfThisMachine(name)) return false;
      return refuse(
        response,
        `This server does not answer for this host name; allowed_hosts in [${section}] lists those that it does.`,
        `for host ${quote(host)}, which is not in allowed_hosts and not a name of this machine`,
      );
    },
    refuseAction(request, response) {
      const source = foreignSource(request, isAllowed);
      if (source === null) return false;
      return refuse(
        response,
        'This server carries out an action for a browser only where its own page asks for it.',
        `that a page of another site asked for (${source})`,
      );
    },
  };
}

/** A name, `*.domain` for all names below a domain, or `*`. */
function matches(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  if (wanted === '*') return true;
  return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === hostName(wanted);
}

/** All browsers send Accept-Language, and no page can take it away; scripts that call themselves Mozilla have none. */
function comesFromBrowser({ headers }: HttpRequest): boolean {
  return (
    headers.has('accept-language') ||
    headers.has('sec-fetch-site') ||
    headers.has('sec-fetch-mode') ||
    headers.has('origin') ||
    headers.has('referer')
  );
}

/**
 * A browser asks another site before it sends this type there (Fetch, CORS-safelisted request-header), and this server
 * never agrees. Without it, scripts that use `fetch` of Node.js, which sends some headers of browsers, would be refused.
 */
export function isJson({ headers }: HttpRequest): boolean {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === 'application/json';
}

/** The header that shows that the request comes from a foreign page, for the log; null where none does. */
function foreignSource(request: HttpRequest, isAllowed: (name: string) => boolean): string | null {
  const { headers } = request;
  // Browsers send it to addresses that they trust (https, localhost), and it knows the way that the request took.
  const site = headers.get('sec-fetch-site');
  if (site !== undefined) {
    return site === 'same-origin' || site === 'none' ? null : `Sec-Fetch-Site: ${quote(site)}`;
  }
  const name = headers.get('origin') === undefined ? 'Referer' : 'Origin';
  const source = headers.get(name.toLowerCase());
  if (source === undefined || source === '') {
    // A page can have the browser leave out the Referer of its links and pictures; our own pages demand it.
    return comesFromBrowser(request) && !isJson(request)
      ? 'a browser that sends neither Origin nor Referer'
      : null;
  }
  const authority = authorityOf(source);
  const isOwn =
    authority !== null &&
    (isSameHost(authority, headers.get('host') ?? '') || isAllowed(hostName(authority)));
  return isOwn ? null : `${name}: ${quote(source)}`;
}

/** Host and port of a URL; null for anything else, as for the `null` of a page without an origin. */
function authorityOf(url: string): string | null {
  try {
    const { protocol, host } = new URL(url);
    return protocol === 'http:' || protocol === 'https:' ? host : null;
  } catch {
    return null;
  }
}

/** A Host without a port, which proxies often send, is the same whatever the port of the page is. */
function isSameHost(authority: string, host: string): boolean {
  const [place = ''] = host.toLowerCase().split('/', 1);
  if (hostName(authority) !== hostName(place)) return false;
  const port = portOf(place);
  return (
    port === '' ||
    port === portOf(authority) ||
    (portOf(authority) === '' && (port === '80' || port === '443'))
  );
}

function portOf(authority: string): string {
  return /:(\d*)$/.exec(authority)?.[1] ?? '';
}

function quote(text: string): string {
  return pythonRepr(text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);
}
