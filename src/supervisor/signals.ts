/**
 * What the daemon does on each signal.
 *
 * @module
 */
import { ConfigError } from '../config/types.ts';
import { reapChildren } from './reaper.ts';
import type { Supervisor } from './supervisor.ts';

type Handler = (supervisor: Supervisor, signal: NodeJS.Signals) => void;

const HANDLERS: { readonly [S in NodeJS.Signals]?: Handler } = {
  SIGTERM: exit,
  SIGINT: exit,
  SIGQUIT: exit,
  SIGHUP: restart,
  SIGUSR1: upgrade,
  SIGUSR2: reopenLogs,
  SIGCHLD: childQuit,
  // A log over the limit of file sizes is an error of that write, not the end of the daemon.
  SIGXFSZ: () => {},
};

/**
 * Handles the signals for the current supervisor. While the daemon starts, and during a restart, there is none: a
 * request to exit, to restart or to upgrade waits for the next one then, so that no signal is lost or ends the daemon.
 */
export class SignalHandler {
  #supervisor: Supervisor | null = null;
  #isInstalled = false;
  readonly #waiting = new Set<NodeJS.Signals>();

  /** From now on all signals are for this supervisor; null: they wait. */
  handleFor(supervisor: Supervisor | null): void {
    this.#supervisor = supervisor;
    this.#install();
    if (supervisor === null) {
      return;
    }
    for (const signal of this.#waiting) {
      HANDLERS[signal]?.(supervisor, signal);
    }
    this.#waiting.clear();
  }

  #install(): void {
    if (this.#isInstalled) {
      return;
    }
    this.#isInstalled = true;
    for (const [name, handler] of Object.entries(HANDLERS)) {
      process.on(name, (signal: NodeJS.Signals) => {
        if (this.#supervisor !== null) {
          handler?.(this.#supervisor, signal);
        } else if (handler === exit || handler === restart || handler === upgrade) {
          this.#waiting.add(signal);
        }
      });
    }
  }
}

function exit(supervisor: Supervisor, signal: NodeJS.Signals): void {
  supervisor.log.warn(`received ${signal} indicating exit request`);
  supervisor.shutdown();
  audit(supervisor, signal, 'shutdown', 'ok');
}

function restart(supervisor: Supervisor, signal: NodeJS.Signals): void {
  if (supervisor.state === 'SHUTDOWN') {
    supervisor.log.warn(`ignored ${signal} indicating restart request (shutdown in progress)`);
    return;
  }
  supervisor.log.warn(`received ${signal} indicating restart request`);
  try {
    supervisor.restart();
    audit(supervisor, signal, 'restart', 'ok');
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    supervisor.log.critical(`restart refused, the configuration cannot be used: ${error.message}`);
    audit(supervisor, signal, 'restart', 'CANT_REREAD');
  }
}

function upgrade(supervisor: Supervisor, signal: NodeJS.Signals): void {
  supervisor.log.warn(`received ${signal} indicating upgrade request`);
  // A refusal is in the main log.
  supervisor.upgrade().catch(() => {});
  audit(supervisor, signal, 'upgrade', 'begun');
}

function reopenLogs(supervisor: Supervisor, signal: NodeJS.Signals): void {
  supervisor.log.info(`received ${signal} indicating log reopen request`);
  supervisor.reopenLogs();
  audit(supervisor, signal, 'reopen logs', 'ok');
}

/** Node does not report which process has sent a signal. */
function audit({ config, log }: Supervisor, signal: NodeJS.Signals, action: string, result: string): void {
  if (config.daemon.audit) {
    log.audit(`audit: ${signal}, unknown sender: ${action}: ${result}`);
  }
}

function childQuit(supervisor: Supervisor, signal: NodeJS.Signals): void {
  supervisor.log.debug(`received ${signal} indicating a child quit`);
  reapChildren(supervisor);
}
