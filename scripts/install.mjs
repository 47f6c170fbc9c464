// Runs where the package is installed: finds the built addon and launcher for this machine, or builds them, and puts
// the launcher in the place of the commands; has their compiled code written.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeCompiled } from './compiled.mjs';
import { placeLaunchers } from './launchers.mjs';
import { buildHere, isBuiltHere, LAUNCHER, root } from './native.mjs';

const require = createRequire(import.meta.url);

if (!isComplete()) {
  console.error('visord: building the addon and the launcher for this machine');
  try {
    buildHere();
  } catch (error) {
    console.error(`visord: they cannot be built: ${error.message}`);
    process.exit(1);
  }
}
// In a checkout the commands are not bundled yet; scripts/build.mjs places their launchers.
if (existsSync(join(root, 'dist', 'bin'))) {
  placeLaunchers();
  writeCompiled();
}

/** A checkout is built anew after a change; a package has what was built when it was packed. */
function isComplete() {
  if (isBuiltHere()) return true;
  const isCheckout = existsSync(join(root, 'tsconfig.json'));
  return !isCheckout && loads() && existsSync(join(root, 'prebuilds', `linux-${process.arch}`, LAUNCHER));
}

function loads() {
  try {
    require('node-gyp-build')(root);
    return true;
  } catch {
    return false;
  }
}
