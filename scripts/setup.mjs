// Makes a fresh checkout ready: npm packages, the addon, the bundle; with --reference the programs that the
// compatibility scenarios compare with or use, with --peers those that the benchmark measures for the same work.
// Nothing is installed on the machine. What is done already is not done again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unpackDebianPackages } from './debian-packages.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockMark = join(root, 'node_modules', '.visord-lock');
const addon = join(root, 'build', 'Release', 'posix.node');

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

/** Debian packages with programs that the benchmark measures for the same work. */
const PEER_PACKAGES = { s6: ['s6-log'], runit: ['svlogd'] };

/** npm packages for the same, in a folder of their own: nothing of the project depends on them. */
const PEER_NPM_PACKAGES = { pm2: '7.0.4' };
const peerFolder = join(root, 'node_modules', '.cache', 'bench-peers');

checkNode();
installPackages();
buildAddon();
run(process.execPath, [join(root, 'scripts', 'build.mjs')], 'the bundle cannot be built');
if (process.argv.includes('--reference')) {
  unpack('reference', REFERENCE_PACKAGES, 'recorded observations stand in for the reference');
}
if (process.argv.includes('--peers')) {
  unpack('peers', PEER_PACKAGES, 'they are not measured');
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

function unpack(name, packages, otherwise) {
  const folder = join(root, 'node_modules', '.cache', 'debian', name);
  const trouble = unpackDebianPackages({ folder, packages, say });
  if (trouble !== null) {
    say(`no Debian packages (${Object.keys(packages).join(', ')}): ${trouble}; ${otherwise}`);
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
