/**
 * The daemon, from a configuration that was read to the end of the last program. A restart (SIGHUP) runs the next
 * configuration in the same process.
 *
 * @module
 */
import { VISORD_VERSION } from '../config/tables/visord-version.ts';
import type { Config } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import { inheritedEnvironment } from '../io/inherited.ts';
import { ioLoop } from '../io/io-loop.ts';
import { keepRunning } from '../io/timers.ts';
import type { MainLog } from '../logs/main-log.ts';
import { releaseSignals } from '../native/posix.ts';
import { LeftPipes } from '../process/channels/left-pipes.ts';
import { removeRuntimeFolder } from '../process/channels/runtime-folder.ts';
import { HeldSockets } from '../process/spawn/held-sockets.ts';
import { inherit } from './adoption/inherit.ts';
import {
  NONE_LEFT,
  type ProcessesLeftBehind,
  processesLeftBehind,
} from './adoption/processes-left-behind.ts';
import { detach, enterFolderAndUmask, type Launch } from './background.ts';
import type { FleetPlacement } from './fleet-placement.ts';
import { History } from './history/history.ts';
import { becomeConfiguredUser } from './identity.ts';
import type { HandedSocket, Handover } from './journal/handover.ts';
import { keepFilesSoon } from './kept-files/keep-files.ts';
import type { Ending } from './leaving.ts';
import { type AppliedLimits, applyLimits } from './limits.ts';
import { openLog, openLogOrFallBack, type StartMessages } from './open-log.ts';
import { keptPidfile, removePidfile, writePidfile } from './pidfile.ts';
import { reapChildren } from './reaper.ts';
import { type ServiceManager, serviceManager } from './service-manager/service-manager.ts';
import { environmentForPrograms } from './service-manager/variables.ts';
import { SignalHandler } from './signals.ts';
import { StartError } from './start-error.ts';
import { logStrayErrors } from './stray-errors.ts';
import { Supervisor } from './supervisor.ts';
import type { SupervisorView } from './supervisor-view.ts';
import { upgrader } from './upgrade/upgrader.ts';

/** The HTTP servers as the daemon needs them; src/http implements them. */
export interface Servers {
  /** No request is under way. */
  readonly isQuiet: boolean;
  /** At which they listen, as a hand-over names them. */
  readonly addresses: readonly string[];
  handOver(): HandedSocket[];
  close(): Promise<void>;
  removeSocketFiles(): void;
  keptFiles(): Iterable<KeptFile>;
}

export interface RunOptions {
  readonly config: Config;
  /** @throws ConfigError */
  readonly readConfig: () => Config;
  /**
   * `isFresh` is false after a restart and after an upgrade. An upgrade, where `handed` is not null, leaves out what
   * cannot be opened.
   * @throws an error whose message is what follows `Error: `
   */
  readonly openServers: (
    supervisor: SupervisorView,
    isFresh: boolean,
    handed: readonly HandedSocket[] | null,
  ) => Promise<Servers>;
  /** Called where the configuration names an engine. */
  readonly openFleet: (supervisor: Supervisor) => FleetPlacement;
  /** Where this process was launched into the background, its launch. */
  readonly launch: Launch | null;
  readonly softFileLimit: number;
  /** What this process has handed over before it executed the new version, in an upgrade. */
  readonly handover: Handover | null;
}

/** Runs until a shutdown is asked for; returns the exit status. @throws StartError, ConfigError or a server's error if it cannot start */
export async function runDaemon(options: RunOptions): Promise<number> {
  const signals = new SignalHandler();
  signals.handleFor(null);
  releaseSignals();
  // A daemon without servers and programs waits for signals only.
  const letExit = keepRunning();
  const manager = serviceManagerOf(options);
  try {
    return await runUntilShutdown(options, signals, manager);
  } finally {
    letExit();
    manager?.close();
    ioLoop().close();
  }
}

/** Null if no service manager has started the daemon: then its part is not loaded. */
function serviceManagerOf({ launch, handover }: RunOptions): ServiceManager | null {
  const { NOTIFY_SOCKET: socket = '', WATCHDOG_USEC, WATCHDOG_PID } = inheritedEnvironment();
  if (socket === '') {
    return null;
  }
  // In the background, the service manager has started the launcher.
  const isDetached = launch !== null || handover?.isDetached === true;
  const isWatched = isDetached || WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === process.pid;
  return serviceManager({ socket, watchdogMicroseconds: (isWatched && Number(WATCHDOG_USEC)) || 0 });
}

async function runUntilShutdown(
  options: RunOptions,
  signals: SignalHandler,
  manager: ServiceManager | null,
): Promise<number> {
  let config = options.config;
  const attempt = options.handover === null ? required : tolerated;
  const left = options.handover === null ? processesLeftBehind(config.daemon) : NONE_LEFT;
  const identity = attempt(() => becomeConfiguredUser(config.daemon), { critical: [], info: [] });
  const limits = attempt(() => applyLimits(config.daemon, options.softFileLimit), {
    childLimits: [],
    messages: [],
  });
  const failures = [...identity.failures, ...limits.failures];
  let messages: StartMessages = {
    version: `visord ${VISORD_VERSION} (Node.js ${process.version})`,
    critical: [...config.messages.critical, ...identity.value.critical, ...failures],
    warn: config.messages.warn,
    info: [...config.messages.info, ...identity.value.info, ...limits.value.messages],
  };
  const leftPipes = new LeftPipes(ioLoop());
  const heldSockets = new HeldSockets();
  heldSockets.inherit(options.handover?.heldSockets ?? []);
  const history = new History();
  history.inherit(options.handover?.history ?? null);
  let leftAtMs = options.handover?.leftAtMs ?? null;
  for (let isFirst = true; ; isFirst = false) {
    const ending = await runConfiguration({
      ...options,
      config,
      limits: limits.value,
      leftPipes,
      heldSockets,
      history,
      leftAtMs,
      messages,
      signals,
      manager,
      left: isFirst ? left : NONE_LEFT,
      isFirst,
    });
    if (ending.kind === 'shutdown') {
      leftPipes.close();
      heldSockets.close();
      return ending.exitStatus;
    }
    config = ending.config;
    leftAtMs = ending.leftAtMs;
    messages = {
      ...config.messages,
      critical: [...config.messages.critical, ...identity.value.critical],
      version: null,
    };
  }
}

