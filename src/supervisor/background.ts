/**
 * Running in the background. A Node process cannot fork, so the command that the person typed starts a
 * second one in a session of its own and waits until that one is ready or has said on stderr why it is not.
 *
 * @module
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { DaemonConfig } from '../config/types.ts';
import { changeFolder } from '../io/files.ts';
import type { MainLog } from '../logs/main-log.ts';
import { dup2, pipe, spawn } from '../native/posix.ts';
import { ownCommand, ownEnvironment } from '../process/spawn/own-command.ts';
import { pythonRepr } from '../python/repr.ts';

/** How the launcher tells its daemon what it needs; taken out of the environment before any child sees it. */
const VARIABLE = 'VISORD_BACKGROUND';

const READY = 'ready';

/** The daemon's side of the launch. */
export interface Launch {
  /** Soft limit of open files that the launcher was started with. */
  readonly softFileLimit: number;
  /** Tells the launcher how it went: 0 is ready; a failure has been said on stderr already. */
  report(exitCode: number): void;
}

/** Starts the daemon in the background and waits for its report; returns the exit code for the launcher. */
export function launchInBackground(softFileLimit: number): number {
  const { read, write } = pipe();
  spawn({
    ...ownCommand(),
    env: ownEnvironment({ [VARIABLE]: `${write}:${softFileLimit}` }),
    stdin: 0,
    stdout: 1,
    stderr: 2,
    cwd: null,
    umask: null,
    credentials: null,
    session: true,
    keep: [write],
  });
  closeSync(write);
  const report = readToEnd(read);
  if (report === READY) {
    return 0;
  }
  if (report === '') {
    writeSync(2, 'Error: the daemon ended before it was ready\n');
    return 1;
  }
  return Number(report);
}

/** The launch that this process is the daemon of, or null where it was started by hand. */
export function takeLaunch(): Launch | null {
  const value = process.env[VARIABLE];
  delete process.env[VARIABLE];
  const [fd, softFileLimit] = (value ?? '').split(':').map(Number);
  if (fd === undefined || softFileLimit === undefined || !Number.isInteger(fd)) {
    return null;
  }
  let isReported = false;
  return {
    softFileLimit,
    report(exitCode) {
      if (isReported) {
        return;
      }
      isReported = true;
      writeSync(fd, exitCode === 0 ? READY : String(exitCode));
      closeSync(fd);
    },
  };
}

/** Lets go of the terminal, the working directory and the umask of whoever started the daemon. */
export function detach(daemon: DaemonConfig, log: MainLog): void {
  log.info('daemonizing the supervisord process');
  settle(daemon, log);
  const devNull = openSync('/dev/null', 'r+');
  for (const fd of [0, 1, 2]) {
    dup2(devNull, fd);
  }
  closeSync(devNull);
}

/** Takes the working directory and the umask of the configuration. */
export function settle({ directory, umask }: DaemonConfig, log: MainLog): void {
  if (directory !== null) {
    try {
      changeFolder(directory);
      log.info(`set current directory: ${pythonRepr(directory)}`);
    } catch (error) {
      log.critical(`can't chdir into ${pythonRepr(directory)}: ${(error as Error).message}`);
    }
  }
  process.umask(umask);
}

function readToEnd(fd: number): string {
  const chunk = Buffer.alloc(64);
  let text = '';
  for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
    text += chunk.toString('latin1', 0, count);
  }
  closeSync(fd);
  return text;
}
