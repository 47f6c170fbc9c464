// Compiles the native parts with nothing but a C compiler: the addon, the launcher of the commands, and the library
// that holds signals back. The sources and the flags of the addon are those of binding.gyp.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const require = createRequire(import.meta.url);
const addon = JSON.parse(readFileSync(join(root, 'binding.gyp'), 'utf8')).targets[0];
const launcherFolder = join(root, 'src', 'bin', 'launcher');

/** The addon is found by node-gyp-build in either folder; the launcher and its library lie beside it. */
export const ADDON = 'posix.node';
export const LAUNCHER = 'launcher';
export const HOLD_SIGNALS = 'hold-signals.so';

/** For this machine, where `node-gyp rebuild` puts the addon too. */
export const builtHere = join(root, 'build', 'Release');

/** `musl` or `glibc`: what this Node.js is linked with. */
export function thisLibc() {
  return process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/** The first command that answers, with its options, or null. Each is `[command, ...options]`. */
export function firstCompiler(compilers) {
  return compilers.find(([command]) => spawnSync(command, ['--version']).status === 0) ?? null;
}

/** Why a compiler cannot be used for these sources, or null. */
export function missingFor([command, ...options]) {
  const { status, stderr } = spawnSync(command, [...options, '-x', 'c', '-fsyntax-only', '-'], {
    input: '#include <stdio.h>\n#include <sys/epoll.h>\n',
    encoding: 'utf8',
  });
  return status === 0 ? null : stderr;
}

/**
 * All functions are looked up when it is loaded: one for another C library fails then, and not at the first call of a
 * function that is missing.
 *
 * @param file where the addon is written
 * @param objects object files by the sources that they were made of
 */
export function compileAddon([command, ...options], file, { isStripped = true, objects = {} } = {}) {
  const headers = nodeApiHeaders();
  const defines = addon.defines.map((define) => `-D${define}`);
  run(
    command,
    [
      ...[...addon.cflags, ...addon.ldflags, ...options, '-shared', '-fPIC', `-I${headers}`, ...defines],
      ...(isStripped ? ['-s'] : []),
    ],
    file,
    addon.sources.map((source) => objects[source] ?? join(root, source)),
  );
}

/** @param folder where the launcher and its library are written */
export function compileLauncher([command, ...options], folder) {
  const sources = readdirSync(launcherFolder)
    .filter((name) => name.endsWith('.c') && name !== 'hold-signals.c')
    .map((name) => join(launcherFolder, name));
  const flags = ['-std=c11', '-Os', '-Wall', '-Wextra', '-s'];
  // The linker takes from a library what files before it need.
  const isLibrary = (option) => option.startsWith('-Wl,--start-group');
  const libraries = options.filter(isLibrary);
  const others = options.filter((option) => !isLibrary(option));
  run(command, [...others, ...flags], join(folder, LAUNCHER), [...sources, ...libraries]);
}

/** Is linked with no library, so that it fits any C library. @param folder where it is written */
export function compileHoldSignals([command, ...options], folder) {
  const flags = ['-std=c11', '-Os', '-Wall', '-Wextra', '-s', '-shared', '-fPIC', '-nostdlib'];
  run(command, [...options, ...flags, '-fvisibility=hidden'], join(folder, HOLD_SIGNALS), [
    join(launcherFolder, 'hold-signals.c'),
  ]);
}

/** Whether what stands in `builtHere` is as new as its sources. */
export function isBuiltHere() {
  const outputs = [ADDON, LAUNCHER, HOLD_SIGNALS].map((name) => join(builtHere, name));
  if (!outputs.every((file) => existsSync(file))) {
    return false;
  }
  const sources = [join(root, 'src', 'native'), launcherFolder].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.[ch]$/.test(name))
      .map((name) => join(folder, name)),
  );
  const newest = Math.max(...[...sources, join(root, 'binding.gyp')].map((file) => statSync(file).mtimeMs));
  return outputs.every((file) => statSync(file).mtimeMs >= newest);
}

/** Compiles all for this machine. @throws Error whose message names what is missing */
export function buildHere() {
  const compiler = firstCompiler([...(process.env.CC ? [[process.env.CC]] : []), ['cc'], ['gcc'], ['clang']]);
  if (compiler === null) {
    throw new Error(
      'a C compiler is missing (Debian: apt-get install gcc libc6-dev; Alpine: apk add gcc musl-dev)',
    );
  }
  const complaint = missingFor(compiler);
  if (complaint !== null) {
    throw new Error(
      `${compiler[0]} is there, but the headers of the C library are missing ` +
        `(Debian: apt-get install libc6-dev; Alpine: apk add musl-dev linux-headers)\n${complaint}`,
    );
  }
  compileAddon(compiler, join(builtHere, ADDON));
  compileLauncher(compiler, builtHere);
  compileHoldSignals(compiler, builtHere);
}

/** Those of Node-API are all it takes: from the package that holds them, or those that came with this Node.js. */
function nodeApiHeaders() {
  try {
    return require('node-api-headers').include_dir;
  } catch {
    const folder = join(dirname(dirname(process.execPath)), 'include', 'node');
    if (existsSync(join(folder, 'node_api.h'))) return folder;
    throw new Error(
      `the headers of Node-API are missing: npm's package node-api-headers is not installed, and ${folder} does not have them`,
    );
  }
}

function run(command, options, output, sources) {
  mkdirSync(dirname(output), { recursive: true });
  execFileSync(command, [...options, '-o', output, ...sources], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
