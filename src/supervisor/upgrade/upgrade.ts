/**
 * Upgrade in place: the daemon re-executes the currently installed version, under the same pid. Listening
 * sockets and idle clients stay connected, programs stay its children, and what they write meanwhile waits in their
 * FIFOs.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { changeFolder, currentFolder } from '../../io/files.ts';
import { hasBacklog } from '../../logs/shared-outputs.ts';
import { isRemoteSyslogBehind } from '../../logs/syslog/remotes.ts';
import { syslog } from '../../logs/syslog/syslog.ts';
import { execve, holdSignals, releaseSignals } from '../../native/posix.ts';
import type { ChannelEnds } from '../../process/channels/reopen-pipes.ts';
import type { Process } from '../../process/process.ts';
import { ownCommand } from '../../process/spawn/own-command.ts';
import type { HandedSocket, Handover } from '../journal/handover.ts';
import { handoverText } from '../journal/journal-text.ts';
import { pathOfMemory, writeMemory } from '../journal/memory-journal.ts';
import { keyOf } from '../journal/read-journal.ts';
import type { ServiceManager } from '../service-manager/service-manager.ts';
import type { Supervisor } from '../supervisor.ts';
import { upgradeEnvironment } from './inheritance.ts';
import { STARTED_IN } from './started-in.ts';
import { installedCommand, tryOut } from './try-out.ts';

/** How long the upgrade waits for a moment without requests, in milliseconds; requests that are left are cut off then. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 5;

/** Turns of the event loop in which a signal that was received before it could be blocked is handled. */
const TURNS_TO_DRAIN = 2;

export interface UpgradeOptions {
  readonly supervisor: Supervisor;
  readonly servers: {
    readonly isQuiet: boolean;
    readonly addresses: readonly string[];
    handOver(): HandedSocket[];
  };
  readonly softFileLimit: number;
  readonly isDetached: boolean;
  /** Null where no service manager has started the daemon. */
  readonly manager: Pick<ServiceManager, 'upgrading'> | null;
}

/**
 * Returns only if the upgrade was given up; the main log has the reason, and nothing has changed.
 *
 * @param onTried called when the trial has passed
 * @throws Error where no upgrade can begin
 */
export async function upgrade(
  options: UpgradeOptions,
  onTried: (version: string | null) => void,
): Promise<void> {
  const { supervisor } = options;
  const { log } = supervisor;
  try {
    const version = await tryOut(options);
    if (supervisor.journal === null && !readsMemory(version)) {
      throw new Error(`${version ?? 'the installed version'} needs a runtime folder to go on`);
    }
    onTried(version);
    if (!(await quietMoment(options))) {
      const areHooksIdle = supervisor.lifecycle?.hooks.isIdle ?? true;
      if (!areHooksIdle) {
        log.warn('upgrade: hooks that still run are run again');
      }
      if (areHooksIdle || !options.servers.isQuiet) {
        log.warn('upgrade: clients whose requests are not answered yet are disconnected');
      }
    }
    if (supervisor.state !== 'RUNNING') {
      log.warn('upgrade given up: the daemon is about to end');
      return;
    }
    log.info(`upgrade: going on as ${installedCommand()}${version === null ? '' : ` (${version})`}`);
    goOn(options);
  } catch (error) {
    log.critical(`upgrade refused: ${(error as Error).message}`);
    throw error;
  } finally {
    releaseSignals();
  }
}

/** Whether a version, as its trial reports it, reads a hand-over in memory: all but 0.1. */
function readsMemory(version: string | null): boolean {
  return version !== null && !version.startsWith('visord 0.1.');
}

