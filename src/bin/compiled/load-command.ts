/**
 * Loads the script of a command, with its compiled code where that fits. Is a part of the first file of each command,
 * which an old Node.js must be able to read, too (scripts/build.mjs).
 *
 * @module
 */
import { closeSync, fstatSync, openSync } from 'node:fs';
import { Script } from 'node:vm';
import { addon, packageFolder } from '../../native/addon.ts';
import { readCompiled, readWhole } from './compiled-code.ts';

/** A script of `dist/commands` is the body of a function: the text before and after it (scripts/build.mjs). */
declare const BEFORE: string;
declare const AFTER: string;

type Body = (
  exports: object,
  require: NodeJS.Require,
  module: object,
  filename: string,
  dirname: string,
  importModule: ImportModule,
  ofEntry: object,
) => void;

/** `import()` of the first file: a script with compiled code has none of its own. */
type ImportModule = (specifier: string) => Promise<unknown>;

/**
 * @param folder with the script
 * @param name of the script
 * @param require of the first file; loads modules of Node.js and packages
 */
export function loadCommand(
  folder: string,
  name: string,
  require: NodeJS.Require,
  importModule: ImportModule,
): void {
  const file = `${folder}/${name}.cjs`;
  const fd = openSync(file, 'r');
  const stats = fstatSync(fd);
  const { size } = stats;
  const text = Buffer.allocUnsafeSlow(BEFORE.length + size + AFTER.length);
  text.write(BEFORE, 0, 'latin1');
  readWhole(fd, size, text, BEFORE.length);
  text.write(AFTER, BEFORE.length + size, 'latin1');
  closeSync(fd);
  const bytes = text.subarray(BEFORE.length, BEFORE.length + size);
  const cachedData = readCompiled(file, bytes, stats, addon);
  if (bytes.toString('latin1', 0, 2) === '#!') bytes.write('//', 'latin1');
  const script = new Script(text.toString('latin1'), { filename: file, cachedData });
  addon.releaseBuffer(text);
  if (cachedData !== undefined) addon.releaseBuffer(cachedData);
  const module = { exports: {} };
  const body = script.runInThisContext() as Body;
  body(module.exports, require, module, file, folder, importModule, { addon, packageFolder });
}
