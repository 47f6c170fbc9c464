/**
 * The command `pidproxy`: runs a command in the foreground and forwards the signals that it receives to the
 * process whose pid is in a file: for daemons that put themselves into the background.
 *
 * @module
 */
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { currentFolder, readFileSync } from '../io/files.ts';
import { calledAs, inheritedArguments } from '../io/inherited.ts';
import { keepRunning, setAlarm } from '../io/timers.ts';
import {
  errnoMessage,
  getrlimit,
  initialNofile,
  PosixError,
  reap,
  type SpawnOutcome,
  spawn,
} from '../native/posix.ts';
import { ownEnvironment } from '../process/spawn/own-command.ts';
import { decimalInteger } from '../python/text.ts';
import { nameProcess } from './process-name.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGQUIT'] as const;
/**
 * A signal that was sent just before the command exited can arrive after its SIGCHLD, and is forwarded too: the daemon of
 * the pidfile may run on without the command.
 */
const LATE_SIGNALS_MS = 20;
const ENDING: ReadonlySet<string> = new Set(['SIGTERM', 'SIGINT', 'SIGQUIT']);

main(inheritedArguments());

function main([pidfile, command, ...args]: readonly string[]): void {
  nameProcess('pidproxy');
  const softFileLimit = initialNofile().soft;
  if (pidfile === undefined || command === undefined) {
    report(STDOUT, usage(calledAs()));
    process.exit(1);
  }
  let pid = 0;
  for (const name of FORWARDED) process.on(name, () => forward(name, pidfile));
  process.on('SIGCHLD', () => {
    // The exit code is 0 for any exit status of the command, as in the reference.
    if (reap().some((exit) => exit.pid === pid)) setAlarm(LATE_SIGNALS_MS, () => process.exit(0));
  });
  keepRunning();
  pid = start(command, args, softFileLimit).pid;
}

/** Starts the command in our own process group, where a supervisor that signals groups looks for it. */
function start(command: string, args: readonly string[], softFileLimit: number): SpawnOutcome {
  const file = resolve(currentFolder(), command);
  try {
    const outcome = spawn({
      file,
      argv: [command, ...args],
      env: ownEnvironment(),
      stdin: STDIN,
      stdout: STDOUT,
      stderr: STDERR,
      cwd: null,
      umask: null,
      credentials: null,
      sameGroup: true,
      rlimits: [{ resource: 'nofile', soft: softFileLimit, hard: getrlimit('nofile').hard }],
    });
    if (outcome.failure !== null) {
      report(STDERR, `Can't run ${file}: ${errnoMessage(outcome.failure.errno)}`);
    }
    return outcome;
  } catch (error) {
    if (!(error instanceof PosixError)) throw error;
    report(STDERR, `Can't run ${file}: ${error.message}`);
    return process.exit(1);
  }
}

function forward(signal: (typeof FORWARDED)[number], pidfile: string): void {
  const pid = readPid(pidfile);
  if (pid === null) {
    report(STDOUT, `Can't read child pidfile ${pidfile}!`);
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { errno = 0 } = error as NodeJS.ErrnoException;
    report(STDERR, `Can't send ${signal} to pid ${pid} of ${pidfile}: ${errnoMessage(-errno)}`);
    process.exit(1);
  }
  if (ENDING.has(signal)) process.exit(0);
}

/** Null where the file has no pid; 0 and below mean whole groups of processes, and are not pids. */
function readPid(pidfile: string): number | null {
  try {
    const pid = decimalInteger(readFileSync(pidfile, 'utf8'));
    return pid !== null && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** A failed write does not end pidproxy: the command goes on. */
function report(fd: number, text: string): void {
  try {
    writeSync(fd, `${text}\n`);
  } catch {
    // The output is closed.
  }
}

function usage(program: string): string {
  return `pidproxy -- run command and proxy signals to it via its pidfile.

This executable runs a command and then monitors a pidfile.  When this
executable receives a signal, it sends the same signal to the pid
in the pidfile.

Usage: ${program} <pidfile name> <command> [<cmdarg1> ...]
`;
}
