/**
 * The life of the daemon, from a configuration that was read to the end of the last program; a restart
 * is a second life in the same process.
 *
 * @module
 */

import type { Config, DaemonConfig } from '../config/types.ts';
import { existsSync } from '../io/files.ts';
import { inheritedEnvironment } from '../io/inherited.ts';
import { ioLoop } from '../io/io-loop.ts';
import { keepRunning } from '../io/timers.ts';
import { removeOldAutoLogs } from '../logs/auto-logs.ts';
import { type MainLog, openMainLog } from '../logs/main-log.ts';
import { makeRuntimeFolder, removeRuntimeFolder } from '../process/channels/runtime-folder.ts';
import { detach, type Launch, settle } from './background.ts';
import type { HandedSocket, Handover } from './handover.ts';
import { becomeConfiguredUser } from './identity.ts';
import { takeJournal } from './inheritance.ts';
import { type JournalContents, journalIn, readJournal } from './journal-format.ts';
import { legacyOf, livingWriter } from './legacy.ts';
import { type AppliedLimits, applyLimits } from './limits.ts';
import { removePidfile, writePidfile } from './pidfile.ts';
import { reapChildren } from './reaper.ts';
import { SignalDesk } from './signals.ts';
import { StartError } from './start-error.ts';
import { type Ending, Supervisor } from './supervisor.ts';
import type { SupervisorView } from './supervisor-view.ts';
import { upgrader } from './upgrade.ts';

/** The HTTP servers as the daemon needs them; they stand in a layer above. */
export interface Servers {
  /** Nobody is being answered. */
  readonly isQuiet: boolean;
  handOver(): HandedSocket[];
  close(): Promise<void>;
  removeSocketFiles(): void;
}

export interface RunOptions {
  readonly config: Config;
  /** @throws ConfigError */
  readonly readConfig: () => Config;
  /**
   * `isFresh` is false in a later life, which ought to begin even if not everything in it can be had.
   * @throws an error whose message is what follows `Error: `
   */
  readonly openServers: (
    supervisor: SupervisorView,
    isFresh: boolean,
    inherited: readonly HandedSocket[],
  ) => Promise<Servers>;
  /** Where this process was launched into the background, its launch. */
  readonly launch: Launch | null;
  readonly softFileLimit: number;
  /** What this very process has left as another program, where it is being upgraded. */
  readonly handover: Handover | null;
}

