/**
 * Opens the main log, with what the start has to report in it.
 *
 * @module
 */
import type { DaemonConfig } from '../config/types.ts';
import { type MainLog, openMainLog } from '../logs/main-log.ts';
import { StartError } from './start-error.ts';

/** What happened before the log was open, in the reference's words. */
export interface StartMessages {
  /** The first line, which the reference does not have: what is running here. Null after a restart. */
  readonly version: string | null;
  readonly critical: readonly string[];
  readonly warn: readonly string[];
  readonly info: readonly string[];
}

/** A file that cannot be opened does not end a daemon that is upgraded: the log goes to stdout alone, or nowhere. */
export function openLogOrFallBack(daemon: DaemonConfig, messages: StartMessages): MainLog {
  try {
    return openLog(daemon, messages);
  } catch (error) {
    const critical = [...messages.critical, `upgrade: ${(error as Error).message}`];
    return openLog({ ...daemon, logfile: { kind: 'none' } }, { ...messages, critical });
  }
}

/** @throws StartError where the file cannot be opened */
export function openLog(daemon: DaemonConfig, messages: StartMessages): MainLog {
  let log: MainLog;
  try {
    log = openMainLog({
      level: daemon.logLevel,
      file: daemon.logfile.kind === 'file' ? daemon.logfile.path : null,
      maxBytes: daemon.logfileMaxBytes,
      backups: daemon.logfileBackups,
      rotate: daemon.logfileRotate,
      compress: daemon.logfileCompress,
      maxAge: daemon.logfileMaxAge,
      mode: daemon.logfileMode,
      owner: daemon.logfileOwner,
      toStdout: daemon.nodaemon && !daemon.silent,
      toSyslog: daemon.logfile.kind === 'syslog',
    });
  } catch (error) {
    throw new StartError((error as Error).message);
  }
  if (messages.version !== null) {
    log.info(messages.version);
  }
  for (const level of ['critical', 'warn', 'info'] as const) {
    for (const message of messages[level]) {
      log.log(level, message);
    }
  }
  return log;
}
