/**
 * Differences in XML-RPC and HTTP.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const RPC_DIFFERENCES = {
  'own-methods': {
    kind: 'addition',
    supervisord: 'There is no namespace visord.',
    visord: 'system.listMethods lists the methods of visord.* after those of supervisord.',
    why: 'New functions need methods of their own.',
    since: '0.2.0',
  },
  'fault-for-traceback': {
    kind: 'error',
    supervisord: 'Wrong types and unexpected errors are answered with HTTP 500 and a traceback in the log.',
    visord: 'They are answered with a fault that names the error.',
    why: 'A client cannot read a reason from HTTP 500.',
    since: '0.1.0',
  },
  'deferred-answer-length': {
    kind: 'better',
    supervisord:
      'The length of a deferred answer is counted in characters: one with other letters than ASCII is cut off.',
    visord: 'The length is counted in bytes.',
    why: 'Clients could not read the answer.',
    since: '0.1.0',
  },
  'python-exception-in-fault': {
    kind: 'error',
    supervisord: 'An odd method name in system.multicall puts a Python exception into the fault.',
    visord: 'The fault is INCORRECT_PARAMETERS.',
    why: 'The text of an exception means nothing to a client.',
    since: '0.1.0',
  },
  'autorestart-in-config-info': {
    kind: 'newer',
    supervisord: 'Before 4.3.0, getAllConfigInfo does not report autorestart.',
    visord: 'getAllConfigInfo reports autorestart.',
    why: 'visord behaves as supervisord 4.3.0.',
    since: '0.1.0',
  },
  'answer-version': {
    kind: 'standard',
    supervisord: 'The status line of an answer repeats the HTTP version of the request.',
    visord: 'The status line has the version of the server, HTTP/1.1.',
    why: 'RFC 9110, section 2.5.',
    since: '0.1.0',
  },
  'empty-body': {
    kind: 'better',
    supervisord: 'A request with an empty body is never answered.',
    visord: 'It is answered with 400.',
    why: 'The client waited for ever.',
    since: '0.1.0',
  },
  'bad-content-length': {
    kind: 'better',
    supervisord: 'After a Content-Length that cannot be read the connection stays open.',
    visord: 'The request is answered with 400, and the connection is closed.',
    why: 'The start of the next request cannot be found.',
    since: '0.1.0',
  },
  'blank-lines-before-request': {
    kind: 'standard',
    supervisord: 'Blank lines before a request are a bad request.',
    visord: 'They are skipped.',
    why: 'RFC 9112, section 2.2.',
    since: '0.1.0',
  },
  'bad-request-line': {
    kind: 'better',
    supervisord: 'A request line that cannot be read closes the connection without an answer.',
    visord: 'It is answered with 400.',
    why: 'A client learns what is wrong.',
    since: '0.1.0',
  },
  'strict-xml-rpc': {
    kind: 'stricter',
    supervisord: 'A body that is almost XML-RPC is answered as the nearest call.',
    visord: 'A body that is not XML-RPC is answered with 400.',
    why: 'A guess can stop the wrong program.',
    since: '0.1.0',
  },
  'xml-entities': {
    kind: 'stricter',
    supervisord: 'A body may declare XML entities.',
    visord: 'A body that declares entities is answered with 400.',
    why: 'Entities can fill the memory of the daemon.',
    since: '0.1.0',
  },
  'request-size-limit': {
    kind: 'stricter',
    supervisord: 'A request of any size is read into memory.',
    visord: 'A request above 1 MB is answered with 413; max_body_bytes= changes the limit.',
    why: 'One client could fill the memory of the daemon.',
    since: '0.1.0',
  },
  'bad-credentials-header': {
    kind: 'error',
    supervisord: 'Credentials that cannot be decoded are answered with HTTP 500.',
    visord: 'They are answered with 401.',
    why: 'Browsers and clients ask for the password again.',
    since: '0.1.0',
  },
  'missing-log-name': {
    kind: 'error',
    supervisord: 'GET /logtail without a name is answered with HTTP 500.',
    visord: 'It is answered with 404.',
    why: 'The page does not exist.',
    since: '0.1.0',
  },
  'tail-after-truncation': {
    kind: 'better',
    supervisord: 'A log that is truncated breaks the connection of a client that follows it.',
    visord: 'The client gets a line about it, and the tail goes on.',
    why: 'Rotation of logs ended every tail -f.',
    since: '0.1.0',
  },
  'tail-over-http-1-0': {
    kind: 'better',
    supervisord: 'A client of HTTP/1.0 that follows a log gets nothing before 64 KB have been written.',
    visord: 'It gets each line at once.',
    why: 'A tail shows what is written now.',
    since: '0.1.0',
  },
  'tail-buffering-header': {
    kind: 'newer',
    supervisord: 'Before 4.3.0, a tail has no header X-Accel-Buffering.',
    visord: 'A tail has the header X-Accel-Buffering: no.',
    why: 'visord behaves as supervisord 4.3.0.',
    since: '0.1.0',
  },
  'idle-client-limit': {
    kind: 'better',
    supervisord:
      'A client that sends half a request, or does not read its answer, keeps its connection for ever.',
    visord: 'The connection is closed after 60 seconds.',
    why: 'Dead clients used up the descriptors of the daemon.',
    since: '0.1.0',
  },
  'failed-login-delay': {
    kind: 'stricter',
    supervisord: 'Passwords can be tried without limit, and the log has no line about it.',
    visord:
      'After 10 failed logins in a minute a network address is slowed down: its logins are checked after a second and one after the other, for a minute. One WARN line reports it. Unix sockets are not concerned.',
    why: 'Passwords could be guessed at thousands a second, unseen.',
    since: '0.2.0',
  },
} as const satisfies Differences;