/** Nothing happens between the hand-over and the end of this program. @throws Error where it cannot end */
function goOn({ supervisor, servers, softFileLimit, isDetached, manager }: UpgradeOptions): void {
  const { config, groups, events, lifecycle, history } = supervisor;
  history.flush();
  // One with a name is found by it.
  const namelessHistory = history.path === null ? history.descriptor : null;
  const processes = supervisor.allProcesses();
  for (const process of processes) {
    process.channels.flush();
  }
  const sockets = servers.handOver();
  const ends = Object.fromEntries(processes.flatMap(endsOf));
  const leftPipes = [...supervisor.leftPipes.all, ...processes.flatMap(({ channels }) => channels.leftPipes)];
  const heldSockets = supervisor.heldSockets.handedOver;
  const journal = writeJournal(supervisor, {
    softFileLimit,
    leftAtMs: supervisor.now().wallMs,
    isDetached,
    sockets,
    inactive: config.groups.map(({ name }) => name).filter((name) => !groups.has(name)),
    serials: events.serials,
    listening: processes
      .filter((process) => events.isReadyListener(process))
      .map((process) => keyOf(process.groupName, process.config.name)),
    pools: events.pools,
    inputs: Object.fromEntries(processes.flatMap(inputOf)),
    ends,
    leftPipes,
    heldSockets,
    history: namelessHistory,
  });
  // The next program checks all again; a command of a check would outlive its time limit.
  lifecycle?.checks.close();
  const resumed = manager?.upgrading();
  try {
    const pipes = Object.values(ends).flatMap(({ stdin, stdout, stderr }) => [stdin, stdout, stderr]);
    const descriptors = [
      ...pipes,
      ...leftPipes.map(({ fd }) => fd),
      ...heldSockets.map(({ descriptor }) => descriptor),
      ...sockets.flatMap(descriptorsOf),
      ...journal.descriptors,
      namelessHistory,
    ];
    executeAgain(
      journal.path,
      descriptors.filter((fd) => fd !== null),
    );
  } catch (error) {
    journal.takeBack();
    resumed?.();
    for (const process of processes) {
      lifecycle?.follow(process);
    }
    throw error;
  }
}

/** A journal with a hand-over. */
interface WrittenJournal {
  readonly path: string;
  /** What has to stay open for it. */
  readonly descriptors: readonly number[];
  /** Cancels the hand-over. */
  takeBack(): void;
}

/** In the runtime folder, and in memory where there is none. @throws Error where it cannot be written */
function writeJournal({ journal, journalSource }: Supervisor, handover: Handover): WrittenJournal {
  if (journal !== null) {
    journal.handOver(handover);
    return { path: journal.path, descriptors: [], takeBack: () => journal.takeBack() };
  }
  const descriptor = writeMemory(handoverText(journalSource, handover));
  return {
    path: pathOfMemory(descriptor),
    descriptors: [descriptor],
    takeBack: () => closeSync(descriptor),
  };
}

/** What a process has not read yet of what was written to its stdin, under its name in a hand-over. */
function inputOf({ channels, groupName, config, role }: Process): [string, Buffer][] {
  const { waitingInput } = channels;
  return waitingInput.length === 0 ? [] : [[keyOf(groupName, config.name, role), waitingInput]];
}

/** Our ends of the channels of a process. */
function endsOf({ channels, groupName, config, role }: Process): [string, ChannelEnds][] {
  const ends = channels.current?.channelEnds ?? null;
  return ends === null ? [] : [[keyOf(groupName, config.name, role), ends]];
}

function descriptorsOf({ descriptor, connections }: HandedSocket): number[] {
  return [descriptor, ...connections];
}

/** @throws PosixError */
function executeAgain(journal: string, descriptors: readonly number[]): void {
  const keep = [0, 1, 2, ...descriptors];
  const here = currentFolder();
  changeFolder(STARTED_IN);
  try {
    const { file, argv } = ownCommand();
    execve(file, argv, upgradeEnvironment(journal), keep);
  } finally {
    changeFolder(here);
  }
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
      const isBehind = hasBacklog() || syslog.isBehind || isRemoteSyslogBehind();
      const isQuiet = servers.isQuiet && supervisor.isQuiet && !isBehind;
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
