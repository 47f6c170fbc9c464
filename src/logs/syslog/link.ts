/**
 * A connection to a syslogd of another machine, whatever its protocol.
 *
 * @module
 */
import type { SyslogAddress } from '../../config/tables/syslog-values.ts';

/** A connection that is open. */
export interface Link {
  /**
   * Sends the first of these messages, as many as it takes at once.
   *
   * @param done called later, with how many are sent; with an error where the connection is over
   */
  send(messages: readonly Buffer[], done: (sent: number, error: Error | null) => void): void;
  close(): void;
}

/** What happens to a connection. */
export interface LinkEvents {
  opened(link: Link): void;
  /** It could not be opened, or is over; not called where it was closed here. */
  ended(error: Error): void;
}

/** Opens a connection; its events come later. */
export type Connect = (address: SyslogAddress, events: LinkEvents) => void;
