/**
 * Upgrade in place: the daemon executes the program that its command leads to now, under the same pid. Listening
 * sockets and idle clients stay connected, programs stay its children, and what they write meanwhile waits in their
 * FIFOs (DESIGN, Staying alive).
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import { changeFolder, currentFolder } from '../../io/files.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import { hasBacklog } from '../../logs/log-output.ts';
import { syslog } from '../../logs/syslog.ts';
import {
  execve,
  holdSignals,
  pipe,
  READABLE,
  readInto,
  releaseSignals,
  setNonblocking,
  spawn,
} from '../../native/posix.ts';
import type { WaitStatus } from '../../process/machine/wait-status.ts';
import { ownCommand, ownEnvironment } from '../../process/spawn/own-command.ts';
import type { HandedSocket } from '../journal/handover.ts';
import { keyOf } from '../journal/read-journal.ts';
import type { Supervisor } from '../supervisor.ts';
import { upgradeEnvironment } from './inheritance.ts';

/** How long a moment is waited for in which nobody is being answered, in milliseconds; who waits then is cut off. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 5;

/** In so many turns of the event loop a signal that was received before it could be blocked is handled. */
const TURNS_TO_DRAIN = 2;

/** How long the new program may take to read the configuration, in milliseconds. */
const TRIAL_MS = 30_000;

/** Where the person stood who started the daemon, for paths on its command line. */
const STARTED_IN = currentFolder();

export interface UpgradeOptions {
  readonly supervisor: Supervisor;
  readonly servers: { readonly isQuiet: boolean; handOver(): HandedSocket[] };
  readonly softFileLimit: number;
  readonly isDetached: boolean;
}

/** Returns what begins an upgrade, where none is under way. */
export function upgrader(options: UpgradeOptions): () => void {
  let isUnderWay = false;
  return () => {
    if (isUnderWay) return;
    isUnderWay = true;
    void upgrade(options).finally(() => {
      isUnderWay = false;
    });
  };
}

/** Returns where there is no upgrade, and why is in the main log; all is as before then. */
async function upgrade(options: UpgradeOptions): Promise<void> {
  const { supervisor } = options;
  const { log } = supervisor;
  try {
    await tryOut(supervisor);
    if (!(await quietMoment(options))) {
      log.warn('upgrade: somebody still waits for an answer, and is cut off');
    }
    if (supervisor.state !== 'RUNNING') {
      log.warn('upgrade given up: the daemon is about to end');
      return;
    }
    log.info(`upgrade: going on as ${ownCommand().file}`);
    goOn(options);
  } catch (error) {
    log.critical(`upgrade refused: ${(error as Error).message}`);
  } finally {
    releaseSignals();
  }
}

/** Nothing happens between the last look at what there is and the end of this program. @throws Error */
function goOn({ supervisor, servers, softFileLimit, isDetached }: UpgradeOptions): void {
  const { journal, config, groups, events } = supervisor;
  if (journal === null) {
    throw new Error('there is no runtime folder');
  }
  const processes = supervisor.allProcesses();
  for (const process of processes) {
    process.flush();
  }
  const sockets = servers.handOver();
  journal.handOver({
    softFileLimit,
    isDetached,
    sockets,
    inactive: config.groups.map(({ name }) => name).filter((name) => !groups.has(name)),
    serials: events.serials,
    listening: processes
      .filter((process) => events.isReadyListener(process))
      .map((process) => keyOf(process.groupName, process.config.name)),
  });
  executeAgain(journal.path, sockets);
}

/** @throws PosixError */
function executeAgain(journal: string, sockets: readonly HandedSocket[]): void {
  const keep = [0, 1, 2, ...sockets.flatMap(({ descriptor, connections }) => [descriptor, ...connections])];
  const here = currentFolder();
  changeFolder(STARTED_IN);
  try {
    const { file, argv } = ownCommand();
    execve(file, argv, upgradeEnvironment(journal), keep);
  } finally {
    changeFolder(here);
  }
}

/** What cannot read the configuration cannot be trusted with the programs. @throws Error that says what is wrong */
async function tryOut({ io, processesByPid }: Supervisor): Promise<void> {
  const { pid, stderr } = startTrial();
  const impatience = setTimeout(() => process.kill(pid, 'SIGKILL'), TRIAL_MS);
  const exit = new Promise<WaitStatus>((resolve) => {
    processesByPid.set(pid, {
      exited: (status) => {
        processesByPid.delete(pid);
        resolve(status);
      },
    });
  });
  const complaint = await readToEnd(stderr, io);
  const { exitStatus, text } = await exit;
  clearTimeout(impatience);
  if (exitStatus !== 0) {
    throw new Error(complaint.split('\n')[0] || `${ownCommand().file} cannot be run (${text})`);
  }
}

function startTrial(): { readonly pid: number; readonly stderr: number } {
  const { read, write } = pipe();
  const nowhere = openSync('/dev/null', 'w');
  try {
    setNonblocking(read, true);
    const { file, argv } = ownCommand();
    const { pid } = spawn({
      file,
      argv: [...argv, '--dump-config'],
      env: ownEnvironment(),
      stdin: 0,
      stdout: nowhere,
      stderr: write,
      cwd: STARTED_IN,
      umask: null,
      credentials: null,
    });
    return { pid, stderr: read };
  } catch (error) {
    closeSync(read);
    throw error;
  } finally {
    closeSync(nowhere);
    closeSync(write);
  }
}

function readToEnd(fd: number, io: IoLoop): Promise<string> {
  const chunk = Buffer.alloc(4096);
  let text = '';
  return new Promise((resolve) => {
    const ready = (): void => {
      const count = readInto(fd, chunk);
      if (count > 0) {
        text += chunk.toString('utf8', 0, count);
        return;
      }
      io.forget(fd);
      closeSync(fd);
      resolve(text.trim());
    };
    io.watch(fd, READABLE, { ready });
  });
}

/**
 * Resolves with true in a moment in which nothing is under way that would be lost, with false when there was none.
 * Signals wait for the new program by then, and those that were received before have been handled.
 */
function quietMoment({ supervisor, servers }: UpgradeOptions): Promise<boolean> {
  const endsAtMs = supervisor.now().monotonicMs + PATIENCE_MS;
  let heldTurns = 0;
  return new Promise((resolve) => {
    const look = (): void => {
      const isQuiet = servers.isQuiet && supervisor.isQuiet && !hasBacklog() && !syslog.isBehind;
      const isLate = supervisor.now().monotonicMs >= endsAtMs;
      if (supervisor.state !== 'RUNNING' || heldTurns > TURNS_TO_DRAIN) {
        resolve(isQuiet);
      } else if (isQuiet || isLate) {
        if (heldTurns === 0) holdSignals();
        heldTurns += 1;
        setImmediate(look);
      } else {
        if (heldTurns > 0) releaseSignals();
        heldTurns = 0;
        setTimeout(look, LOOK_MS);
      }
    };
    look();
  });
}
