// Makes a fresh checkout ready: npm packages, the addon, the bundle; with --reference the programs that the
// compatibility scenarios compare with or use, with --prometheus the one that scrapes the daemon in a test, with --peers those that the benchmark measures for the same work.
// Nothing is installed on the machine, unless --install or CI=true asks for what some tests use and what cannot run
// unpacked. What is done already is not done again.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDebianPackages } from './debian-install.mjs';
import { unpackDebianPackages } from './debian-packages.mjs';
import { root } from './native.mjs';
import { areInstalled, installPackages } from './packages.mjs';

/** Debian packages that the scenarios use, and their commands: the reference, its test driver, other clients. */
const REFERENCE_PACKAGES = {
  supervisor: ['supervisord', 'supervisorctl', 'pidproxy', 'echo_supervisord_conf'],
  'python3-pexpect': [],
  'python3-tornado': [],
  'nginx-light': ['nginx'],
  'libfcgi-perl': [],
  'librpc-xml-perl': [],
  ruby: ['ruby'],
  'ruby-xmlrpc': [],
  'xmlrpc-api-utils': ['xml-rpc-api2cpp'],
  curl: ['curl'],
  faketime: [],
};

/** Debian packages that the example of docs/containers.md runs beside nginx, and their commands. */
const EXAMPLE_PACKAGES = {
  postgresql: ['postgres', 'initdb', 'pg_isready', 'psql'],
  'python3-tornado': [],
  'python3-asyncpg': [],
};

/** Debian packages that the nodes of a fleet agree through, and their commands. */
const ETCD_PACKAGES = { 'etcd-server': ['etcd'], 'etcd-client': ['etcdctl'] };

/** Debian packages that scrape the daemon in a test, and their commands. */
const PROMETHEUS_PACKAGES = { prometheus: ['prometheus', 'promtool'] };

/** Debian packages with servers that are replaced under load, and their commands. */
const DEPLOY_PACKAGES = { gunicorn: ['gunicorn'] };

/** A kernel that runs as a process, for tests of cgroups. */
const KERNEL_PACKAGES = { 'user-mode-linux': ['linux.uml'] };

/** Debian packages that some tests use where the machine has them, each with the commands that serve the tests. */
const TEST_PACKAGES = {
  valgrind: ['valgrind'],
  zsh: ['zsh'],
  fish: ['fish'],
  shellcheck: ['shellcheck'],
  logrotate: ['logrotate'],
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
};

/** Debian packages with programs that the benchmark measures for the same work. */
const PEER_PACKAGES = { s6: ['s6-log'], runit: ['svlogd'] };

/** npm packages for the same, in a folder of their own: nothing of the project depends on them. */
const PEER_NPM_PACKAGES = { pm2: '7.0.4' };
const peerFolder = join(root, 'node_modules', '.cache', 'bench-peers');

checkNode();
preparePackages();
await import('./build.mjs');
if (process.argv.includes('--reference')) {
  unpack('reference', REFERENCE_PACKAGES, 'recorded observations stand in for the reference');
  unpack('example', EXAMPLE_PACKAGES, 'the example of docs/containers.md is not tested');
  unpack('etcd', ETCD_PACKAGES, 'fleets with etcd are not tested');
}
if (process.argv.includes('--prometheus')) {
  unpack('prometheus', PROMETHEUS_PACKAGES, 'the metrics are not tested with Prometheus');
}
if (process.argv.includes('--deploys')) {
  unpack('deploys', DEPLOY_PACKAGES, 'deploys are not tested with gunicorn');
}
if (process.argv.includes('--cgroups')) {
  unpack('kernel', KERNEL_PACKAGES, 'limits of cgroups are not tested under a kernel of their own');
}
if (
  process.argv.includes('--install') ||
  (process.env.CI === 'true' && process.argv.includes('--reference'))
) {
  installDebianPackages(TEST_PACKAGES, say);
}
if (process.argv.includes('--peers')) {
  unpack('peers', PEER_PACKAGES, 's6 and runit are not measured');
  installPeersFromNpm();
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    fail(`Node.js 20 or newer is needed; this is ${process.version}`);
  }
}

function preparePackages() {
  if (areInstalled()) return;
  say('installing npm packages');
  try {
    installPackages();
  } catch (error) {
    fail(error.message);
  }
}

function unpack(name, packages, otherwise) {
  const folder = join(root, 'node_modules', '.cache', 'debian', name);
  const trouble = unpackDebianPackages({ folder, packages, say });
  if (trouble !== null) {
    say(`left out: ${trouble}; ${otherwise}`);
  }
}

function installPeersFromNpm() {
  const missing = Object.entries(PEER_NPM_PACKAGES).filter(
    ([name, version]) => installedVersion(join(peerFolder, 'node_modules', name)) !== version,
  );
  if (missing.length === 0) {
    return;
  }
  const names = missing.map(([name, version]) => `${name}@${version}`);
  say(`installing peers: ${names.join(', ')}`);
  mkdirSync(peerFolder, { recursive: true });
  const options = ['--prefix', peerFolder, '--ignore-scripts', '--omit=optional', '--no-audit', '--no-fund'];
  try {
    execFileSync('npm', ['install', ...options, ...names], {
      cwd: peerFolder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  } catch {
    say(`could not be installed, so it is not measured: ${names.join(', ')}`);
  }
}

function installedVersion(folder) {
  const file = join(folder, 'package.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null;
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
