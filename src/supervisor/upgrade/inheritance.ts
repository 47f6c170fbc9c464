/**
 * How a program finds what the daemon has handed over to it under the same pid.
 *
 * @module
 */
import { fstatSync } from 'node:fs';
import { inheritedEnvironment } from '../../io/inherited.ts';
import type { ChannelEnds } from '../../process/channels/reopen-pipes.ts';
import { ownEnvironment } from '../../process/spawn/own-command.ts';
import { thisDaemon } from '../journal/daemon-identity.ts';
import { type Handover, readHandover } from '../journal/handover.ts';
import { takeMemory } from '../journal/memory-journal.ts';
import { type JournalContents, type JournalReading, readJournal } from '../journal/read-journal.ts';

/** Names the journal; taken out of the environment before any child sees it. */
const VARIABLE = 'VISORD_UPGRADE';

export interface HandedJournal {
  /** Null where it was in memory. */
  readonly path: string | null;
  readonly reading: JournalReading;
}

/** With many programs it takes megabytes, and it is read once. */
let journal: HandedJournal | null = null;

/** The environment of the program that is to go on, as execve takes it. */
export function upgradeEnvironment(journalPath: string): string[] {
  return ownEnvironment({ [VARIABLE]: journalPath });
}

/**
 * What the daemon has handed over to this program under the same pid, or null where it was started in any other
 * way. A hand-over that cannot be read counts as an empty one: this program has to be the daemon in any case.
 */
export function takeHandover(): Handover | null {
  const given = inheritedEnvironment()[VARIABLE];
  delete process.env[VARIABLE];
  if (given === undefined) return null;
  const inMemory = takeMemory(given);
  const path = inMemory === null ? given : null;
  const reading = inMemory ?? readJournal(given);
  if (reading.kind === 'read') {
    if (!isOwn(reading.contents) || reading.contents.handover === null) return null;
    journal = { path, reading };
    const { handover } = reading.contents;
    return {
      ...handover,
      sockets: handover.sockets.filter(({ descriptor }) => isSocket(descriptor)),
      heldSockets: handover.heldSockets.filter(({ descriptor }) => isSocket(descriptor)),
      leftPipes: handover.leftPipes.filter(({ fd }) => isPipe(fd)),
      history: isFile(handover.history) ? handover.history : null,
      ends: Object.fromEntries(Object.entries(handover.ends).filter(([, ends]) => arePipes(ends))),
    };
  }
  if (reading.kind === 'none') return null;
  journal = { path, reading };
  return readHandover({}, null);
}

/** The journal with the hand-over, at the first call. */
export function takeJournal(): HandedJournal | null {
  const taken = journal;
  journal = null;
  return taken;
}

/** A number in a file is a socket only where the kernel agrees. */
function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

/** A file without a name. */
function isFile(descriptor: number | null): boolean {
  try {
    const status = descriptor === null ? null : fstatSync(descriptor);
    return status?.isFile() === true && status.nlink === 0;
  } catch {
    return false;
  }
}

function isPipe(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFIFO();
  } catch {
    return false;
  }
}

function arePipes({ stdin, stdout, stderr }: ChannelEnds): boolean {
  return [stdin, stdout, stderr].every((fd) => fd === null || isPipe(fd));
}

function isOwn({ daemon }: JournalContents): boolean {
  const { pid, startTicks } = thisDaemon();
  return daemon.pid === pid && daemon.startTicks === startTicks;
}
