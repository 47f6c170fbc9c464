// Makes a release: stamps the version and CHANGELOG.md, packs with every addon, commits and tags. Publishes nothing.
//
//   npm run release -- 0.3.0          the whole release
//   npm run release -- --pack 0.3.0   only the package of a version that is stamped already
//
// Without one of the addons or launchers (x64 and arm64, glibc and musl) there is no package, and nothing is stamped.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMANDS, placeLaunchers, placePortable } from './launchers.mjs';
import { HOLD_SIGNALS, LAUNCHER, root } from './native.mjs';
import { isNewer, isVersion, stampChangelog, stampVersion, unreleasedText } from './release-stamps.mjs';

const ARCHITECTURES = ['x64', 'arm64'];
const C_LIBRARIES = ['glibc', 'musl'];

/** Files that every package must have. */
const PARTS = [
  ...ARCHITECTURES.flatMap((arch) => [
    ...C_LIBRARIES.map((libc) => `prebuilds/linux-${arch}/visord.${libc}.node`),
    ...[LAUNCHER, HOLD_SIGNALS].map((name) => `prebuilds/linux-${arch}/${name}`),
  ]),
  ...COMMANDS.flatMap((name) => [`dist/bin/${name}`, `dist/commands/${name}.cjs`]),
  'plugin/index.d.cts',
  'CHANGELOG.md',
];
const STAMPED = ['package.json', 'package-lock.json', 'CHANGELOG.md'];

const isPackOnly = process.argv[2] === '--pack';
const version = process.argv[isPackOnly ? 3 : 2] ?? '';
const current = JSON.parse(read('package.json')).version;

if (!isVersion(version)) {
  fail('usage: npm run release -- [--pack] MAJOR.MINOR.PATCH');
}
if (isPackOnly) {
  if (version !== current) fail(`package.json has the version ${current}, not ${version}`);
  try {
    pack();
  } catch (error) {
    fail(error.message);
  }
} else {
  release();
}

function release() {
  if (git('status', '--porcelain') !== '') fail('the tree has changes that are not committed');
  if (git('tag', '--list', `v${version}`) !== '') fail(`the tag v${version} exists already`);
  if (version !== current && !isNewer(version, current)) fail(`${version} is not newer than ${current}`);
  if (unreleasedText(read('CHANGELOG.md')) === '') fail('CHANGELOG.md has nothing under [Unreleased]');
  run('npm', 'run', 'check');
  stamp();
  try {
    pack();
  } catch (error) {
    git('checkout', '--', ...STAMPED);
    fail(`${error.message}; nothing is stamped`);
  }
  git('add', ...STAMPED);
  git('commit', '--quiet', '--message', `Release ${version}`);
  git('tag', '--annotate', `v${version}`, '--message', `visord ${version}`);
  say(`committed and tagged v${version}; push both, and publish the package, when you have looked at them`);
}

function stamp() {
  for (const file of ['package.json', 'package-lock.json']) {
    write(file, stampVersion(read(file), version));
  }
  write('CHANGELOG.md', stampChangelog(read('CHANGELOG.md'), version, new Date().toISOString().slice(0, 10)));
}

/** @throws Error where a part cannot be built, or is not in the package */
function pack() {
  run(process.execPath, 'scripts/setup.mjs');
  run(process.execPath, 'scripts/prebuild.mjs', '--all');
  placePortable();
  try {
    const [{ filename, files, size }] = JSON.parse(
      execFileSync('npm', ['pack', '--ignore-scripts', '--json'], { cwd: root, encoding: 'utf8' }),
    );
    const packed = new Set(files.map(({ path }) => path));
    const parts = [...PARTS, `dist/commands/${partsOfDaemon()}`];
    const missing = parts.filter((path) => !packed.has(path));
    if (missing.length > 0) throw new Error(`the package lacks ${missing.join(', ')}`);
    say(`${filename}, ${Math.ceil(size / 1024)} KB, has all ${parts.length} parts`);
  } finally {
    placeLaunchers();
  }
}

/** The file that the daemon loads parts from, by the name that its main part has for it. */
function partsOfDaemon() {
  return /supervisord-\w+\.parts/.exec(read('dist/commands/supervisord.cjs'))?.[0] ?? 'supervisord-*.parts';
}

function read(file) {
  return readFileSync(join(root, file), 'utf8');
}

function write(file, text) {
  writeFileSync(join(root, file), text);
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}

function run(command, ...args) {
  try {
    execFileSync(command, args, { cwd: root, stdio: 'inherit' });
  } catch {
    throw new Error(`${command} ${args.join(' ')} failed`);
  }
}

function say(text) {
  process.stderr.write(`release: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
