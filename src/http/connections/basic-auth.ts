/**
 * HTTP basic authentication.
 *
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { passwordOf, usernameOf } from '../../config/sections/credentials.ts';
import type { Credentials, HttpServerConfig } from '../../config/types.ts';
import type { HttpRequest } from '../messages/exchange.ts';

/**
 * The credentials that a server demands, or null for one that is open: without a username, also an empty one (a
 * variable that expands to nothing), a password alone protects nothing, as in the reference.
 */
export function demandedCredentials(server: HttpServerConfig): Credentials | null {
  const username = usernameOf(server);
  const password = passwordOf(server);
  return !username || password === null ? null : { username, password };
}

/** The request has credentials, right or wrong ones. */
export function isLogin({ headers }: Pick<HttpRequest, 'headers'>): boolean {
  return headers.has('authorization');
}

/** The user name of the credentials of a request; null where they cannot be read. */
export function loginName({ headers }: Pick<HttpRequest, 'headers'>): string | null {
  const login = readLogin(headers.get('authorization'));
  return typeof login === 'string' ? null : login.username;
}

/** The headers of a 401. */
export const CHALLENGE = { Connection: 'close', 'WWW-Authenticate': 'Basic realm="default"' } as const;

/**
 * Finds the account of the Authorization header of a request. Names and passwords are compared in constant time, with
 * those of every account.
 *
 * @returns `malformed` where the scheme is basic, and the rest is not base64 of UTF-8
 */
export function authorize<A extends Credentials>(
  header: string | undefined,
  accounts: readonly A[],
): A | 'denied' | 'malformed' {
  const login = readLogin(header);
  if (typeof login === 'string') return login;
  let found: A | 'denied' = 'denied';
  for (const account of accounts) {
    const nameFits = isSame(login.username, account.username);
    const passwordFits = fits(login.password, account.password);
    if (nameFits && passwordFits) found = account;
  }
  return found;
}

function readLogin(header: string | undefined): Credentials | 'denied' | 'malformed' {
  const [, scheme, token] = /^([^ ]+) (.*)$/s.exec(header ?? '') ?? [];
  if (scheme?.toLowerCase() !== 'basic' || token === undefined) return 'denied';
  const text = decode(token);
  if (text === null) return 'malformed';
  const colon = text.indexOf(':');
  if (colon < 0) return 'denied';
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

const HASHED = '{SHA}';

function fits(password: string, stored: string): boolean {
  if (!stored.startsWith(HASHED)) return isSame(password, stored);
  return isSame(createHash('sha1').update(password).digest('hex'), stored.slice(HASHED.length));
}

/** Hashes have one length, so the time of the comparison depends on neither text, nor on its length. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function decode(token: string): string | null {
  const digits = token.replace(/[^A-Za-z0-9+/=]/g, '');
  if (digits.length % 4 !== 0) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(digits, 'base64'));
  } catch {
    return null;
  }
}
