/**
 * Is loaded before a command (`node --require`) that write-compiled.ts runs: writes the compiled code of its script when
 * it ends. The code has all functions that were called by then.
 *
 * @module
 */
import { fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { Script, ScriptOptions } from 'node:vm';
import type { Addon } from '../../native/addon.ts';
import { compiledPath, headingOf } from './compiled-code.ts';

const require = createRequire(import.meta.url);
const vm: { Script: typeof Script } = require('node:vm');
const flags: { setFlagsFromString(flag: string): void } = require('node:v8');

/** V8 would forget functions that were called once. */
flags.setFlagsFromString('--no-flush-bytecode');

let addon: Addon | null = null;

/** The flags are those of a command that starts, until the code is written: V8 compares them. */
const open = process.dlopen;
process.dlopen = (module, ...rest: [filename: string]) => {
  open.call(process, module, ...rest);
  addon = (module as { exports: Addon }).exports;
  addon.setV8Flag = () => true;
};

vm.Script = class extends vm.Script {
  constructor(code: string, options: ScriptOptions) {
    const { filename = '' } = options;
    super(code, { filename });
    process.on('exit', () => write(filename, this));
  }
};

function write(file: string, script: Script): void {
  if (addon === null) return;
  flags.setFlagsFromString('--flush-bytecode');
  const code = script.createCachedData();
  const path = compiledPath(file);
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  const fd = openSync(temporary, 'wx', 0o644);
  try {
    writeSync(fd, headingOf(readFileSync(file), code, addon));
    writeSync(fd, code);
    fsyncSync(fd);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
