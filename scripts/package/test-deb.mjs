// Installs, upgrades and purges the Debian package in root file systems of Debian, which debootstrap makes in a temporary
// folder. Nothing of this machine is touched: each root has a mount and a PID namespace of its own, and all that runs in
// it ends with it. Takes minutes and the network.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from '../debian-packages.mjs';
import { root } from '../native.mjs';
import { DEBIAN_ARCHITECTURES } from './deb.mjs';

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

function bootstrap(distribution, system, say) {
  const tools = unpacked('debootstrap', { debootstrap: [] }, say);
  const command = [join(tools.root, 'usr/sbin/debootstrap'), '/usr/sbin/debootstrap'].find((path) =>
    existsSync(path),
  );
  if (command === undefined) throw new Error('debootstrap is not there');
  const data = join(dirname(dirname(command)), 'share/debootstrap');
  execFileSync(command, ['--variant=minbase', distribution, system, archive()], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBOOTSTRAP_DIR: data },
  });
}

/** The archive that this machine's apt is set up with. */
function archive() {
  const format = ['--format', '$(SITE)', 'Created-By: Packages'];
  const [site] = execFileSync('apt-get', ['indextargets', ...format], { encoding: 'utf8' }).split('\n');
  if (site === '') throw new Error("apt has no archive; run 'apt-get update'");
  return site;
}

function unpacked(name, packages, say) {
  const folder = join(root, 'node_modules', '.cache', 'debian', name);
  const trouble = unpackDebianPackages({ folder, packages, say });
  if (trouble !== null) say(`no ${name}: ${trouble}`);
  return { root: join(folder, 'root') };
}

function copyInto(system, packages) {
  const inside = join(system, 'root', 'visord-test');
  mkdirSync(inside, { recursive: true });
  for (const [name, file] of Object.entries(packages)) cpSync(file, join(inside, `${name}.deb`));
  cpSync(join(here, 'deb-test.sh'), join(inside, 'deb-test.sh'));
  for (const file of ['resolv.conf', 'hosts']) {
    cpSync(`/etc/${file}`, join(system, 'etc', file), { dereference: true });
  }
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
