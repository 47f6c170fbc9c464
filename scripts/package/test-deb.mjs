// Installs, upgrades and purges the Debian package in root file systems of Debian, which debootstrap makes in a temporary
// folder. Nothing of this machine is touched: each root has a mount and a PID namespace of its own, and all that runs in
// it ends with it. Takes minutes and the network.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEBIAN_ARCHITECTURES } from './deb.mjs';
import { bootstrap, copyNetworkFiles } from './root-file-system.mjs';

const DISTRIBUTIONS = ['bookworm', 'trixie'];
const here = dirname(fileURLToPath(import.meta.url));

/** @throws Error at the first step that fails, with its output on stderr */
export function testDeb({ version, output, say }) {
  if (process.getuid() !== 0) throw new Error('--test needs root');
  const folder = mkdtempSync(join(tmpdir(), 'visord-package-'));
  try {
    const packages = {
      old: join(output, `visord_${version}_${DEBIAN_ARCHITECTURES[process.arch]}.deb`),
      new: join(folder, 'new.deb'),
    };
    makeNewer(packages, `${version}+1`, folder);
    for (const distribution of DISTRIBUTIONS) {
      const system = join(folder, distribution);
      say(`making a root file system of ${distribution}`);
      bootstrap(distribution, system, say);
      say(`testing in ${distribution}`);
      copyInto(system, packages);
      runInside(system, '/root/visord-test/deb-test.sh');
      if (distribution === DISTRIBUTIONS[0]) {
        say('lintian');
        runInside(system, '-c', LINT);
        say('testing with systemd as PID 1');
        runInside(
          system,
          '-c',
          'apt-get -qq install --no-install-recommends systemd systemd-sysv dbus >/dev/null',
        );
        runBooted(system, 'sh', '/root/visord-test/systemd-test.sh');
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In the root, since lintian needs a hundred packages. It does not run as root. */
const LINT = `apt-get -qq install --no-install-recommends lintian >/dev/null
cp /root/visord-test/old.deb /tmp/visord.deb
cd /tmp
setpriv --reuid 65534 --regid 65534 --clear-groups sh -c 'lintian --fail-on error --tag-display-limit 0 /tmp/visord.deb'`;

/** The same package with a newer version, compressed quickly. */
function makeNewer({ old, new: file }, version, folder) {
  const tree = join(folder, 'newer');
  execFileSync('dpkg-deb', ['--raw-extract', old, tree]);
  const control = join(tree, 'DEBIAN', 'control');
  writeFileSync(control, readFileSync(control, 'utf8').replace(/^Version: .*$/m, `Version: ${version}`));
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, file], {
    stdio: 'ignore',
  });
  rmSync(tree, { recursive: true });
}

function copyInto(system, packages) {
  const inside = join(system, 'root', 'visord-test');
  mkdirSync(inside, { recursive: true });
  for (const [name, file] of Object.entries(packages)) cpSync(file, join(inside, `${name}.deb`));
  for (const name of ['steps.sh', 'deb-test.sh', 'systemd-test.sh'])
    cpSync(join(here, name), join(inside, name));
  copyNetworkFiles(system);
}

/** @throws Error where the shell fails */
function runInside(system, ...args) {
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child', `--mount-proc=${join(system, 'proc')}`];
  execFileSync('unshare', [...namespaces, 'chroot', system, 'sh', ...args], {
    stdio: ['ignore', 2, 2],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      DEBIAN_FRONTEND: 'noninteractive',
      LC_ALL: 'C.UTF-8',
    },
  });
}

/** @throws Error where the command fails */
function runBooted(system, ...command) {
  const boot = ['--mount', '--propagation', 'private', 'sh', join(here, 'systemd-boot.sh'), system];
  execFileSync('unshare', [...boot, ...command], { stdio: ['ignore', 2, 2] });
}
