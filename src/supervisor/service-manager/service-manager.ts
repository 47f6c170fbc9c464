/**
 * Reports to the service manager that has started the daemon (sd_notify(3)): that it is ready, reloads, stops and is
 * alive.
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { SupervisorState } from '../supervisor-view.ts';
import { notifyLink } from './notify-link.ts';
import { type ReportedProcess, statusOf, stopSeconds } from './status.ts';

/** The daemon with one configuration. */
export interface ReportingDaemon {
  readonly state: SupervisorState;
  readonly log: MainLog;
  onLeaving: (() => void) | null;
  allProcesses(): readonly ReportedProcess[];
  onProcessChange(listener: () => void): () => void;
}

/** Lasts as long as this process is the daemon. */
export interface ServiceManager {
  /** This process is the service; the service manager may have started another one. */
  claim(): void;
  /** The daemon takes requests and starts its programs. Returns what ends the reports about it. */
  started(daemon: ReportingDaemon): () => void;
  /** The daemon is about to execute another program. Returns what reports that it goes on instead. */
  upgrading(): () => void;
  close(): void;
}

export interface ServiceManagerOptions {
  /** `NOTIFY_SOCKET` */
  readonly socket: string;
  /** The service manager ends a daemon that reports nothing for this time, in microseconds; 0: never. */
  readonly watchdogMicroseconds: number;
}

/** Changes of programs are reported together; in milliseconds. */
const STATUS_DELAY_MS = 500;

/** Begins to report that the daemon is alive, where that is asked for. */
export function serviceManager({ socket, watchdogMicroseconds }: ServiceManagerOptions): ServiceManager {
  let log: MainLog | null = null;
  const link = notifyLink(socket, (reason) => {
    log?.warn(`the service manager cannot be notified at ${socket}: ${reason}`);
  });
  const alive = watchdogMicroseconds > 0 ? ['WATCHDOG=1'] : [];
  const watchdog =
    alive.length > 0
      ? setInterval(() => link.send(alive), Math.max(1, watchdogMicroseconds / 2000)).unref()
      : undefined;
  const reloading = (): void => link.send(['RELOADING=1', `MONOTONIC_USEC=${microseconds()}`, ...alive]);

  return {
    claim: () => link.send([`MAINPID=${process.pid}`]),
    started: (daemon) => {
      log = daemon.log;
      let delay: NodeJS.Timeout | undefined;
      const report = (): void => {
        clearTimeout(delay);
        delay = undefined;
        link.send(reportOf(daemon));
      };
      const stopFollowing = daemon.onProcessChange(() => {
        delay ??= setTimeout(report, STATUS_DELAY_MS).unref();
      });
      daemon.onLeaving = () => {
        if (daemon.state === 'RESTARTING') reloading();
        report();
      };
      link.send(['READY=1', ...alive, ...reportOf(daemon)]);
      return () => {
        clearTimeout(delay);
        stopFollowing();
        daemon.onLeaving = null;
        log = null;
      };
    },
    upgrading: () => {
      reloading();
      return () => link.send(['READY=1', ...alive]);
    },
    close: () => {
      clearInterval(watchdog);
      link.close();
    },
  };
}

/** The daemon ends a stop by itself, so that the service manager need not. */
function reportOf(daemon: ReportingDaemon): string[] {
  const processes = daemon.allProcesses();
  const status = `STATUS=${statusOf(daemon.state, processes)}`;
  if (daemon.state !== 'SHUTDOWN') {
    return [status];
  }
  return ['STOPPING=1', `EXTEND_TIMEOUT_USEC=${stopSeconds(processes) * 1e6}`, status];
}

function microseconds(): number {
  return Math.round(now().monotonicMs * 1000);
}
