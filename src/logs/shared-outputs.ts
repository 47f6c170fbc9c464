/**
 * The open log files of the daemon by what they lead to: logs with the same path share one.
 *
 * @module
 */
import type { FileAttributes } from './file-attributes.ts';
import { resolveDestination } from './log-destination.ts';
import { LogOutput } from './log-output.ts';

const outputs = new Map<string, LogOutput>();

/**
 * The output for a path, opened or not; each call needs one `release`. Where logs share one, the attributes are those of
 * the first.
 *
 * @param isPrivate see `LogDestination`
 */
export function acquireOutput(
  path: string,
  isPrivate = false,
  attributes: FileAttributes | null = null,
): LogOutput {
  const target = resolveDestination(path, isPrivate, attributes);
  const key = target.kind === 'inherited' ? `descriptor:${target.descriptor}` : target.path;
  let output = outputs.get(key);
  if (output === undefined) {
    output = new LogOutput(target, () => outputs.delete(key));
    outputs.set(key, output);
  }
  output.users += 1;
  return output;
}

/** The open log with this path, which is absolute; null where there is none. */
export function openOutputAt(path: string): LogOutput | null {
  const output = outputs.get(path);
  return output === undefined || output.fileDescriptor === null ? null : output;
}

/** Whether something that was written waits for a slow reader. */
export function hasBacklog(): boolean {
  return [...outputs.values()].some((output) => output.isBehind);
}
