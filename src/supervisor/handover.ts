/**
 * What a daemon leaves to the program that goes on under its pid: what a journal does not say of the processes, and
 * what stays open.
 *
 * @module
 */
import type { SerialsSoFar } from '../events/serials.ts';
import { type JournalContents, readJournal } from './journal-format.ts';

/** A listening socket and who is connected through it. */
export interface HandedSocket {
  /** Tells it from others. */
  readonly address: string;
  readonly descriptor: number;
  readonly connections: readonly number[];
}

export interface Handover {
  /** Soft limit of open files that the daemon was started with. */
  readonly softFileLimit: number;
  /** It runs in the background. */
  readonly isDetached: boolean;
  readonly sockets: readonly HandedSocket[];
  /** Names of groups that are configured, and were not active. */
  readonly inactive: readonly string[];
  readonly serials: SerialsSoFar;
  /** Event listeners that wait for an event, as `keyOf` has them. */
  readonly listening: readonly string[];
}

/** The whole of it. */
export interface Inheritance extends JournalContents {
  readonly handover: Handover;
}

/** Names the journal; taken out of the environment before any child sees it. */
const VARIABLE = 'VISORD_UPGRADE';

export function upgradeEnvironment(journal: string): Readonly<Record<string, string | undefined>> {
  return { ...process.env, [VARIABLE]: journal };
}

/** What another program has left to this one under the same pid, or null where it was started in any other way. */
export function takeInheritance(): Inheritance | null {
  const path = process.env[VARIABLE];
  delete process.env[VARIABLE];
  const contents = path === undefined ? null : readJournal(path);
  if (contents === null || contents.handover === null || contents.daemon.pid !== process.pid) {
    return null;
  }
  return { ...contents, handover: contents.handover };
}
