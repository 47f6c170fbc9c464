/**
 * The daemon's own log.
 *
 * @module
 */
import { LOG_LEVELS, type LogLevelName } from '../config/tables/log-levels.ts';
import { showEscapes } from '../python/fs-encoding.ts';
import { GuardedLog, type LogFileOptions } from './channel-log.ts';
import { describeError } from './log-errors.ts';
import { reportRemoteSyslogs } from './syslog/remotes.ts';
import { syslog } from './syslog/syslog.ts';
import { timeStamp } from './time-stamp.ts';

export interface MainLog {
  readonly level: LogLevelName;
  /** Path of the log file, or null where there is none (syslog, none). */
  readonly file: string | null;
  critical(message: string): void;
  error(message: string): void;
  warn(message: string): void;
  info(message: string): void;
  debug(message: string): void;
  trace(message: string): void;
  blather(message: string): void;
  log(level: LogLevelName, message: string): void;
  /** Writes a line of the audit, as information, whatever the level of the log is. */
  audit(message: string): void;
  /** True if a message of this level would be written. */
  isEnabled(level: LogLevelName): boolean;
  /** Opens the file again by its name (SIGUSR2). */
  reopen(): void;
  /** Removes the file, opens it again, and logs `reopening log file` (`clearLog`). @throws Error when it cannot be removed */
  clear(): void;
  /** Ends the log; what a slow reader of stdout does not take within 200 ms is lost. */
  close(): void;
}

export interface MainLogOptions extends Omit<LogFileOptions, 'path'> {
  readonly level: LogLevelName;
  /** Path of the log file, or null for none. */
  readonly file: string | null;
  /** True copies every line to the daemon's stdout (`nodaemon` without `silent`). */
  readonly toStdout: boolean;
  /** True sends every line to syslog (`logfile=syslog`). */
  readonly toSyslog?: boolean;
}

/** How long the last lines wait for a slow reader of stdout when the daemon ends, in milliseconds. */
const CLOSE_PATIENCE_MS = 200;

/**
 * Opens the main log. Once it is open, no error of it stops the daemon: what cannot be written is dropped and counted.
 *
 * @throws Error when the file cannot be opened at the start
 */
export function openMainLog(options: MainLogOptions): MainLog {
  return new TextLog(options);
}

class TextLog implements MainLog {
  readonly level: LogLevelName;
  readonly file: string | null;
  readonly #severity: number;
  readonly #stdout: GuardedLog | null;
  readonly #fileLog: GuardedLog | null;
  readonly #toSyslog: boolean;
  /** What went wrong while the log was being opened; null when it is open. */
  #early: string[] | null = [];

  constructor(options: MainLogOptions) {
    this.level = options.level;
    this.file = options.file;
    this.#severity = LOG_LEVELS[options.level].severity;
    this.#fileLog = options.file === null ? null : this.#openFile(options.file, options);
    this.#stdout = options.toStdout ? this.#openStdout() : null;
    this.#toSyslog = options.toSyslog === true;
    syslog.trouble = this.#tellEachOther();
    reportRemoteSyslogs(syslog.trouble);
    const early = this.#early ?? [];
    this.#early = null;
    for (const message of early) this.warn(message);
  }

  critical(message: string): void {
    this.log('critical', message);
  }

  error(message: string): void {
    this.log('error', message);
  }

  warn(message: string): void {
    this.log('warn', message);
  }

  info(message: string): void {
    this.log('info', message);
  }

  debug(message: string): void {
    this.log('debug', message);
  }

  trace(message: string): void {
    this.log('trace', message);
  }

  blather(message: string): void {
    this.log('blather', message);
  }

  log(level: LogLevelName, message: string): void {
    if (this.isEnabled(level)) this.#write(level, message);
  }

  audit(message: string): void {
    this.#write('info', message);
  }

  #write(level: LogLevelName, message: string): void {
    const timeMs = Date.now();
    const line = Buffer.from(showEscapes(formatLine(level, message, timeMs)));
    this.#stdout?.write(line);
    this.#fileLog?.write(line);
    if (this.#toSyslog) sendLines(level, message, timeMs);
  }

  isEnabled(level: LogLevelName): boolean {
    return LOG_LEVELS[level].severity >= this.#severity;
  }

  reopen(): void {
    this.#fileLog?.reopen();
  }

  // The reference logs the line once for each of its handlers and before it opens the new file, which therefore starts empty.
  clear(): void {
    if (this.#fileLog === null) return;
    this.#fileLog.remove();
    if (this.#stdout !== null) this.info('reopening log file');
    this.info('reopening log file');
    this.#fileLog.reopen();
  }

  close(): void {
    this.#stdout?.close(CLOSE_PATIENCE_MS);
    this.#fileLog?.close(CLOSE_PATIENCE_MS);
    syslog.close(CLOSE_PATIENCE_MS);
    syslog.trouble = null;
    reportRemoteSyslogs(null);
  }

  #openFile(path: string, options: Omit<LogFileOptions, 'path'>): GuardedLog {
    const log = new GuardedLog({ ...options, path }, this.#tellEachOther());
    try {
      log.openOrThrow();
    } catch (error) {
      log.close();
      throw new Error(`The log file ${path} cannot be opened: ${describeError(error)}`, { cause: error });
    }
    return log;
  }

  #openStdout(): GuardedLog {
    const log = new GuardedLog({ path: '/dev/stdout', maxBytes: 0, backups: 0 }, this.#tellEachOther());
    log.open();
    return log;
  }

  // Errors of the file are logged on stdout, and errors of stdout in the file; the broken one drops its copy of the line.
  #tellEachOther() {
    return {
      failed: (message: string) => this.warn(message),
      recovered: (message: string) => this.warn(message),
      warned: (message: string) => {
        if (this.#early === null) this.warn(message);
        else this.#early.push(message);
      },
    };
  }
}

/** Every line of a message is a message of its own there, and a newline ends each, as in the reference. */
function sendLines(level: LogLevelName, message: string, timeMs: number): void {
  let end = message.length;
  while (message[end - 1] === '\n') end -= 1;
  for (const line of showEscapes(message.slice(0, end)).split('\n')) {
    syslog.send(Buffer.from(formatLine(level, line, timeMs)));
  }
}

/** One line of the main log. @param timeMs wall time, in milliseconds since the epoch */
export function formatLine(level: LogLevelName, message: string, timeMs: number): string {
  return `${timeStamp(timeMs)} ${LOG_LEVELS[level].label} ${message}\n`;
}