interface Attempt<T> {
  readonly value: T;
  readonly failures: readonly string[];
}

function required<T>(act: () => T): Attempt<T> {
  return { value: act(), failures: [] };
}

/** An upgrade logs what cannot be opened and goes on: a daemon that ended here would leave its programs. */
function tolerated<T>(act: () => T, without: T): Attempt<T> {
  try {
    return required(act);
  } catch (error) {
    return { value: without, failures: [`upgrade: ${(error as Error).message}`] };
  }
}

interface ConfigurationOptions extends RunOptions {
  readonly limits: AppliedLimits;
  readonly leftPipes: LeftPipes;
  readonly heldSockets: HeldSockets;
  readonly history: History;
  readonly leftAtMs: number | null;
  readonly messages: StartMessages;
  readonly signals: SignalHandler;
  readonly manager: ServiceManager | null;
  /** By an earlier daemon. */
  readonly left: ProcessesLeftBehind;
  /** False after a restart. */
  readonly isFirst: boolean;
}

async function runConfiguration(options: ConfigurationOptions): Promise<Ending> {
  const { config, isFirst, launch, manager } = options;
  const { daemon } = config;
  const handover = isFirst ? options.handover : null;
  const open = handover === null ? openLog : openLogOrFallBack;
  const log = open(daemon, options.messages);
  const stopLogging = logStrayErrors(log);
  const supervisor = newSupervisor(options, log);
  let servers: Servers | null = null;
  let ownsPidfile = false;
  let keepsRuntimeFiles = false;
  let stopKeepingFiles = (): void => {};
  let stopReporting = (): void => {};
  try {
    // A second daemon is refused here, before it has touched anything that the first one uses.
    const isFresh = isFirst && handover === null;
    servers = await options.openServers(supervisor, isFresh, handover?.sockets ?? null);
    keepsRuntimeFiles = inherit(supervisor, handover, options.left);
    for (const pipe of handover?.leftPipes ?? []) options.leftPipes.add(pipe);
    addGroups(supervisor, isFresh, new Set(handover?.inactive));
    if (config.fleet !== null) supervisor.placement = options.openFleet(supervisor);
    supervisor.events.reportLostEvents();
    supervisor.beginUpgrade = upgrader({ ...upgradeOptions(options), supervisor, servers });
    options.signals.handleFor(supervisor);
    if (isFirst && launch !== null) {
      detach(daemon, log);
    } else if (handover?.isDetached) {
      enterFolderAndUmask(daemon, log);
    }
    ownsPidfile = writePidfile(daemon.pidfile, log);
    if (isFirst && (launch !== null || handover !== null)) manager?.claim();
    launch?.report(0);
    keepsRuntimeFiles = false;
    supervisor.takeOver();
    supervisor.placement?.begin();
    reapChildren(supervisor);
    supervisor.start();
    stopReporting = manager?.started(supervisor) ?? stopReporting;
    stopKeepingFiles = keepFilesSoon({
      supervisor,
      servers,
      pidfile: ownsPidfile ? keptPidfile(daemon.pidfile) : null,
    });
    return await supervisor.ended;
  } catch (error) {
    if (handover !== null) {
      // Nothing reads our stderr any more; what runs goes on, and the next daemon adopts it.
      log.critical(`the upgrade failed, and the daemon ends: ${(error as Error).message}`);
    }
    throw error;
  } finally {
    options.signals.handleFor(null);
    stopKeepingFiles();
    stopReporting();
    await servers?.close();
    servers?.removeSocketFiles();
    if (ownsPidfile) {
      removePidfile(daemon.pidfile);
    }
    await supervisor.placement?.leave();
    supervisor.dispose();
    // A daemon that cannot start leaves the processes and files of the earlier one to the next one.
    if (!keepsRuntimeFiles && supervisor.runtimeFolder !== null) {
      removeRuntimeFolder(supervisor.runtimeFolder);
    }
    stopLogging();
    log.close();
  }
}

function newSupervisor(options: ConfigurationOptions, log: MainLog): Supervisor {
  const { config, readConfig, limits, leftPipes, heldSockets, history, leftAtMs } = options;
  return new Supervisor({
    config,
    readConfig,
    log,
    leftPipes,
    heldSockets,
    history,
    leftAtMs,
    io: ioLoop(),
    inheritedEnvironment: environmentForPrograms(inheritedEnvironment()),
    childLimits: limits.childLimits,
  });
}

function upgradeOptions({ softFileLimit, launch, handover, manager }: ConfigurationOptions) {
  const isDetached = launch !== null || handover?.isDetached === true;
  return { softFileLimit, isDetached, manager };
}

/** A group that cannot be added ends the start, but not a running daemon. */
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
