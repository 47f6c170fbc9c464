// Makes a fresh checkout ready: npm packages, the addon, the bundle, and with --reference the programs that
// the compatibility scenarios hold us against, with --peers those that the benchmark measures beside us. What is there
// already is not done again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockMark = join(root, 'node_modules', '.visord-lock');
const addon = join(root, 'build', 'Release', 'posix.node');

/** Debian packages that the scenarios use: the reference, its test driver, what it works with, other clients. */
const REFERENCE_PACKAGES = {
  supervisor: '/usr/bin/supervisord',
  'python3-pexpect': '/usr/lib/python3/dist-packages/pexpect',
  'python3-tornado': '/usr/lib/python3/dist-packages/tornado',
  'nginx-light': '/usr/sbin/nginx',
  'libfcgi-perl': '/usr/share/doc/libfcgi-perl',
  'librpc-xml-perl': '/usr/share/perl5/RPC/XML.pm',
  ruby: '/usr/bin/ruby',
  'ruby-xmlrpc': '/usr/lib/ruby/vendor_ruby/xmlrpc/client.rb',
  'xmlrpc-api-utils': '/usr/bin/xml-rpc-api2cpp',
  curl: '/usr/bin/curl',
  faketime: '/usr/bin/faketime',
};

/** Debian packages with programs that the benchmark measures for the same work. */
const PEER_PACKAGES = { s6: '/usr/bin/s6-log', runit: '/usr/bin/svlogd' };

/** npm packages for the same, in a folder of their own: nothing of the project depends on them. */
const PEER_NPM_PACKAGES = { pm2: '7.0.4' };
const peerFolder = join(root, 'node_modules', '.cache', 'bench-peers');

checkNode();
installPackages();
buildAddon();
run(process.execPath, [join(root, 'scripts', 'build.mjs')], 'the bundle cannot be built');
if (process.argv.includes('--reference')) {
  installDebianPackages('the reference', REFERENCE_PACKAGES);
}
if (process.argv.includes('--peers')) {
  // What runit recommends takes a machine over: it starts a supervisor of its own.
  installDebianPackages('peers', PEER_PACKAGES, ['--no-install-recommends']);
  installPeersFromNpm();
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    fail(`Node.js 20 or newer is needed; this is ${process.version}`);
  }
}

function installPackages() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(lockMark) && readFileSync(lockMark, 'utf8') === lock) {
    return;
  }
  say('installing npm packages');
  // Not `npm ci`: it refuses a lock file in which a registry left out other platforms' optional packages.
  run(
    'npm',
    ['install', '--no-save', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'],
    'the npm packages cannot be installed; see above, the npm registry must be reachable',
  );
  writeFileSync(lockMark, lock);
}

function buildAddon() {
  const sources = readdirSync(join(root, 'src', 'native'))
    .filter((name) => /\.[ch]$/.test(name))
    .map((name) => join(root, 'src', 'native', name));
  const newest = Math.max(...[...sources, join(root, 'binding.gyp')].map((file) => statSync(file).mtimeMs));
  if (existsSync(addon) && statSync(addon).mtimeMs >= newest) {
    return;
  }
  say('building the addon');
  run(
    'npm',
    ['run', '--silent', 'build:native'],
    'the addon cannot be built; a C compiler, make and python3 are needed (Debian: apt-get install build-essential python3)',
    {
      npm_config_nodedir: localNodeHeaders(),
    },
  );
}

/** The headers that came with this Node.js; without them node-gyp fetches them from nodejs.org. */
function localNodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? prefix : undefined;
}

function installDebianPackages(what, packages, options = []) {
  const missing = Object.entries(packages)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
  if (missing.length === 0) {
    return;
  }
  const words = ['install', '-y', ...options, ...missing].join(' ');
  const command = `apt-get ${words}`;
  if (process.getuid() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(`not installed, so what needs them is skipped: ${missing.join(', ')} (as root: ${command})`);
    return;
  }
  say(`installing ${what}: ${missing.join(', ')}`);
  try {
    execFileSync('sh', ['-c', `apt-get -qq update && apt-get -qq -o=Dpkg::Use-Pty=0 ${words}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch {
    say(`could not be installed, so what needs them is skipped: ${missing.join(', ')} (${command})`);
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

function run(command, args, failure, environment = {}) {
  const env = { ...process.env };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined) {
      env[name] = value;
    }
  }
  try {
    execFileSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    fail(failure);
  }
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
