// The npm packages of the checkout.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

const lockMark = join(root, 'node_modules', '.visord-lock');

/** Whether node_modules has the packages of the lock file, by our own mark or by npm's record of what it installed. */
export function areInstalled() {
  return (existsSync(lockMark) && readFileSync(lockMark, 'utf8') === lockHash()) || isInstalledByNpm();
}

/** `npm ci` and `npm install` without scripts leave no mark, but a lock file of what they have put in place. */
function isInstalledByNpm() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = packagesIn(record);
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(
    ([path, { integrity, optional }]) => {
      const found = installed[path];
      // Optional packages are for certain machines. The package of the checkout itself is not in the record.
      return path === '' || (found === undefined ? optional === true : found.integrity === integrity);
    },
  );
}

function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}

/** Remembers that npm has just installed them. */
export function markInstalled() {
  writeFileSync(lockMark, lockHash());
}

/** Exactly those of the lock file. @throws Error with what npm printed */
export function installPackages() {
  const options = ['--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  try {
    execFileSync('npm', ['ci', ...options], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: withoutNpmOptions(process.env),
    });
  } catch (error) {
    throw new Error(
      `${error.stdout ?? ''}${error.stderr ?? ''}` +
        'the npm packages cannot be installed; see above, the npm registry must be reachable',
    );
  }
  markInstalled();
}

/** An npm that runs this script hands its own options down, as --global; only those about the registry concern this. */
function withoutNpmOptions(environment) {
  const foreign =
    /^npm_config_(global|location|prefix|local_prefix|global_prefix|omit|include|dry_run|force|package_lock)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !foreign.test(name)));
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}
