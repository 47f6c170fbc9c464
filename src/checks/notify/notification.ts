/**
 * What a process reports to its supervisor: the text of a datagram of sd_notify(3).
 *
 * @module
 */

/** The contents of one datagram. */
export interface Notification {
  /** READY=1 */
  readonly isReady: boolean;
  /** RELOADING=1: the process reads its configuration again, and reports READY=1 when it is done. */
  readonly isReloading: boolean;
  /** STOPPING=1: the process is about to end. */
  readonly isStopping: boolean;
  /** STATUS=: one line for people; null where the datagram has none. */
  readonly status: string | null;
  /** WATCHDOG=1: the process is alive; WATCHDOG=trigger: it asks to be treated as if it was not. */
  readonly watchdog: 'alive' | 'trigger' | null;
  /** EXTEND_TIMEOUT_USEC=, in milliseconds. */
  readonly extendMs: number | null;
}

/** The longest status that is shown, in characters. */
const LONGEST_STATUS = 200;

/** Reads the lines of a datagram; a later line wins, and what is not known is ignored. */
export function parseNotification(text: string): Notification {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) {
      fields.set(line.slice(0, equals), line.slice(equals + 1));
    }
  }
  const watchdog = fields.get('WATCHDOG');
  const status = fields.get('STATUS');
  return {
    isReady: fields.get('READY') === '1',
    isReloading: fields.get('RELOADING') === '1',
    isStopping: fields.get('STOPPING') === '1',
    status: status === undefined ? null : shown(status),
    watchdog: watchdog === '1' ? 'alive' : watchdog === 'trigger' ? 'trigger' : null,
    extendMs: millisecondsOf(fields.get('EXTEND_TIMEOUT_USEC')),
  };
}

/** Without the control characters, which neither XML nor a terminal can take. */
function shown(status: string): string {
  const printable = status
    .toWellFormed()
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]+/gu, ' ')
    .trim();
  return [...printable].slice(0, LONGEST_STATUS).join('');
}

function millisecondsOf(microseconds: string | undefined): number | null {
  return microseconds !== undefined && /^\d{1,16}$/.test(microseconds) ? Number(microseconds) / 1000 : null;
}
