// Compiles the addon for every platform that a C compiler is here for, where node-gyp-build looks first:
// prebuilds/linux-ARCH/visord.LIBC.node. It is plain Node-API C without libraries, so that a compiler and the
// headers of Node are all it takes. With --all, a platform that cannot be built is an error.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const prebuilds = join(root, 'prebuilds');
const headers = join(dirname(dirname(process.execPath)), 'include', 'node');
const { sources, defines, cflags } = JSON.parse(readFileSync(join(root, 'binding.gyp'), 'utf8')).targets[0];

const ARM64_MUSL_HEADERS = '/usr/include/aarch64-linux-musl';

/** Compilers of a platform, the first that is here is used; `remedy` is for Debian on x64. */
const platforms = [
  {
    name: 'linux-x64',
    libc: 'glibc',
    compilers: [['x86_64-linux-gnu-gcc'], ...(process.arch === 'x64' ? [['cc']] : [])],
    remedy: 'apt-get install gcc libc6-dev',
  },
  {
    name: 'linux-x64',
    libc: 'musl',
    compilers: [['x86_64-linux-musl-gcc'], ...(process.arch === 'x64' ? [['musl-gcc']] : [])],
    remedy: 'apt-get install musl-tools',
  },
  {
    name: 'linux-arm64',
    libc: 'glibc',
    compilers: [['aarch64-linux-gnu-gcc'], ...(process.arch === 'arm64' ? [['cc']] : [])],
    remedy: 'apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross',
  },
  {
    name: 'linux-arm64',
    libc: 'musl',
    compilers: [
      ['aarch64-linux-musl-gcc'],
      ...(process.arch === 'arm64' ? [['musl-gcc']] : []),
      ...(existsSync(ARM64_MUSL_HEADERS) ? [withMuslHeaders('aarch64-linux-gnu-gcc')] : []),
    ],
    remedy:
      'dpkg --add-architecture arm64, apt-get update, apt-get install gcc-aarch64-linux-gnu musl-dev:arm64',
  },
];

if (!existsSync(join(headers, 'node_api.h'))) {
  fail(
    `the headers of Node.js are not in ${headers}; they come with its tarball, or with the package libnode-dev`,
  );
}
rmSync(prebuilds, { recursive: true, force: true });
const skipped = platforms.filter((platform) => !build(platform));
checkHere();
if (skipped.length > 0 && process.argv.includes('--all')) {
  fail(`${skipped.length} of ${platforms.length} platforms are missing`);
}

/** False where no compiler is here. */
function build({ name, libc, compilers, remedy }) {
  const compiler = compilers.find(([command]) => spawnSync(command, ['--version']).status === 0);
  if (compiler === undefined) {
    say(`skipped ${name} ${libc}: no compiler here (Debian on x64: ${remedy})`);
    return false;
  }
  const [command, ...options] = compiler;
  const file = join(prebuilds, name, `visord.${libc}.node`);
  mkdirSync(dirname(file), { recursive: true });
  const common = ['-shared', '-fPIC', '-s', `-I${headers}`, ...defines.map((define) => `-D${define}`)];
  execFileSync(command, [...options, ...cflags, ...common, '-o', file, ...sources], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  say(`built ${relative(root, file)} with ${command}`);
  return true;
}

/** A module takes its C library from the process that loads it, so only the headers must be musl's. */
function withMuslHeaders(command) {
  const probe = spawnSync(command, ['-print-file-name=include'], { encoding: 'utf8' });
  const own = probe.stdout?.trim() ?? '';
  return [
    command,
    '-nostdinc',
    '-isystem',
    ARM64_MUSL_HEADERS,
    '-isystem',
    own,
    '-nostdlib',
    '-nostartfiles',
  ];
}

/** The one for this machine must load and make a system call. */
function checkHere() {
  const libc = process.report.getReport().header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
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
