// Builds the checkout where npm installs or packs it: `npm install` in it, `npm install -g .`,
// `npm install git+file://…`, `npm pack`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

const hasDevDependencies = existsSync(join(root, 'node_modules', 'esbuild'));
const isWithoutDev = /\bdev\b/.test(process.env.npm_config_omit ?? '');

if (!hasDevDependencies && isWithoutDev) {
  say('the development dependencies are left out, so that the commands are not bundled');
} else {
  await prepare();
}

async function prepare() {
  try {
    const { installPackages, markInstalled } = await import('./packages.mjs');
    // A link to the checkout is made without its dependencies.
    if (hasDevDependencies) {
      markInstalled();
    } else {
      installPackages();
    }
  } catch (error) {
    say(error.message);
    process.exit(1);
  }
  await import('./build.mjs');
  if (['pack', 'publish'].includes(process.env.npm_command)) {
    const { placePortable } = await import('./launchers.mjs');
    placePortable();
  }
}

function say(text) {
  process.stderr.write(`prepare: ${text}\n`);
}
