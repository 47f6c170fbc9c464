// The folder of an installation that holds its Node.js: it runs in any place.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeCompiled } from '../compiled.mjs';
import { COMMANDS, STAND_INS } from '../launchers.mjs';
import { HOLD_SIGNALS, LAUNCHER, root } from '../native.mjs';

/** Is needed to build the addon only. */
const FOR_BUILDS = 'node-api-headers';

/**
 * @param {object} options
 * @param {string} options.folder where the installation is put
 * @param {string} options.arch as Node.js calls it
 * @param {string} options.native folder with the launcher and its library
 * @param {string} options.addon file, for glibc
 * @param {{ node: string, license: string }} options.runtime
 */
export function makeTree({ folder, arch, native, addon, runtime }) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const copy = (from, to) => cpSync(from, join(folder, to), { recursive: true, dereference: true });
  for (const name of ['package.json', 'LICENSE', 'dist/commands', 'plugin']) copy(join(root, name), name);
  for (const name of COMMANDS) copy(join(root, 'dist/bin', `${name}.cjs`), `dist/bin/${name}.cjs`);
  for (const name of [...COMMANDS, ...STAND_INS]) copy(join(native, LAUNCHER), `dist/bin/${name}`);
  copy(join(native, HOLD_SIGNALS), `dist/bin/${HOLD_SIGNALS}`);
  copy(addon, `prebuilds/linux-${arch}/visord.glibc.node`);
  copy(runtime.node, 'node/bin/node');
  copy(runtime.license, 'node/LICENSE');
  for (const name of allPackages(Object.keys(dependencies))) {
    copy(join(root, 'node_modules', name), `node_modules/${name}`);
  }
  setModes(folder);
  // The Node.js of another architecture cannot be executed here.
  if (arch === process.arch) writeCompiled(folder, join(folder, 'node/bin/node'));
}

/** With those that they need, where npm has put them beside. */
function allPackages(names) {
  const found = new Set(names.filter((name) => name !== FOR_BUILDS));
  for (const name of found) {
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'),
    );
    for (const one of Object.keys(dependencies)) {
      if (existsSync(join(root, 'node_modules', one))) found.add(one);
    }
  }
  return found;
}

/** Removes what nothing reads here, and makes the permissions independent of the umask. */
function setModes(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (/^(?:test$|tmp$|\.)/.test(entry.name)) rmSync(path, { recursive: true });
      else setModes(path);
    } else if (/^\.|\.md$|\.map$|^(?:Makefile|.*\.gyp|.*\.c|.*\.h)$/.test(entry.name)) {
      rmSync(path);
    } else {
      hideInterpreter(path);
      chmodSync(path, PROGRAM.test(path) ? 0o755 : 0o644);
    }
  }
  chmodSync(folder, 0o755);
}

/** `dist/bin/supervisord`, `node/bin/node`. */
const PROGRAM = /\/(?:dist|node)\/bin\/[a-z_]+$/;

/** Scripts are read by the Node.js inside; `#!/usr/bin/env node` would name another one. */
function hideInterpreter(path) {
  if (!/\.c?js$/.test(path)) return;
  const text = readFileSync(path, 'latin1');
  if (text.startsWith('#!')) writeFileSync(path, `//${text.slice(2)}`, 'latin1');
}

export function makeFolder(path) {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}
