/**
 * Which log, and which part of it, a request below `/api/logs/` asks for.
 *
 * @module
 */
import type { OutputName } from '../../process/taps/output-tap.ts';
import type { HttpRequest } from '../messages/exchange.ts';

/** The main log, or a log of a process by its name. */
export type AskedLog = 'main' | { readonly name: string; readonly channel: OutputName };

/** The name in the path that stands for the main log; a program of this name has its channel behind it. */
const MAIN_LOG = 'supervisord';

/** @param path what follows `/api/logs/`; null for what names no log */
export function askedLog(path: string): AskedLog | null {
  if (path === MAIN_LOG) return 'main';
  const slash = path.lastIndexOf('/');
  const [name, channel] = [path.slice(0, Math.max(0, slash)), path.slice(slash + 1)];
  return name !== '' && (channel === 'stdout' || channel === 'stderr') ? { name, channel } : null;
}

/** Bytes of a log; a negative offset counts from the end, and a length of null is all that follows. */
export interface AskedPart {
  readonly offset: number;
  readonly length: number | null;
  /** Null for the log itself, 1 for the last rotated one, and so on. */
  readonly backup: number | null;
  /** What is added is sent, too. */
  readonly follows: boolean;
  /** What is added to this file only: the answer ends when it is rotated or truncated. */
  readonly endsWithFile: boolean;
  /** The header Range has asked for it: the answer is 206, or 416. */
  readonly isRange: boolean;
}

/** The query cannot be used; the message is one sentence for the client. */
export class LogQueryError extends Error {
  override readonly name = 'LogQueryError';
}

/** @throws LogQueryError */
export function askedPart({ headers }: HttpRequest, query: string): AskedPart {
  const parameters = new URLSearchParams(query);
  const offset = whole(parameters, 'offset', /^-?\d{1,15}$/);
  const length = whole(parameters, 'length', /^\d{1,15}$/);
  const backup = whole(parameters, 'backup', /^\d{1,6}$/);
  const follow = parameters.get('follow') ?? '0';
  if (!FOLLOW.includes(follow)) throw new LogQueryError('follow has to be 0, 1 or file.');
  const follows = follow !== '0';
  if (follows && (length !== null || (backup ?? 0) > 0)) {
    throw new LogQueryError('A log that is followed has neither length nor backup.');
  }
  const range = follows || offset !== null || length !== null ? null : readRange(headers.get('range'));
  return {
    // What is followed begins at the end.
    offset: offset ?? range?.offset ?? (follows ? Number.POSITIVE_INFINITY : 0),
    length: range === null ? length : range.length,
    backup: backup === 0 ? null : backup,
    follows,
    endsWithFile: follow === 'file',
    isRange: range !== null,
  };
}

function whole(parameters: URLSearchParams, name: string, form: RegExp): number | null {
  const text = parameters.get(name);
  if (text === null) return null;
  if (!form.test(text)) throw new LogQueryError(`${name} has to be a whole number.`);
  return Number(text);
}

const FOLLOW: readonly string[] = ['0', '1', 'file'];

/** One range of bytes; others, which a server may ignore, are null (RFC 9110, 14.2). */
function readRange(
  header: string | undefined,
): { readonly offset: number; readonly length: number | null } | null {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  // The last 0 bytes begin at the end.
  if (first === '')
    return last === '' ? null : { offset: -Number(last) || Number.POSITIVE_INFINITY, length: null };
  if (last === '') return { offset: Number(first), length: null };
  const length = Number(last) - Number(first) + 1;
  return length > 0 ? { offset: Number(first), length } : null;
}
