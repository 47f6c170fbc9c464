/**
 * What goes wrong between the client and a server, as errors that carry the line a person reads.
 *
 * @module
 */

/** A URL that no server can be behind. */
export class BadUrlError extends Error {
  override readonly name = 'BadUrlError';
}

/** The server answered with a fault; the message is its text. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly code: number;

  constructor(code: number, text: string) {
    super(text);
    this.code = code;
  }
}

/** The server answered with an HTTP status other than 200. */
export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';
  readonly status: number;

  constructor(status: number, reason: string) {
    super(`${status} ${reason}`.trimEnd());
    this.status = status;
  }
}

/** No connection, or one that broke; `code` is the errno's name. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What came is no answer to the question: rubbish, a page, half a document, or nothing in time. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}

/** The person pressed Ctrl-C. */
export class Interrupt extends Error {
  override readonly name = 'Interrupt';
}

/** Input ended where an answer was asked for. */
export class NoInputError extends Error {
  override readonly name = 'NoInputError';
}

/** True for a connection that nobody accepted at that address. */
export function isRefused(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 'ECONNREFUSED';
}

/** True for a socket file that is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 'ENOENT';
}

/** One line for what stands behind `error: `, with what to do about it where that is known. */
export function explainTrouble(error: unknown, serverUrl: string): string {
  if (error instanceof BadUrlError || error instanceof NoInputError) return error.message;
  if (error instanceof FaultError) return `${error.message} (fault ${error.code})`;
  if (error instanceof HttpStatusError)
    return `${serverUrl} answered HTTP ${error.message}${statusHint(error.status)}`;
  if (error instanceof ConnectionError) return `${serverUrl} ${connectionHint(error)}`;
  if (error instanceof BadAnswerError) return `${serverUrl} ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function statusHint(status: number): string {
  if (status === 401) return ': user name or password is missing or wrong (-u and -p, or the file of -c)';
  if (status === 403) return ': not allowed';
  if (status === 404) return ': no XML-RPC there; is this a supervisord?';
  if (status === 413) return ': the request is too large for it';
  return status >= 500 ? ': its own log may say why' : '; is this a supervisord?';
}

function connectionHint({ code, message }: ConnectionError): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied: the socket belongs to another user (try sudo, or see chmod= and chown= of its section)';
    case 'ENOENT':
      return 'no such file: is supervisord running?';
    case 'ECONNREFUSED':
      return 'refused connection: is supervisord running?';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'has a host name that cannot be found';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'closed the connection before it answered';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'cannot be reached';
    case 'ENOTSOCK':
    case 'ENOTDIR':
      return 'is not a socket';
    case 'EINVAL':
    case 'ENAMETOOLONG':
      return 'has a path that is too long for a socket';
    default:
      return `cannot be used: ${message}`;
  }
}
