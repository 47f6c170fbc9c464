/**
 * The result handler of the Python package supervisor_stdout: container images use it to have the output of all programs
 * on the daemon's stdout, with names. A listener answers a PROCESS_LOG event with the payload that it got, and each line
 * of that is written as `NAME CHANNEL | LINE`.
 *
 * @module
 */
import type { ResultHandler } from './result-handler.ts';

const LINE_END = 0x0a;

/** @param write writes to the daemon's stdout; one call for each event, so that lines of two events are never mixed */
export function stdoutResultHandler(write: (bytes: Buffer) => void): ResultHandler {
  return {
    judge: (event, result) => {
      const prefix = prefixOf(result);
      if (prefix === null) {
        return new Error(`the result of ${event.type} is not the payload of a PROCESS_LOG event`);
      }
      write(prefixed(result.subarray(result.indexOf(LINE_END) + 1), prefix));
      return null;
    },
  };
}

/** `NAME CHANNEL | ` from the first line of a payload, or null for any other result. */
function prefixOf(result: Buffer): Buffer | null {
  const end = result.indexOf(LINE_END);
  if (end < 0) return null;
  const fields = new Map(
    result
      .toString('utf8', 0, end)
      .split(' ')
      .map((field): [string, string] => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon), field.slice(colon + 1)];
      }),
  );
  const name = fields.get('processname');
  const channel = fields.get('channel');
  return name === undefined || channel === undefined ? null : Buffer.from(`${name} ${channel} | `);
}

/** As the package does it, what stands behind the last line end is a line too, even if it is empty. */
function prefixed(data: Buffer, prefix: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let end = data.indexOf(LINE_END); end >= 0; end = data.indexOf(LINE_END, start)) {
    pieces.push(prefix, data.subarray(start, end + 1));
    start = end + 1;
  }
  return Buffer.concat([...pieces, prefix, data.subarray(start), Buffer.of(LINE_END)]);
}
