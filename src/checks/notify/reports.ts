/**
 * What processes report by NOTIFY_SOCKET: that they are ready, alive, about to stop, and what they are doing.
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import type { KeptFile } from '../../io/folders/kept-file.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { HostedProcess, ReportingOptions } from '../../process/host.ts';
import type { SpawnHost } from '../../process/spawn/spawn-process.ts';
import type { Notification } from './notification.ts';
import { type NotifySocket, notifyPath, openNotifySocket } from './notify-socket.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

export interface ReportsHost extends SpawnHost {
  readonly log: MainLog;
}

/** What one run of a process has reported. */
interface Reported {
  readonly id: number;
  readonly socket: NotifySocket;
  status: string;
  isReloading: boolean;
  isStopping: boolean;
  isStrangerLogged: boolean;
  watchdog: Watchdog | null;
}

export class Reports {
  readonly #host: ReportsHost;
  readonly #reported = new Map<HostedProcess, Reported>();

  constructor(host: ReportsHost) {
    this.#host = host;
  }

  /** Opens the socket of a run that begins. @throws PosixError, ErrnoException */
  openRun(process: HostedProcess): ReportingOptions {
    const { watchdogSeconds } = process.config;
    this.#close(process);
    this.#open(process);
    return {
      environment: {
        NOTIFY_SOCKET: this.#pathOf(process),
        ...(watchdogSeconds > 0 ? { WATCHDOG_USEC: String(Math.round(watchdogSeconds * 1e6)) } : {}),
      },
      pidVariables: watchdogSeconds > 0 ? ['WATCHDOG_PID'] : [],
    };
  }

  /** The process may have changed its state. */
  follow(process: HostedProcess): void {
    const { state, pid, runId } = process;
    if (pid === 0 && state !== 'STARTING') {
      this.#close(process);
      return;
    }
    if (pid === 0 || state === 'UNKNOWN') {
      return;
    }
    if (this.#reported.get(process)?.id !== runId) {
      this.#takeOver(process);
    }
    const reported = this.#reported.get(process);
    if (reported !== undefined) {
      this.#followWatchdog(process, reported);
    }
  }

  /** `reloading, loaded 3 of 7`; null where nothing is reported. */
  textOf(process: HostedProcess): string | null {
    const reported = this.#reported.get(process);
    if (reported === undefined || process.pid === 0) {
      return null;
    }
    const { isStopping, isReloading, status } = reported;
    const activity = isStopping && process.state === 'RUNNING' ? 'stopping' : isReloading ? 'reloading' : '';
    return [activity, status].filter((part) => part !== '').join(', ') || null;
  }

  /** The sockets of the runs. */
  *keptFiles(): Generator<KeptFile> {
    for (const { socket } of this.#reported.values()) {
      yield socket.keptFile;
    }
  }

  close(): void {
    for (const process of [...this.#reported.keys()]) {
      this.#close(process);
    }
  }

  /** An adopted process goes on reporting to the same path. */
  #takeOver(process: HostedProcess): void {
    this.#close(process);
    try {
      this.#open(process);
    } catch (error) {
      const { message } = error as Error;
      this.#host.log.error(`the notification socket of ${process.config.name} cannot be made: ${message}`);
    }
  }

  #open(process: HostedProcess): void {
    const { name, uid } = process.config;
    const reported: Reported = {
      id: process.runId,
      status: '',
      isReloading: false,
      isStopping: false,
      isStrangerLogged: false,
      watchdog: null,
      socket: openNotifySocket({
        path: this.#pathOf(process),
        uid,
        io: this.#host.io,
        pidOf: () => process.pid,
        onNotification: (notification) => this.#take(process, reported, notification),
        onStranger: (senderPid, senderUid) => {
          if (!reported.isStrangerLogged) {
            reported.isStrangerLogged = true;
            const sender = `pid ${senderPid}, user ${senderUid}`;
            this.#host.log.warn(`${name}: a notification of another process is ignored (${sender})`);
          }
        },
      }),
    };
    this.#reported.set(process, reported);
  }

  /** @throws Error where there is no runtime folder */
  #pathOf({ lifeName }: HostedProcess): string {
    const { runtimeFolder } = this.#host;
    if (runtimeFolder === null) {
      throw new Error('there is no runtime folder');
    }
    return notifyPath(runtimeFolder, lifeName);
  }

  #close(process: HostedProcess): void {
    const reported = this.#reported.get(process);
    this.#reported.delete(process);
    reported?.watchdog?.stop();
    reported?.socket.close();
  }

  #take(process: HostedProcess, reported: Reported, notification: Notification): void {
    if (process.runId !== reported.id) {
      return;
    }
    const before = this.textOf(process);
    reported.status = notification.status ?? reported.status;
    reported.isReloading = notification.isReloading || (reported.isReloading && !notification.isReady);
    reported.isStopping ||= notification.isStopping;
    if (this.textOf(process) !== before) {
      process.reportChanged();
    }
    if (notification.watchdog === 'alive') {
      reported.watchdog?.alive();
    }
    if (notification.extendMs !== null) {
      process.advance({ type: 'extend', untilMs: now().monotonicMs + notification.extendMs });
    }
    if (notification.isReady && process.config.readiness.target?.kind === 'notify') {
      process.advance({ type: 'ready' });
    }
    if (reported.isStopping) {
      reported.watchdog?.stop();
      reported.watchdog = null;
    } else if (notification.watchdog === 'trigger' && reported.watchdog !== null) {
      this.#restart(process, 'WATCHDOG=trigger was received');
    }
  }

  /** The watchdog runs while the process is RUNNING and has not reported that it is about to end. */
  #followWatchdog(process: HostedProcess, reported: Reported): void {
    const { watchdogSeconds } = process.config;
    const isWatched = process.state === 'RUNNING' && watchdogSeconds > 0 && !reported.isStopping;
    if (!isWatched) {
      reported.watchdog?.stop();
      reported.watchdog = null;
      return;
    }
    reported.watchdog ??= startWatchdog({
      timeoutMs: watchdogSeconds * 1000,
      drain: () => reported.socket.drain(),
      onOverdue: () => this.#restart(process, `no WATCHDOG=1 for ${watchdogSeconds} seconds`),
    });
  }

  #restart(process: HostedProcess, reason: string): void {
    this.#host.log.warn(`${process.config.name}: ${reason}`);
    process.advance({ type: 'restart', reason, countsAsFailure: true });
  }
}
