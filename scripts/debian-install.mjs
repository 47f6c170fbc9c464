// Installs Debian packages on the machine, for what cannot run unpacked. Only where that was asked for.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What the packages' scripts call to enable and to start services: for as long as apt-get runs it does nothing. */
const SERVICE_COMMANDS = [
  '/usr/sbin/invoke-rc.d',
  '/usr/sbin/update-rc.d',
  '/usr/bin/deb-systemd-helper',
  '/usr/bin/deb-systemd-invoke',
];

/** In a mount namespace, so that the machine's own files stay as they are. */
const SCRIPT = `set -e
for file in ${SERVICE_COMMANDS.join(' ')}; do [ ! -e $file ] || mount --bind /bin/true $file; done
apt-get -qq update
exec apt-get -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends install "$@"`;

/**
 * Installs the packages of which no command is there, and neither enables nor starts a service of theirs.
 *
 * @param {Readonly<Record<string, readonly string[]>>} packages commands that a package is wanted for, by package
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
  if (install(missing)) return;
  // apt-get installs none of them where it does not know one.
  const left = missing.filter((name) => !install([name]));
  if (left.length > 0) {
    say(`could not be installed, so what needs them is left out: ${left.join(', ')} (${command})`);
  }
}

/** Whether it has worked. */
function install(names) {
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
