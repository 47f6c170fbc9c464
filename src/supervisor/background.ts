/**
 * Running in the background. A Node process cannot fork, so the command that the person typed starts a
 * second one in a session of its own and waits until that one is ready or has reported on stderr why it is not.
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
import { decodeFiles, encodeFiles, type HandedFiles } from './config-reading.ts';

/** The variable by which the daemon knows its launcher; it is removed before any child is started. */
const VARIABLE = 'VISORD_BACKGROUND';

const READY = 'ready';

const STDERR = 2;

/** The daemon's side of the launch. */
export interface Launch {
  /** Soft limit of open files that the launcher was started with. */
  readonly softFileLimit: number;
  /** Files that only the launcher could read. */
  readonly files: HandedFiles['files'];
  /** Reports the result to the launcher: 0 is ready; a failure is on stderr already. */
  report(exitCode: number): void;
}

/**
 * Starts the daemon in the background and waits for its report; returns the exit code for the launcher.
 *
 * @param softFileLimit soft limit of open files that the launcher was started with
 * @param handed what the launcher has read in the daemon's place
 */
export function launchInBackground(softFileLimit: number, { files, descriptors }: HandedFiles): number {
  const { read, write } = pipe();
  const content = files.length === 0 ? null : pipe();
  spawn({
    ...ownCommand(),
    env: ownEnvironment({ [VARIABLE]: `${write}:${softFileLimit}:${content?.read ?? ''}` }),
    stdin: 0,
    stdout: 1,
    stderr: 2,
    cwd: null,
    umask: null,
    credentials: null,
    session: true,
    keep: [write, ...(content === null ? [] : [content.read]), ...descriptors.filter((fd) => fd > STDERR)],
  });
  closeSync(write);
  if (content !== null) {
    closeSync(content.read);
    handOver(content.write, encodeFiles(files));
  }
  const report = readToEnd(read);
  if (report === READY) {
    return 0;
  }
  if (report === '') {
    writeSync(STDERR, 'Error: the daemon ended before it was ready\n');
    return 1;
  }
  return Number(report);
}

/** The launch of this daemon, or null if it was started without a launcher. */
export function takeLaunch(): Launch | null {
  const value = process.env[VARIABLE];
  delete process.env[VARIABLE];
  const [fd, softFileLimit, content] = (value ?? '').split(':').map(Number);
  if (fd === undefined || softFileLimit === undefined || !Number.isInteger(fd)) {
    return null;
  }
  let isReported = false;
  return {
    softFileLimit,
    files: content ? decodeFiles(readToEnd(content)) : [],
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

/** Releases the terminal, the working directory and the umask of the shell that the daemon was started from. */
export function detach(daemon: DaemonConfig, log: MainLog): void {
  log.info('daemonizing the supervisord process');
  enterFolderAndUmask(daemon, log);
  const devNull = openSync('/dev/null', 'r+');
  for (const fd of [0, 1, 2]) {
    dup2(devNull, fd);
  }
  closeSync(devNull);
}

/** Takes the working directory and the umask of the configuration. */
export function enterFolderAndUmask({ directory, umask }: DaemonConfig, log: MainLog): void {
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

/** A write fails if the daemon has ended; its report has the reason. */
function handOver(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  try {
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(fd, bytes, at);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') {
      throw error;
    }
  } finally {
    closeSync(fd);
  }
}

function readToEnd(fd: number): string {
  const chunk = Buffer.alloc(4096);
  let text = '';
  for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
    text += chunk.toString('latin1', 0, count);
  }
  closeSync(fd);
  return text;
}
