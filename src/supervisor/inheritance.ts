/**
 * How a program finds what another one has left to it under the same pid.
 *
 * @module
 */
import { inheritedEnvironment } from '../io/inherited.ts';
import { ownEnvironment } from '../process/spawn/own-command.ts';
import type { Handover } from './handover.ts';
import { type JournalContents, readJournal } from './journal-format.ts';

/** Names the journal; taken out of the environment before any child sees it. */
const VARIABLE = 'VISORD_UPGRADE';

/** Of many programs it is megabytes, and of use once. */
let journal: JournalContents | null = null;

/** The environment of the program that is to go on, as execve takes it. */
export function upgradeEnvironment(journalPath: string): string[] {
  return ownEnvironment({ [VARIABLE]: journalPath });
}

/** What another program has left to this one under the same pid, or null where it was started in any other way. */
export function takeHandover(): Handover | null {
  const path = inheritedEnvironment()[VARIABLE];
  delete process.env[VARIABLE];
  const contents = path === undefined ? null : readJournal(path);
  if (contents === null || contents.handover === null || contents.daemon.pid !== process.pid) {
    return null;
  }
  journal = contents;
  return contents.handover;
}

/** The journal with the handover, for the first who asks. */
export function takeJournal(): JournalContents | null {
  const taken = journal;
  journal = null;
  return taken;
}
