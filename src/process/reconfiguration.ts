/**
 * How one process takes another configuration: at once, while it runs, or after its run was stopped.
 *
 * @module
 */
import { isEqual } from '../config/tables/equality.ts';
import type { ProcessConfig } from '../config/types.ts';
import type { ProcessChannels } from './channels/process-channels.ts';
import type { HostedProcess, ProcessHost } from './host.ts';
import type { MachineDriver } from './machine-driver.ts';
import { NextConfig, type NextConfigOwner } from './next-config.ts';
import type { ProcessLogs } from './process-logs.ts';
import type { ProcessRun } from './process-run.ts';
import type { ProcessSockets } from './process-sockets.ts';

/** The process. */
export interface ReconfiguredProcess extends HostedProcess, NextConfigOwner {
  readonly host: ProcessHost;
  setConfig(config: ProcessConfig): void;
  /** Its logs have trouble, or none (null). */
  logTroubled(message: string | null): void;
}

/** What follows the configuration of the process. */
export interface ConfiguredParts {
  readonly driver: MachineDriver;
  readonly run: ProcessRun;
  readonly channels: ProcessChannels;
  readonly logs: ProcessLogs;
  readonly sockets: ProcessSockets;
}

export class Reconfiguration {
  readonly #process: ReconfiguredProcess;
  readonly #parts: ConfiguredParts;
  #next: NextConfig | null = null;

  constructor(process: ReconfiguredProcess, parts: ConfiguredParts) {
    this.#process = process;
    this.#parts = parts;
  }

  /** The process is being stopped, to take another configuration. */
  get isUnderWay(): boolean {
    return this.#next?.isDone === false;
  }

  /** The same, and it is started then. */
  get isToStart(): boolean {
    return this.#next?.isToStart === true;
  }

  /** @throws Error when an AUTO log cannot be made, and changes nothing */
  take(config: ProcessConfig): void {
    if (this.#next?.isDone === false) {
      this.#next.replace(config);
    } else {
      this.#takeNow(config);
    }
  }

  /**
   * Stops the process for it. Resolves when the configuration is taken, with false where a client has asked for a stop
   * meanwhile.
   *
   * @throws Error when an AUTO log cannot be made
   */
  takeStopped(config: ProcessConfig): Promise<boolean> {
    if (this.#next === null || this.#next.isDone) {
      this.#next = new NextConfig(this.#process, config);
    } else {
      this.#next.replace(config);
    }
    return this.#next.take();
  }

  /** A client wants the process stopped: nothing starts it again. */
  stopRequested(): void {
    this.#next?.stopRequested();
  }

  stateChanged(): void {
    this.#next?.stateChanged();
  }

  #takeNow(config: ProcessConfig): void {
    const process = this.#process;
    const { driver, run, channels, logs, sockets } = this.#parts;
    const before = process.config;
    process.setConfig(config);
    try {
      logs.follow(before);
    } catch (error) {
      process.setConfig(before);
      throw error;
    }
    if (isEqual(before, config)) {
      return;
    }
    if (!isEqual(before.listen, config.listen) || before.uid !== config.uid) {
      sockets.reconfigured();
    }
    driver.reconfigured(before);
    run.reconfigured(before);
    process.host.lifecycle?.reconfigured(process, before);
    if (logsDiffer(before, config)) {
      process.logTroubled(null);
      channels.reconfigure();
    }
    process.host.rememberAnew(process);
    process.reportChanged();
  }
}

/** The readiness check may look at lines of the output. */
function logsDiffer(before: ProcessConfig, after: ProcessConfig): boolean {
  return (
    !isEqual(before.stdout, after.stdout) ||
    !isEqual(before.stderr, after.stderr) ||
    !isEqual(before.readiness.target, after.readiness.target)
  );
}
