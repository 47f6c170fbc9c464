/**
 * The other commands of a package, found by where its supervisord is.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findCommand } from './needs.ts';

/**
 * The command that stands beside a supervisord under the same kind of name: `/usr/bin/pidproxy`,
 * `node dist/bin/pidproxy.cjs`; null where there is none.
 */
export function findCompanion(supervisord: readonly string[], name: string): readonly string[] | null {
  const words = [...supervisord];
  const last = words.pop() ?? '';
  const file = words.length === 0 ? (findCommand(last) ?? last) : last;
  const companion = join(dirname(file), basename(file).replace('supervisord', name));
  return basename(companion).startsWith(name) && existsSync(companion) ? [...words, companion] : null;
}
