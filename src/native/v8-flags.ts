/**
 * Flags of V8 that are changed at run time.
 *
 * @module
 */
import { createRequire } from 'node:module';
import { addon } from './addon.ts';

/** V8 changes its flags between versions; `npm run test:nodes` tries ours on these of Node.js. */
const OLDEST_TRIED = 20;
const NEWEST_TRIED = 26;

/**
 * Sets a flag, as `--no-turbofan`. Does nothing on a Node.js where it was not tried: V8 prints what it does not know.
 *
 * @param newestNode major version of the last Node.js that has the flag
 */
export function setV8Flag(
  flag: string,
  { newestNode = NEWEST_TRIED, node = process.versions.node } = {},
): void {
  const major = Number.parseInt(node, 10);
  if (major < OLDEST_TRIED || major > newestNode || addon.setV8Flag(flag)) return;
  createRequire(import.meta.url)('node:v8').setFlagsFromString(flag);
}
