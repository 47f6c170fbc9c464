/**
 * Differences in FastCGI programs.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const FCGI_DIFFERENCES = {
  'fcgi-socket-in-group': {
    kind: 'better',
    supervisord: 'A FastCGI program that a [group:x] names gets a pipe in place of its socket.',
    visord: 'A FastCGI program in a group has its socket.',
    why: 'Without its socket it cannot serve.',
    since: '0.1.0',
  },
  'fcgi-socket-file': {
    kind: 'better',
    supervisord: 'The file of a socket stays when the last process of its program has stopped.',
    visord: 'The file is removed with the last process.',
    why: 'Web servers connected to a socket without a listener.',
    since: '0.1.0',
  },
  'fcgi-socket-settings': {
    kind: 'better',
    supervisord: 'A reread notices a changed socket= only.',
    visord: 'A reread notices a changed mode, owner and backlog as well.',
    why: 'update applies the contents of the file.',
    since: '0.1.0',
  },
  'fcgi-dangling-link': {
    kind: 'better',
    supervisord: 'A socket path that is a link to nowhere makes the start fail.',
    visord: 'The link is replaced, as an unused socket is.',
    why: 'A new container has the link, but not yet the folder that it leads to.',
    since: '0.1.0',
  },
  'fcgi-file-in-place': {
    kind: 'better',
    supervisord: 'Any file at the path of the socket is deleted.',
    visord: 'Only sockets are replaced; another file is an error.',
    why: 'A mistyped path deleted the file of another program.',
    since: '0.1.0',
  },
  'fcgi-address-error': {
    kind: 'error',
    supervisord: 'The error about a socket= that cannot be read prints a Python tuple.',
    visord: 'The error is a sentence.',
    why: 'A user needs the section and the value.',
    since: '0.1.0',
  },
} as const satisfies Differences;
