// Puts the launcher in the place of every command: dist/bin/supervisord beside dist/bin/supervisord.cjs.
//
//   node scripts/launchers.mjs --portable   places a shell script that finds the launcher of the machine it runs on,
//                                           for a package that any machine may unpack
//   node scripts/launchers.mjs              places the launcher of this machine
import { chmodSync, copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtHere, HOLD_SIGNALS, LAUNCHER, root } from './native.mjs';

/** The commands of the package. */
export const COMMANDS = ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy', 'visord'];

/** Names under which the launcher does the work itself. The daemon finds them; the PATH of users does not have them. */
export const STAND_INS = ['supervisor_stdout', 'fleet-guard'];

const bin = join(root, 'dist', 'bin');

/** The launcher finds Node.js by this file, before it looks elsewhere. */
const NODE_PATH = 'node-path';

/** Places the launcher of this machine, and without one the portable script. */
export function placeLaunchers() {
  const folder = [builtHere, join(root, 'prebuilds', `linux-${process.arch}`)].find((candidate) =>
    existsSync(join(candidate, LAUNCHER)),
  );
  if (folder === undefined) {
    placePortable();
    return;
  }
  place(join(folder, LAUNCHER));
  replace(join(folder, HOLD_SIGNALS), HOLD_SIGNALS, 0o644);
  rmSync(join(bin, NODE_PATH), { force: true });
  writeFileSync(join(bin, NODE_PATH), `${process.execPath}\n`);
}

/** Nothing of it belongs to this machine. */
export function placePortable() {
  place(join(root, 'src', 'bin', 'launcher', 'launcher.sh'));
  for (const name of [HOLD_SIGNALS, NODE_PATH]) {
    rmSync(join(bin, name), { force: true });
  }
}

function place(source) {
  for (const name of COMMANDS) {
    if (existsSync(join(bin, `${name}.cjs`))) replace(source, name, 0o755);
  }
  for (const name of existsSync(bin) ? STAND_INS : []) replace(source, name, 0o755);
}

/** A new file, since a running command cannot be written to. */
function replace(source, name, mode) {
  const file = join(bin, name);
  rmSync(file, { force: true });
  copyFileSync(source, file);
  chmodSync(file, mode);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--portable')) {
    placePortable();
  } else {
    placeLaunchers();
  }
}
