// Compiles the native parts for every platform that has a C compiler here, so that users need none. The addon lies
// where node-gyp-build looks first, prebuilds/linux-ARCH/visord.LIBC.node, and beside it the launcher and its library,
// which are the same for both C libraries. With --all, a platform that cannot be built is an error.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { unpackDebianPackages } from './debian-packages.mjs';
import {
  compileAddon,
  compileHoldSignals,
  compileLauncher,
  firstCompiler,
  LAUNCHER,
  missingFor,
  root,
  thisLibc,
} from './native.mjs';

const prebuilds = join(root, 'prebuilds');

const muslOfArm64 = findMuslOfArm64();

const onlyOn = (arch, ...compilers) => (process.arch === arch ? compilers : []);

/**
 * Compilers of the addons, the first that is here is used, and of the launcher, which is linked statically so that it
 * starts anywhere: small with musl, 700 KB with glibc. `remedy` is for Debian on x64.
 */
const addons = [
  {
    arch: 'x64',
    libc: 'glibc',
    compilers: [['x86_64-linux-gnu-gcc'], ...onlyOn('x64', ['cc'])],
    remedy: 'apt-get install gcc libc6-dev',
  },
  {
    arch: 'x64',
    libc: 'musl',
    compilers: [['x86_64-linux-musl-gcc'], ...onlyOn('x64', ['musl-gcc'])],
    remedy: 'apt-get install musl-tools',
  },
  {
    arch: 'arm64',
    libc: 'glibc',
    compilers: [['aarch64-linux-gnu-gcc'], ...onlyOn('arm64', ['cc'])],
    remedy: 'apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  },
  {
    arch: 'arm64',
    libc: 'musl',
    compilers: [
      ['aarch64-linux-musl-gcc'],
      ...onlyOn('arm64', ['musl-gcc']),
      ...withMuslOfDebian((common) => [...common, '-nostdlib', '-nostartfiles']),
    ],
    remedy:
      'apt-get install gcc-aarch64-linux-gnu; the files of musl-dev are fetched without an installation',
  },
];

const launchers = [
  {
    arch: 'x64',
    compilers: [
      ['x86_64-linux-musl-gcc', '-static'],
      ...onlyOn('x64', ['musl-gcc', '-static']),
      ['x86_64-linux-gnu-gcc', '-static'],
      ...onlyOn('x64', ['cc', '-static']),
    ],
  },
  {
    arch: 'arm64',
    compilers: [
      ['aarch64-linux-musl-gcc', '-static'],
      ...onlyOn('arm64', ['musl-gcc', '-static']),
      ...withMuslOfDebian((common, libraries) => [
        ...common,
        ...['-static', '-nostdlib', '-nostartfiles', `-L${libraries}`],
        ...['crt1.o', 'crti.o', 'crtn.o'].map((name) => join(libraries, name)),
        '-Wl,--start-group,-lc,-lgcc,--end-group',
      ]),
      ['aarch64-linux-gnu-gcc', '-static'],
      ...onlyOn('arm64', ['cc', '-static']),
    ],
  },
];

rmSync(prebuilds, { recursive: true, force: true });
const missing = [
  ...addons.filter((platform) => !buildAddon(platform)),
  ...launchers.filter((platform) => !buildLauncher(platform)),
];
checkHere();
if (missing.length > 0 && process.argv.includes('--all')) {
  fail(`${missing.length} of ${addons.length + launchers.length} parts are missing`);
}

/** False where it cannot be built here. */
function buildAddon({ arch, libc, compilers, remedy }) {
  const compiler = firstCompiler(compilers);
  if (compiler === null) {
    say(`skipped linux-${arch} ${libc}: no compiler for it (Debian on x64: ${remedy})`);
    return false;
  }
  const complaint = missingFor(compiler);
  if (complaint !== null) {
    say(`skipped linux-${arch} ${libc}: ${compiler[0]} has no headers of its C library (${remedy})`);
    return false;
  }
  const file = join(prebuilds, `linux-${arch}`, `visord.${libc}.node`);
  compileAddon(compiler, file);
  say(`built ${relative(root, file)} with ${compiler[0]}`);
  return true;
}

/** False where it cannot be built here; the addon of that platform is not used then. */
function buildLauncher({ arch, compilers }) {
  const folder = join(prebuilds, `linux-${arch}`);
  mkdirSync(folder, { recursive: true });
  for (const compiler of compilers) {
    if (firstCompiler([compiler]) === null) continue;
    try {
      compileLauncher(compiler, folder);
      compileHoldSignals([compiler[0]], folder);
    } catch {
      continue;
    }
    const file = join(folder, LAUNCHER);
    say(`built ${relative(root, file)} with ${compiler[0]}, ${Math.ceil(statSync(file).size / 1024)} KB`);
    return true;
  }
  rmSync(folder, { recursive: true });
  say(`skipped linux-${arch}: no compiler links a static program for it`);
  return false;
}

/** Debian has musl for arm64 without a compiler of its own: that of glibc is given musl's headers. */
function withMuslOfDebian(optionsOf) {
  if (muslOfArm64 === null) return [];
  const { compiler, headers, libraries } = muslOfArm64;
  const own = execFileSync(compiler, ['-print-file-name=include'], { encoding: 'utf8' }).trim();
  return [[compiler, ...optionsOf(['-nostdinc', '-isystem', headers, '-isystem', own], libraries)]];
}

/** Those of an installed musl-dev:arm64; else its files are unpacked, and nothing is installed. */
function findMuslOfArm64() {
  const [compiler] = firstCompiler([['aarch64-linux-gnu-gcc']]) ?? [];
  if (compiler === undefined) return null;
  const inRoot = (folder) => ({
    compiler,
    headers: join(folder, 'usr/include/aarch64-linux-musl'),
    libraries: join(folder, 'usr/lib/aarch64-linux-musl'),
  });
  const installed = inRoot('/');
  if (existsSync(installed.headers)) return installed;
  const folder = join(root, 'node_modules', '.cache', 'debian', 'musl-arm64');
  const trouble = unpackDebianPackages({ folder, packages: { 'musl-dev': [] }, foreign: 'arm64', say });
  if (trouble !== null) say(`no musl-dev for arm64: ${trouble}`);
  const unpacked = inRoot(join(folder, 'root'));
  return existsSync(unpacked.headers) ? unpacked : null;
}

/** The one for this machine must load and make a system call. */
function checkHere() {
  const libc = thisLibc();
  const file = join(prebuilds, `linux-${process.arch}`, `visord.${libc}.node`);
  if (!existsSync(file)) {
    say(`nothing was built for this machine (linux-${process.arch} ${libc})`);
    return;
  }
  const user = createRequire(import.meta.url)(file).userById(process.getuid());
  if (user !== null && typeof user.name !== 'string') {
    fail(`${relative(root, file)} does not work`);
  }
  say(`${relative(root, file)} loads and works`);
}

function say(text) {
  process.stderr.write(`prebuild: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
