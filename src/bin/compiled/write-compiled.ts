/**
 * Writes the compiled code of all commands into `dist/compiled`: runs each of them for a moment. Is executed where the
 * package is built or installed, by the Node.js that runs the commands later.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { addon } from '../../native/addon.ts';
import { readCompiled } from './compiled-code.ts';

const scripts = fileURLToPath(new URL('.', import.meta.url));
const record = join(scripts, 'record.cjs');

/** Longest time for all, in milliseconds: a machine on which a command hangs is installed without its code. */
const LIMIT_MS = 120_000;
const PAUSE_MS = 10;

/** What is called while the daemon runs, and after its program has started. */
const CALLS = ['getState', 'getAllProcessInfo', 'getSupervisorVersion', 'getPID'];

const folder = mkdtempSync(join(tmpdir(), 'visord-compiled-'));
const socket = join(folder, 's');
const config = join(folder, 'c');
const CONFIG = `[supervisord]
logfile = main.log
pidfile = pid
childlogdir = .
[unix_http_server]
file = ${socket}
[supervisorctl]
serverurl = unix://${socket}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
[program:program]
command = /bin/sleep 1000
stdout_logfile = program.log
`;
const started: ChildProcess[] = [];

const limit = setTimeout(() => end(1), LIMIT_MS);
main().then(
  () => end(0),
  (error: unknown) => {
    process.stderr.write(`visord: the compiled code of the commands is not written: ${error}\n`);
    end(1);
  },
);

function end(status: number): void {
  clearTimeout(limit);
  for (const child of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exitCode = status;
}

async function main(): Promise<void> {
  writeFileSync(config, CONFIG);
  const rest = [
    ['supervisord', 'supervisord-usage', ['-v']],
    ['echo_supervisord_conf', 'echo_supervisord_conf', []],
    ['pidproxy', 'pidproxy', []],
    ['visord', 'visord', ['--version']],
  ] as const;
  for (const [command, script, args] of rest) {
    if (isWanted(script)) await ended(run(command, args));
  }
  const isDaemonWanted = isWanted('supervisord');
  if (!isDaemonWanted && !isWanted('supervisorctl')) return;
  const daemon = run('supervisord', ['-n', '-c', config]);
  for (const method of CALLS) await answered(daemon, method);
  if (isWanted('supervisorctl')) await ended(run('supervisorctl', ['-c', config, 'status']));
  daemon.kill('SIGTERM');
  await ended(daemon);
}

/** False if the compiled code of the script exists already. */
function isWanted(name: string): boolean {
  const script = join(scripts, `${name}.cjs`);
  return readCompiled(script, readFileSync(script), statSync(script), addon) === undefined;
}

function run(command: string, args: readonly string[]): ChildProcess {
  const entry = join(scripts, '..', 'bin', `${command}.cjs`);
  const child = spawn(process.execPath, ['--require', record, entry, ...args], {
    cwd: folder,
    stdio: 'ignore',
    env: { PATH: process.env.PATH },
  });
  started.push(child);
  return child;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** Waits until the daemon answers. @throws Error where it ends */
async function answered(daemon: ChildProcess, method: string): Promise<void> {
  while (!(await call(method))) {
    if (daemon.exitCode !== null || daemon.signalCode !== null) throw new Error('the daemon ends');
    await pass(PAUSE_MS);
  }
}

function call(method: string): Promise<boolean> {
  if (!existsSync(socket)) return Promise.resolve(false);
  const body = `<?xml version='1.0'?><methodCall><methodName>supervisor.${method}</methodName><params></params></methodCall>`;
  return new Promise((resolve) => {
    const asked = request({ socketPath: socket, method: 'POST', path: '/RPC2' }, (answer) => {
      answer.resume().on('end', () => resolve(true));
    });
    asked.setHeader('Content-Type', 'text/xml');
    asked.on('error', () => resolve(false)).end(body);
  });
}
