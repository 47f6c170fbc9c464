// Makes packages that hold their Node.js, in packages/: a tarball and a Debian package.
//
//   npm run package                       for this machine's architecture
//   npm run package -- --arch arm64       for another one; needs its compiler (scripts/prebuild.mjs)
//   npm run package -- --test             also installs, upgrades and purges the Debian package in root file systems of
//                                         bookworm and trixie, without and with systemd as PID 1; as root, with the
//                                         network and cgroup2
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtHere, HOLD_SIGNALS, LAUNCHER, root } from './native.mjs';
import { DEBIAN_ARCHITECTURES, makeDeb } from './package/deb.mjs';
import { nodeRuntime } from './package/runtime.mjs';
import { makeTarball } from './package/tarball.mjs';
import { makeTree } from './package/tree.mjs';

const args = process.argv.slice(2);
const arch = args.includes('--arch') ? args[args.indexOf('--arch') + 1] : process.arch;
if (!(arch in DEBIAN_ARCHITECTURES)) {
  fail(`--arch is one of ${Object.keys(DEBIAN_ARCHITECTURES).join(', ')}, not ${arch}`);
}
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const native = join(root, 'prebuilds', `linux-${arch}`);
const addon = join(native, 'visord.glibc.node');

try {
  execFileSync(process.execPath, [join(root, 'scripts/prebuild.mjs')], { stdio: ['ignore', 2, 2] });
  for (const file of [addon, join(native, LAUNCHER), join(native, HOLD_SIGNALS)]) {
    if (!existsSync(file)) throw new Error(`${relative(root, file)} could not be built, see above`);
  }
  const work = join(root, 'node_modules', '.cache', 'package');
  const output = join(root, 'packages');
  // Writes the service files of the package, whatever its architecture is.
  const host = join(work, 'host');
  rmSync(host, { recursive: true, force: true });
  makeTree({
    folder: host,
    arch: process.arch,
    native: builtHere,
    addon: join(builtHere, 'posix.node'),
    runtime: { node: process.execPath, license: join(root, 'LICENSE') },
  });
  const options = {
    arch,
    version,
    native,
    addon,
    runtime: nodeRuntime(arch, say),
    work,
    output,
    host,
    level: 6,
  };
  for (const make of [makeTarball, makeDeb]) {
    const file = make(options);
    say(`${relative(root, file)}, ${(statSync(file).size / 1e6).toFixed(1)} MB`);
  }
  rmSync(work, { recursive: true });
  if (args.includes('--test')) {
    const { testDeb } = await import('./package/test-deb.mjs');
    testDeb({ version, output, say });
  }
} catch (error) {
  fail(error.message);
}

function say(text) {
  process.stderr.write(`package: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
