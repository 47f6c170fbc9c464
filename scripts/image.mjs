// Builds the image of docs/examples/docker/Dockerfile.debian without a container daemon, and runs it as an engine does:
// debootstrap makes the base, the instructions of the file are carried out in it, and the command is PID 1 of namespaces,
// with a read-only root and the user of the image. As root; takes minutes and the network. Nothing of this machine is
// touched: each run has a mount and a PID namespace of its own, and all that runs in it ends with it.
//
//   npm run image                       with a tarball that npm pack makes
//   npm run image -- --tarball FILE     with this one
//   npm run image -- --base FOLDER      in this root file system, which is changed, in place of one of debootstrap
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { root } from './native.mjs';
import { Image } from './package/dockerfile.mjs';
import { bootstrap, copyNetworkFiles } from './package/root-file-system.mjs';

const EXAMPLE = join(root, 'docs', 'examples', 'docker');

const args = process.argv.slice(2);
const pathAfter = (flag) => (args.includes(flag) ? resolve(args[args.indexOf(flag) + 1]) : null);
let image = null;
const folder = mkdtempSync(join(tmpdir(), 'visord-image-'));

try {
  if (process.getuid() !== 0) throw new Error('npm run image needs root');
  const context = join(folder, 'context');
  cpSync(EXAMPLE, context, { recursive: true });
  const tarball = pathAfter('--tarball') ?? packed();
  copyFileSync(tarball, join(context, basename(tarball)));
  const system = pathAfter('--base') ?? base();
  image = new Image(readFileSync(join(context, 'Dockerfile.debian'), 'utf8'));
  say('carrying out the instructions');
  image.build({ system, context, say });
  writeFileSync(join(system, 'etc/failing.conf'), failingConfig(context));
  await checkHealthAndStop(system);
  await checkExitStatus(system);
  await checkCommand(system);
  say('passed');
} catch (error) {
  say(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  image?.endAll();
  rmSync(folder, { recursive: true, force: true });
}

function packed() {
  say('npm pack');
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** What node:22-bookworm-slim has: Debian, Node.js with npm, and the user node. */
function base() {
  const system = join(folder, 'system');
  say('making a root file system of bookworm');
  bootstrap('bookworm', system, say);
  copyNetworkFiles(system);
  const local = join(system, 'usr/local');
  mkdirSync(join(local, 'lib/node_modules'), { recursive: true });
  copyFileSync(process.execPath, join(local, 'bin/node'));
  cpSync(folderOfNpm(), join(local, 'lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  appendFileSync(join(system, 'etc/passwd'), 'node:x:1000:1000::/home/node:/bin/sh\n');
  appendFileSync(join(system, 'etc/group'), 'node:x:1000:\n');
  return system;
}

function folderOfNpm() {
  const command = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  return dirname(dirname(realpathSync(command)));
}

/** The example with a program that cannot run. */
function failingConfig(context) {
  return readFileSync(join(context, 'supervisord.conf'), 'utf8').replace(
    /^command = .*$/m,
    "command = sh -c 'exit 7'\nstartretries = 0",
  );
}

async function checkHealthAndStop(system) {
  say('health, user, read-only root, and the end on TERM');
  const container = image.run(system, []);
  await container.until('the image is healthy', () => container.execute(image.healthcheck).status === 0);
  same('the output of the health check', container.execute(image.healthcheck).stdout, 'ok\n');
  same('the user', container.execute(['id', '-u']).stdout, '1000\n');
  const write = container.execute(['sh', '-c', 'echo x > /srv/app/x']);
  if (!write.stderr.includes('Read-only file system'))
    throw new Error(`the root can be written: ${write.stderr}`);
  container.kill('SIGTERM');
  same('the exit status after TERM', await container.end, 0);
  if (!container.output().includes('stopped: web'))
    throw new Error(`web was not stopped\n${container.output()}`);
}

async function checkExitStatus(system) {
  say('the exit status of a program that is given up');
  const container = image.run(system, ['supervisord', '-n', '-c', '/etc/failing.conf']);
  same('the exit status', await container.end, 7);
}

async function checkCommand(system) {
  say('another command');
  const container = image.run(system, ['sh', '-c', 'echo "$$"; exit 5']);
  same('the exit status', await container.end, 5);
  same('the output', container.output(), '1\n');
}

function same(what, value, expected) {
  if (value !== expected)
    throw new Error(`${what} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`);
}

function say(text) {
  process.stderr.write(`image: ${text}\n`);
}
