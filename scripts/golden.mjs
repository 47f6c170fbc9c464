// Writes the files of test/golden/VERSION: the journal of a daemon that was killed, and the one of an upgrade, as the
// built commands write them of the configuration in that folder. Made once for each release, and kept as they are.
// Needs root, as programs of the configuration have other users.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './native.mjs';

/** More than a pipe holds, so that the hand-over has the rest. */
const UNREAD_INPUT = 'x'.repeat(66_000);

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = join(root, 'test', 'golden', version);
/** The folder that the configuration names. */
const RUN_FOLDER = `/tmp/golden-run-${version}`;
const config = join(RUN_FOLDER, 'supervisord.conf');
const RUNTIME_FOLDER = join(RUN_FOLDER, 'runtime');
const command = (name) => join(root, 'dist', 'bin', name);

/** The daemon that runs; null between two. */
let running = null;
try {
  await writeKilled();
  await writeHandOver();
} finally {
  if (running !== null) await end(running);
  rmSync(RUN_FOLDER, { recursive: true, force: true, maxRetries: 5 });
}

async function writeKilled() {
  await end(await startPrepared());
  keep('killed.journal', readFileSync(journalFile()));
}

async function writeHandOver() {
  const daemon = await startPrepared();
  daemon.kill('SIGUSR1');
  const journal = await until('the hand-over', () => {
    const found = readFileSync(journalFile());
    return found.includes('\n{"handover"') ? found : null;
  });
  await until('the daemon after its upgrade', isUp);
  keep('hand-over.journal', journal);
  await end(daemon);
}

function journalFile() {
  const [name] = readdirSync(RUNTIME_FOLDER);
  return join(RUNTIME_FOLDER, name, 'journal');
}

/** A daemon with programs that each have the state of their name. */
async function startPrepared() {
  const daemon = await start();
  await until('the states after the start', () => {
    const states = statesNow();
    const isDone = (name, ...wanted) => wanted.includes(states.get(name));
    return (
      isDone('dependent', 'RUNNING') &&
      isDone('checked', 'RUNNING') &&
      isDone('pausing', 'EXITED') &&
      isDone('ended', 'EXITED') &&
      isDone('leaving', 'EXITED') &&
      isDone('failing', 'BACKOFF') &&
      isDone('fatal', 'FATAL') &&
      isDone('planned_run', 'RUNNING') &&
      isDone('ear', 'RUNNING') &&
      isDone('stopping', 'RUNNING') &&
      isDone('limited', 'RUNNING')
    );
  });
  ask('stop', 'stopped');
  ask('disable', 'disabled');
  ask('stop', 'inactive');
  ask('remove', 'inactive');
  call('supervisor.stopProcess', '<string>stopping</string>', '<boolean>0</boolean>');
  for (let sent = 0; sent < UNREAD_INPUT.length; sent += 22_000) {
    const part = UNREAD_INPUT.slice(sent, sent + 22_000);
    call('supervisor.sendProcessStdin', '<string>deaf</string>', `<string>${part}</string>`);
  }
  // The listener is busy with the first, and the second waits for it.
  call('supervisor.sendRemoteCommEvent', '<string>kind</string>', '<string>first</string>');
  call('supervisor.sendRemoteCommEvent', '<string>kind</string>', '<string>second</string>');
  await until('the stop', () => statesNow().get('stopping') === 'STOPPING');
  return daemon;
}

async function start() {
  rmSync(RUN_FOLDER, { recursive: true, force: true, maxRetries: 5 });
  mkdirSync(RUNTIME_FOLDER, { recursive: true });
  copyFileSync(join(folder, 'supervisord.conf'), config);
  writeFileSync(join(RUN_FOLDER, 'variables'), 'FROM_FILE=yes\n');
  writeFileSync(join(RUN_FOLDER, 'secret'), 'secret\n', { mode: 0o600 });
  running = spawn(command('supervisord'), ['-n', '-s', '-c', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      RUNTIME_DIRECTORY: RUNTIME_FOLDER,
      VISORD_NODE: process.execPath,
    },
  });
  await until('the daemon', isUp);
  return running;
}

/** Ends the daemon and then its programs, which run on without it. */
async function end(daemon) {
  const pids = JSON.parse(ask('status', '--json')).map(({ pid }) => pid);
  const exit = once(daemon, 'exit');
  daemon.kill('SIGKILL');
  await exit;
  running = null;
  for (const pid of pids.filter((one) => one > 0)) process.kill(-pid, 'SIGKILL');
}

function keep(name, contents) {
  writeFileSync(join(folder, name), contents);
  process.stderr.write(`golden: ${join(folder, name)} has ${contents.length} bytes\n`);
}

function isUp() {
  try {
    return running.exitCode === null && ask('pid').trim() === String(running.pid);
  } catch {
    return false;
  }
}

/** By the name of the process. */
function statesNow() {
  return new Map(JSON.parse(ask('status', '--json')).map(({ name, statename }) => [name, statename]));
}

/** `status` exits with 3 where a program does not run. */
function ask(...args) {
  try {
    return execFileSync(command('supervisorctl'), ['-c', config, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    if (args[0] === 'status' && error.status === 3) return error.stdout;
    throw error;
  }
}

function call(method, ...values) {
  const params = values.map((value) => `<param><value>${value}</value></param>`).join('');
  const request = `<methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  const options = ['--silent', '--unix-socket', join(RUN_FOLDER, 's.sock'), '--data-binary', '@-'];
  execFileSync('curl', [...options, 'http://localhost/RPC2'], { input: request, encoding: 'utf8' });
}

async function until(what, look) {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; ) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`${what} did not come`);
}