interface Messages {
  readonly critical: readonly string[];
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** Runs until the daemon is told to end. @throws StartError, ConfigError or a server's error if it cannot start */
export async function runDaemon(options: RunOptions): Promise<void> {
  const signals = new SignalDesk();
  signals.serve(null);
  // A daemon without servers and programs waits for signals only.
  const letExit = keepRunning();
  try {
    await runLives(options, signals);
  } finally {
    letExit();
    ioLoop().close();
  }
}

async function runLives(options: RunOptions, signals: SignalDesk): Promise<void> {
  let config = options.config;
  const identity = becomeConfiguredUser(config.daemon);
  const limits = applyLimits(config.daemon, options.softFileLimit);
  let messages: Messages = {
    critical: [...config.messages.critical, ...identity.critical],
    warn: config.messages.warn,
    info: [...config.messages.info, ...identity.info, ...limits.messages],
  };
  for (let isFirst = true; ; isFirst = false) {
    const ending = await runOnce({ ...options, config, limits, messages, signals, isFirst });
    if (ending.kind === 'shutdown') {
      return;
    }
    config = ending.config;
    messages = { ...config.messages, critical: [...config.messages.critical, ...identity.critical] };
  }
}

interface LifeOptions extends RunOptions {
  readonly limits: AppliedLimits;
  readonly messages: Messages;
  readonly signals: SignalDesk;
  readonly isFirst: boolean;
}

async function runOnce(options: LifeOptions): Promise<Ending> {
  const { config, isFirst, launch } = options;
  const { daemon } = config;
  const log = openLog(daemon, options.messages);
  const stopCatching = catchStrayErrors(log);
  const supervisor = new Supervisor({
    config,
    readConfig: options.readConfig,
    log,
    io: ioLoop(),
    inheritedEnvironment: inheritedEnvironment(),
    childLimits: options.limits.childLimits,
  });
  let servers: Servers | null = null;
  let ownsPidfile = false;
  let leavesTraces = false;
  const handover = isFirst ? options.handover : null;
  try {
    // A second daemon is refused here, before it has touched anything that the first one uses.
    const isFresh = isFirst && handover === null;
    servers = await options.openServers(supervisor, isFresh, handover?.sockets ?? []);
    leavesTraces = inherit(supervisor, handover);
    addGroups(supervisor, isFresh, new Set(handover?.inactive));
    supervisor.upgrade = upgrader({
      supervisor,
      servers,
      softFileLimit: options.softFileLimit,
      isDetached: launch !== null || options.handover?.isDetached === true,
    });
    options.signals.serve(supervisor);
    if (isFirst && launch !== null) {
      detach(daemon, log);
    } else if (handover?.isDetached) {
      settle(daemon, log);
    }
    ownsPidfile = writePidfile(daemon.pidfile, log);
    launch?.report(0);
    leavesTraces = false;
    supervisor.takeOver();
    reapChildren(supervisor);
    supervisor.start();
    return await supervisor.ended;
  } catch (error) {
    if (handover !== null) {
      // Whoever asked for it is not at our stderr; what runs goes on, and the next daemon takes it over.
      log.critical(`the upgrade failed, and the daemon ends: ${(error as Error).message}`);
    }
    throw error;
  } finally {
    options.signals.serve(null);
    await servers?.close();
    servers?.removeSocketFiles();
    if (ownsPidfile) {
      removePidfile(daemon.pidfile);
    }
    supervisor.dispose();
    // A daemon that cannot start leaves what an earlier one has left to the next.
    if (!leavesTraces && supervisor.runtimeFolder !== null) {
      removeRuntimeFolder(supervisor.runtimeFolder);
    }
    stopCatching();
    log.close();
  }
}

/**
 * Finds the runtime folder, and what an earlier daemon has left in it. To be called when no other daemon can be using
 * what the configuration names. Returns whether something was left.
 */
function inherit(supervisor: Supervisor, handover: Handover | null): boolean {
  const { log } = supervisor;
  const { identifier, pidfile, childLogDir, nocleanup } = supervisor.config.daemon;
  const { RUNTIME_DIRECTORY: runtimeDirectory } = inheritedEnvironment();
  const folder = makeRuntimeFolder({ runtimeDirectory, identifier, pidfile });
  const contents = handover === null ? journalOf(folder, log) : takeJournal();
  const writer = contents === null ? null : livingWriter(contents);
  if (writer !== null) {
    log.warn(
      `another supervisord (pid ${writer}) uses ${folder}: this one would leave no trace if it were killed`,
    );
  }
  const legacy = legacyOf(writer === null ? contents : null, handover);
  supervisor.runtimeFolder = writer === null ? folder : null;
  supervisor.inherit(legacy);
  if (handover !== null) {
    supervisor.events.countFrom(handover.serials);
  }
  if (!nocleanup) {
    const warn = (message: string): void => log.warn(message);
    removeOldAutoLogs({ folder: childLogDir, identifier, spared: legacy.autoLogs, warn });
  }
  return legacy.all.length > 0;
}

function journalOf(folder: string | null, log: MainLog): JournalContents | null {
  if (folder === null) {
    return null;
  }
  const path = journalIn(folder);
  const contents = readJournal(path);
  if (contents === null && existsSync(path)) {
    log.warn(`${path} cannot be read: what an earlier supervisord has left running is not known`);
  }
  return contents;
}

function openLog(daemon: DaemonConfig, messages: Messages): MainLog {
  let log: MainLog;
  try {
    log = openMainLog({
      level: daemon.logLevel,
      file: daemon.logfile.kind === 'file' ? daemon.logfile.path : null,
      maxBytes: daemon.logfileMaxBytes,
      backups: daemon.logfileBackups,
      toStdout: daemon.nodaemon && !daemon.silent,
      toSyslog: daemon.logfile.kind === 'syslog',
    });
  } catch (error) {
    throw new StartError((error as Error).message);
  }
  for (const level of ['critical', 'warn', 'info'] as const) {
    for (const message of messages[level]) {
      log.log(level, message);
    }
  }
  return log;
}

/** A group that cannot be had is a reason not to start, but none to end a daemon that runs. */
function addGroups(supervisor: Supervisor, isFresh: boolean, inactive: ReadonlySet<string>): void {
  for (const group of supervisor.config.groups) {
    if (inactive.has(group.name)) {
      continue;
    }
    try {
      supervisor.addGroup(group);
    } catch (error) {
      const { message } = error as Error;
      if (isFresh) {
        throw new StartError(message);
      }
      supervisor.log.critical(`group ${group.name} is left out: ${message}`);
    }
  }
}

/** Nothing that goes wrong in one place may end the programs of all others. */
function catchStrayErrors(log: MainLog): () => void {
  const onError = (error: unknown): void => {
    log.critical(
      `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return () => {
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
  };
}
