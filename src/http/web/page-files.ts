/**
 * The files of the live page (src/page), as the build has made them.
 *
 * @module
 */
import { gunzipSync } from 'node:zlib';
import type { Exchange } from '../messages/exchange.ts';
import { sendBody, sendError } from '../messages/replies.ts';

interface PageFile {
  readonly type: string;
  readonly etag: string;
  /** Compressed, in base64. */
  readonly gzip: string;
}

/** By name; the name has the hash of the contents. The build puts it in. */
declare const PAGE_FILES: Readonly<Record<string, PageFile>>;

/** The hash in the name makes it another file when it changes. */
const FOR_EVER = 'private, max-age=31536000, immutable';

/** Answers with a file, and with 404 for an unknown one. @param name as it stands behind `page/` */
export function answerWithPageFile({ request, response }: Exchange, name: string): void {
  const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
  if (file === undefined) {
    sendError(response, 404);
    return;
  }
  const ETag = `"${file.etag}"`;
  const headers = { ETag, 'Cache-Control': FOR_EVER, Vary: 'Accept-Encoding' };
  if (request.headers.get('if-none-match') === ETag) {
    response.send(304, headers, null);
    return;
  }
  const bytes = Buffer.from(file.gzip, 'base64');
  const typed = { ...headers, 'Content-Type': file.type, 'X-Content-Type-Options': 'nosniff' };
  if (takesGzip(request.headers.get('accept-encoding'))) {
    sendBody(response, 200, { ...typed, 'Content-Encoding': 'gzip' }, bytes);
  } else {
    sendBody(response, 200, typed, gunzipSync(bytes));
  }
}

const FILES = PAGE_FILES;

/** `gzip;q=0` is a refusal. */
function takesGzip(accepted = ''): boolean {
  return /(?:^|[\s,])(?:gzip|\*)\s*(?:$|,|;\s*q\s*=\s*(?!0(?:\.0*)?\s*(?:,|$)))/i.test(accepted);
}
