// A root file system of Debian, made by debootstrap without a container daemon.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unpackDebianPackages } from '../debian-packages.mjs';
import { root } from '../native.mjs';

/** The smallest one that apt works in. Takes a minute, and needs root and the network. */
export function bootstrap(distribution, system, say) {
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

/** The names of this machine's network, for commands that load something. */
export function copyNetworkFiles(system) {
  for (const file of ['resolv.conf', 'hosts']) {
    cpSync(`/etc/${file}`, join(system, 'etc', file), { dereference: true });
  }
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
