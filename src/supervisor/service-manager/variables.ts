/**
 * The variables with which a service manager, as systemd, starts a service that reports to it. They are for the daemon:
 * a program that reported in its place would be refused, or would end the watchdog of the daemon.
 *
 * @module
 */

/** Where to report, and the longest time between two reports that the daemon is alive. Source: sd_notify(3). */
const FOR_THE_DAEMON: ReadonlySet<string> = new Set(['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']);

type Environment = Readonly<Record<string, string>>;

/** What programs inherit of the environment of the daemon. */
export function environmentForPrograms(ofDaemon: Environment): Environment {
  return Object.fromEntries(Object.entries(ofDaemon).filter(([name]) => !FOR_THE_DAEMON.has(name)));
}
