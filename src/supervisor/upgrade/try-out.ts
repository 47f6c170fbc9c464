/**
 * The trial of an upgrade: before the daemon ends as a program, the one that is to follow it shows that it can go on.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { existsSync } from '../../io/files.ts';
import { calledAs } from '../../io/inherited.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import { pipe, READABLE, readInto, setNonblocking, spawn, writeFrom } from '../../native/posix.ts';
import type { WaitStatus } from '../../process/machine/wait-status.ts';
import { ownCommand } from '../../process/spawn/own-command.ts';
import { CURRENT_FORMAT } from '../journal/read-journal.ts';
import type { Supervisor } from '../supervisor.ts';
import { STARTED_IN } from './started-in.ts';
import { type Trial, trialEnvironment } from './trial.ts';

/** How long the trial may take, in milliseconds. */
const TRIAL_MS = 30_000;

/** More of what the trial reports is not read. */
const MOST_CHARACTERS = 1 << 16;

export interface TrialOptions {
  readonly supervisor: Pick<Supervisor, 'io' | 'processesByPid'>;
  readonly servers: { readonly addresses: readonly string[] };
  readonly softFileLimit: number;
}

/**
 * Runs the installed command as a trial: what it could not do as the daemon it cannot do now.
 *
 * @returns which version it is, as `visord 1.0.0`; null where it does not report one
 * @throws Error with the reason why it could not go on
 */
export async function tryOut({ supervisor, servers, softFileLimit }: TrialOptions): Promise<string | null> {
  const { io, processesByPid } = supervisor;
  if (!existsSync(STARTED_IN)) {
    throw new Error(`the folder in which supervisord was started is gone: ${STARTED_IN}`);
  }
  const { pid, stderr } = startTrial({
    format: CURRENT_FORMAT,
    softFileLimit,
    addresses: servers.addresses,
  });
  const impatience = setTimeout(() => process.kill(pid, 'SIGKILL'), TRIAL_MS);
  const exit = new Promise<WaitStatus>((resolve) => {
    processesByPid.set(pid, {
      exited: (status) => {
        processesByPid.delete(pid);
        resolve(status);
      },
    });
  });
  const report = await readToEnd(stderr, io);
  const { exitStatus, text } = await exit;
  clearTimeout(impatience);
  if (exitStatus !== 0) {
    throw new Error(reasonIn(report) || `${installedCommand()} cannot be run (${text})`);
  }
  return /^visord \S+$/m.exec(report)?.[0] ?? null;
}

/** Node.js and the launcher may have their own lines before the one that begins with `Error:`. */
function reasonIn(report: string): string | undefined {
  const lines = report.split('\n');
  return lines.find((line) => line.startsWith('Error:')) ?? lines[0];
}

/** The command that is installed now, as people know it. */
export function installedCommand(): string {
  return calledAs();
}

function startTrial(trial: Trial): { readonly pid: number; readonly stderr: number } {
  const { read, write } = pipe();
  const nowhere = openSync('/dev/null', 'w');
  try {
    setNonblocking(read, true);
    const { file, argv } = ownCommand();
    const { pid, failure } = spawn({
      file,
      argv: [...argv, '--dump-config'],
      env: trialEnvironment(trial),
      stdin: 0,
      stdout: nowhere,
      stderr: write,
      cwd: STARTED_IN,
      umask: null,
      credentials: null,
    });
    if (failure?.step === 'chdir') {
      // A child that could not execute the program ends with 127, and writes nothing.
      writeReport(
        write,
        `Error: the folder in which supervisord was started cannot be entered: ${STARTED_IN} (${failure.code})`,
      );
    }
    return { pid, stderr: read };
  } catch (error) {
    closeSync(read);
    throw error;
  } finally {
    closeSync(nowhere);
    closeSync(write);
  }
}

function writeReport(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  writeFrom(fd, bytes, 0, bytes.length);
}

function readToEnd(fd: number, io: IoLoop): Promise<string> {
  const chunk = Buffer.alloc(4096);
  let text = '';
  return new Promise((resolve) => {
    const ready = (): void => {
      const count = readInto(fd, chunk);
      if (count > 0) {
        if (text.length < MOST_CHARACTERS) text += chunk.toString('utf8', 0, count);
        return;
      }
      io.forget(fd);
      closeSync(fd);
      resolve(text.trim());
    };
    io.watch(fd, READABLE, { ready });
  });
}
