/**
 * XML-RPC as bytes: requests that are prepared once, and the few values that are searched for in answers.
 *
 * @module
 */

/** A complete HTTP request for a call with strings and booleans as arguments. */
export function rpcRequest(method: string, params: readonly (string | boolean)[] = []): Buffer {
  const values = params.map((value) =>
    typeof value === 'string' ? `<string>${escaped(value)}</string>` : `<boolean>${value ? 1 : 0}</boolean>`,
  );
  const body = `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${values
    .map((value) => `<param><value>${value}</value></param>`)
    .join('')}</params></methodCall>`;
  return Buffer.from(
    `POST /RPC2 HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** How many processes an answer of getProcessInfo or getAllProcessInfo shows as RUNNING. */
export function runningCount(body: string): number {
  return [...body.matchAll(/<name>statename<\/name>\s*<value>\s*(?:<string>)?RUNNING</g)].length;
}

/** The text of the fault in an answer, or null. */
export function faultOf(body: string): string | null {
  return /<fault>[\s\S]*?<\/fault>/.exec(body)?.[0].replaceAll(/\s+/g, ' ') ?? null;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
