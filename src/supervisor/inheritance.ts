/**
 * How a program finds what another one has left to it under the same pid.
 *
 * @module
 */
import type { Handover } from './handover.ts';
import { type JournalContents, readJournal } from './journal-format.ts';

/** The journal of a daemon that goes on as this program. */
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
