// Installs Debian packages on the machine, for tests whose packages do not work unpacked in a folder. Only if asked to.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the packages' scripts call to enable and to start services. These commands do nothing while apt-get runs. */
const SERVICE_COMMANDS = [
  '/usr/sbin/invoke-rc.d',
  '/usr/sbin/update-rc.d',
  '/usr/bin/deb-systemd-helper',
  '/usr/bin/deb-systemd-invoke',
];

/** Runs in a mount namespace, so that the machine's own files do not change. */
const SCRIPT = `set -e
for file in ${SERVICE_COMMANDS.join(' ')}; do [ ! -e $file ] || mount --bind /bin/true $file; done
apt-get -qq update
exec apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"`;

/**
 * Installs the packages none of whose commands exists. It neither enables nor starts their services.
 *
 * @param {Readonly<Record<string, readonly string[]>>} packages the commands of each package that tests need
 * @param {(text: string) => void} say
 */
export function installDebianPackages(packages, say) {
  const missing = Object.keys(packages).filter((name) => !packages[name].some(isCommand));
  if (missing.length === 0) {
    return;
  }
  const command = `apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(
      `not installed, so what needs them is left out: ${missing.join(', ')} (as root on Debian: ${command})`,
    );
    return;
  }
  say(`installing ${missing.join(', ')}`);
  const failed = install(missing);
  if (failed.length > 0) {
    say(`could not be installed, so what needs them is left out: ${failed.join(', ')} (${command})`);
  }
}

/** Returns the names that could not be installed. apt-get installs none if it does not know one: then each is tried alone. */
function install(names) {
  if (aptGetInstalls(names)) return [];
  return names.length === 1 ? names : names.flatMap((name) => install([name]));
}

function aptGetInstalls(names) {
  const unshare = ['--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', ...names];
  try {
    execFileSync('unshare', unshare, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    return true;
  } catch {
    return false;
  }
}

function isCommand(name) {
  const folders = `${process.env.PATH}:/usr/sbin:/usr/bin`.split(':');
  return folders.some((folder) => existsSync(`${folder}/${name}`));
}
