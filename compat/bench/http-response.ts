/**
 * Reads one HTTP response from a stream of chunks, without looking into its body.
 *
 * @module
 */

export interface HttpResponse {
  readonly status: number;
  readonly bodyBytes: number;
  /** Empty unless the reader keeps it. */
  readonly body: string;
}

export interface ResponseReader {
  /**
   * Takes the next chunk, which may be reused afterwards; the response once it is complete, else null.
   *
   * @throws Error for a head that is not HTTP or has no Content-Length, and for bytes after the body
   */
  push(chunk: Buffer): HttpResponse | null;
}

/** A reader for one response; a megabyte of body costs it nothing unless the body is kept. */
export function createResponseReader(keepBody: boolean): ResponseReader {
  let head = '';
  let status = 0;
  let length = -1;
  let received = 0;
  const kept: Buffer[] = [];

  const takeHead = (chunk: Buffer): Buffer | null => {
    const before = head.length;
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return null;
    status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? Number.NaN);
    length = Number(/^content-length: *(\d+)/im.exec(head.slice(0, end))?.[1] ?? Number.NaN);
    if (Number.isNaN(status) || Number.isNaN(length)) {
      throw new Error(`not a response with a length: ${head.slice(0, end)}`);
    }
    return chunk.subarray(end + 4 - before);
  };

  return {
    push: (chunk) => {
      const body = length < 0 ? takeHead(chunk) : chunk;
      if (body === null) return null;
      received += body.length;
      if (keepBody) kept.push(Buffer.from(body));
      if (received > length) throw new Error(`${received - length} bytes after the response`);
      return received < length
        ? null
        : { status, bodyBytes: length, body: Buffer.concat(kept).toString('utf8') };
    },
  };
}
