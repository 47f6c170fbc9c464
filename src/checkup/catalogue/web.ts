/**
 * Differences in the web page.
 *
 * @module
 */
import type { Differences } from './difference.ts';

export const WEB_DIFFERENCES = {
  'web-log-escaping': {
    kind: 'better',
    supervisord: 'Text of a log that looks like an entity of HTML is shown as the character.',
    visord: 'A log is shown as it is.',
    why: 'The page shows what the program wrote.',
    since: '0.1.0',
  },
  'web-files': {
    kind: 'stricter',
    supervisord: 'The folder and the templates of the web page can be read over HTTP.',
    visord: 'They do not exist: 404.',
    why: 'The page is not made of files.',
    since: '0.1.0',
  },
  'web-head': {
    kind: 'standard',
    supervisord: 'HEAD of the page is answered with 404.',
    visord: 'HEAD is answered as GET, without the body.',
    why: 'RFC 9110, section 9.3.2; monitoring tools send HEAD.',
    since: '0.1.0',
  },
  'web-head-body': {
    kind: 'standard',
    supervisord: 'The answer 404 to HEAD has a body.',
    visord: 'The answer to HEAD has no body.',
    why: 'RFC 9110, section 9.3.2.',
    since: '0.1.0',
  },
  'web-live-page': {
    kind: 'better',
    supervisord: 'The page shows the states of the moment at which it was loaded.',
    visord:
      'The page has a script and a stylesheet more, which update it; without JavaScript it is the same page. It fits on phones.',
    why: 'States change while the page is open.',
    since: '0.2.0',
  },
  'web-unknown-action': {
    kind: 'error',
    supervisord: 'An unknown action of the page is answered with HTTP 500 and a traceback in the log.',
    visord: 'It is answered with 400.',
    why: 'The request is wrong, not the server.',
    since: '0.1.0',
  },
  'web-foreign-site': {
    kind: 'better',
    supervisord: 'A page of another site can make a browser start and stop programs.',
    visord: 'Such a request is answered with 403.',
    why: 'A visited page must not stop a server.',
    since: '0.2.0',
  },
  'web-relative-redirect': {
    kind: 'better',
    supervisord: 'Without a Host header the page redirects to an address made of the name of its socket.',
    visord: 'The redirect is relative.',
    why: 'No client can follow the other address.',
    since: '0.1.0',
  },
} as const satisfies Differences;
