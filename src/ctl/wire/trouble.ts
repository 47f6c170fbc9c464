/**
 * The errors of the connection to a server, and the line that is printed for each.
 *
 * @module
 */

/** A URL that cannot be connected to. */
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
  /** Why the server refused the request, where the answer has a reason. */
  readonly sentence: string | null;

  constructor(status: number, reason: string, sentence: string | null = null) {
    super(`${status} ${reason}`.trimEnd());
    this.status = status;
    this.sentence = sentence;
  }
}

/** The connection failed or broke; `code` is the name of the errno. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer is not XML-RPC, not the expected value, incomplete or late. */
export class BadAnswerError extends Error {
  override readonly name = 'BadAnswerError';
}

/** True if no process listens at the address. */
export function isRefused(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 'ECONNREFUSED';
}

/** True where the socket file does not exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof ConnectionError && error.code === 'ENOENT';
}

/** The line behind `error: `, with the remedy where one is known. */
export function explainTrouble(error: unknown, serverUrl: string): string {
  if (error instanceof FaultError) return `${error.message} (fault ${error.code})`;
  if (error instanceof HttpStatusError)
    return `${serverUrl} answered HTTP ${error.message}${statusHint(error)}`;
  if (error instanceof ConnectionError) return `${serverUrl} ${connectionHint(error)}`;
  if (error instanceof BadAnswerError) return `${serverUrl} ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function statusHint({ status, sentence }: HttpStatusError): string {
  if (status === 401) return ': user name or password is missing or wrong (-u and -p, or the file of -c)';
  if (status === 403) return `: ${sentence ?? 'not allowed'}`;
  if (status === 404) return ': XML-RPC is not served there; is this a supervisord?';
  if (status === 413) return ': the request is too large for it';
  return status >= 500 ? ': its own log may have the reason' : '; is this a supervisord?';
}

/** OpenSSL's reasons for a chain of certificates that does not end at a trusted one. */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

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
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `has a certificate for other names: ${message}`;
    case 'CERT_HAS_EXPIRED':
      return 'has a certificate that has expired';
    case 'EPROTO':
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
      return 'does not speak TLS: does its URL begin with http://?';
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
      return 'demands a certificate of its clients (certfile= and keyfile= of [supervisorctl])';
    default:
      return UNTRUSTED.has(code)
        ? `has a certificate that is not trusted: ${message} (cafile= of [supervisorctl])`
        : `cannot be used: ${message}`;
  }
}
