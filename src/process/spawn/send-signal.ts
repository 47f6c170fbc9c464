/**
 * Delivers a signal to a process and reports the result in the reference's words.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';
import type { MainLog } from '../../logs/main-log.ts';

export interface SendSignalOptions {
  readonly log: MainLog;
  readonly name: string;
  /** 0 where there is no process. */
  readonly pid: number;
  readonly signal: number;
  /** Sends it to the whole process group. */
  readonly asGroup?: boolean;
  /** The signal is sent to end the process; only the log line differs. */
  readonly isKill?: boolean;
  /** The process is there, but cannot be signalled. */
  readonly onLost: () => void;
}

const NO_SUCH_PROCESS = '[Errno 3] No such process';

/** Returns the text of the failure, or null. A process that has just exited is not a failure: its exit will be reported. */
export function sendSignal(options: SendSignalOptions): string | null {
  const { log, name, pid, signal, isKill = false } = options;
  if (pid === 0) {
    const message = `attempted to send ${name} sig ${signalName(signal)} but it wasn't running`;
    log.debug(message);
    return message;
  }
  if (!isKill) {
    log.debug(`sending ${name} (pid ${pid}) sig ${signalName(signal)}`);
  }
  try {
    process.kill(options.asGroup ? -pid : pid, signal);
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') {
      const when = isKill ? 'just exited' : 'just now exited';
      log.debug(`unable to signal ${name} (pid ${pid}), it probably ${when} on its own: ${NO_SUCH_PROCESS}`);
      return null;
    }
    const what = isKill ? 'killing' : 'sending sig';
    const text = `unknown problem ${what} ${name} (${pid}): ${message}`;
    log.critical(text);
    options.onLost();
    return text;
  }
}
