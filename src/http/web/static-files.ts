/**
 * The stylesheet and the pictures of the page, made when they are first asked for.
 *
 * @module
 */
import type { Exchange } from '../messages/exchange.ts';
import { sendBody, sendError } from '../messages/replies.ts';
import { gif } from './gif.ts';
import { answerWithPageFile } from './page-files.ts';
import { ICON, RULE, STATES, WORDMARK } from './pictures.ts';
import { png } from './png.ts';
import { STYLESHEET } from './stylesheet.ts';

interface StaticFile {
  readonly type: string;
  readonly make: () => Buffer;
}

const FILES: ReadonlyMap<string, StaticFile> = new Map([
  ['stylesheets/supervisor.css', { type: 'text/css', make: () => Buffer.from(STYLESHEET) }],
  ['images/icon.png', { type: 'image/png', make: () => png(ICON) }],
  ['images/supervisor.gif', { type: 'image/gif', make: () => gif(WORDMARK) }],
  ['images/rule.gif', { type: 'image/gif', make: () => gif(RULE) }],
  ...STATES.map((picture, index): [string, StaticFile] => [
    `images/state${index}.gif`,
    { type: 'image/gif', make: () => gif(picture) },
  ]),
]);

/** A file is as old as this run of the daemon: another version may have other ones. Times in HTTP are whole seconds. */
const CHANGED_AT = Math.floor(Date.now() / 1000) * 1000;

/** The files of the live page. */
const PAGE_FOLDER = 'page/';

const made = new Map<string, Buffer>();

/** Answers with a file, with 404 for an unknown one, and with 400 to other methods than GET and HEAD. */
export function answerWithFile(exchange: Exchange): void {
  const { request, response, path } = exchange;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendError(response, 400);
    return;
  }
  const name = path.replace(/^\/+/, '');
  const file = FILES.get(name);
  if (name.startsWith(PAGE_FOLDER)) {
    answerWithPageFile(exchange, name.slice(PAGE_FOLDER.length));
  } else if (!file) {
    sendError(response, 404);
  } else if (isKnown(request.headers.get('if-modified-since'))) {
    response.send(304, {}, null);
  } else {
    const headers = { 'Last-Modified': new Date(CHANGED_AT).toUTCString(), 'Content-Type': file.type };
    sendBody(response, 200, headers, contentOf(name, file));
  }
}

function isKnown(since: string | undefined): boolean {
  return since !== undefined && Date.parse(since) >= CHANGED_AT;
}

function contentOf(name: string, file: StaticFile): Buffer {
  const known = made.get(name);
  if (known) return known;
  const content = file.make();
  made.set(name, content);
  return content;
}
