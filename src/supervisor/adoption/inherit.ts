/**
 * What an earlier daemon has left, found at the start: the runtime folder, the journal in it, and the processes that
 * the journal names.
 *
 * @module
 */
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import { linkSync, renameSync } from '../../io/files.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import { removeOldAutoLogs } from '../../logs/auto-logs.ts';
import type { MainLog } from '../../logs/main-log.ts';
import { makeRuntimeFolder } from '../../process/channels/runtime-folder.ts';
import { isOfThisBoot } from '../journal/daemon-identity.ts';
import type { Handover } from '../journal/handover.ts';
import type { UnknownContents } from '../journal/journal.ts';
import {
  type JournalContents,
  type JournalReading,
  journalIn,
  readJournal,
} from '../journal/read-journal.ts';
import type { Supervisor } from '../supervisor.ts';
import { takeJournal } from '../upgrade/inheritance.ts';
import { inheritedFrom, livingWriter } from './inherited-processes.ts';

/**
 * Gives the supervisor its runtime folder and what is inherited. To be called when no other daemon can be using what
 * the configuration names. Returns whether anything was left.
 */
export function inherit(supervisor: Supervisor, handover: Handover | null): boolean {
  const { log } = supervisor;
  const { identifier, pidfile, childLogDir, nocleanup } = supervisor.config.daemon;
  const { RUNTIME_DIRECTORY: runtimeDirectory } = inheritedEnvironment();
  const folder = makeRuntimeFolder({ runtimeDirectory, identifier, pidfile });
  const path = folder === null ? null : journalIn(folder);
  const reading = handover === null && path !== null ? readJournal(path) : takeJournal();
  const contents = usable(reading, path, log);
  const writer = contents === null ? null : livingWriter(contents);
  if (writer !== null) {
    log.warn(
      `another supervisord (pid ${writer}) uses ${folder}: programs of this one are not adopted if it is killed`,
    );
  }
  // A hand-over that this program was not started with is that of a daemon that was killed in the middle of an upgrade.
  const inherited = inheritedFrom(
    contents === null || writer !== null ? null : { ...contents, handover },
    log,
  );
  supervisor.runtimeFolder = writer === null ? folder : null;
  supervisor.inherit(inherited, unknownIn(contents));
  if (handover !== null) {
    const before = contents?.visord == null ? 'an earlier version' : `visord ${contents.visord}`;
    log.info(`upgrade: visord ${VISORD_VERSION} goes on in place of ${before}`);
    supervisor.events.countFrom(handover.serials);
  }
  if (!nocleanup) {
    const warn = (message: string): void => log.warn(message);
    removeOldAutoLogs({ folder: childLogDir, identifier, spared: inherited.autoLogs, warn });
  }
  return inherited.all.length > 0;
}

/** What can be read of the journal; what cannot be read is reported, and kept under another name. */
function usable(reading: JournalReading, path: string | null, log: MainLog): JournalContents | null {
  if (reading.kind === 'none' || path === null) {
    return reading.kind === 'read' ? reading.contents : null;
  }
  if (reading.kind === 'unreadable') {
    const kept = keep(path, renameSync);
    log.warn(
      `journal ${path} cannot be read: ${reading.reason}; programs of an earlier supervisord are not adopted${kept}`,
    );
    return null;
  }
  const { contents } = reading;
  const { damage } = contents;
  if (damage.length > 0 && isOfThisBoot(contents.daemon)) {
    const shown = damage.slice(0, MOST_SHOWN).join(', ');
    const more = damage.length > MOST_SHOWN ? ` and ${damage.length - MOST_SHOWN} more` : '';
    const kept = keep(path, linkSync);
    log.warn(`journal ${path}: damaged lines are skipped (${shown}${more})${kept}`);
  }
  return contents;
}

const MOST_SHOWN = 5;

/** Returns the end of the report: under which name the file stays. */
function keep(path: string, as: (from: string, to: string) => void): string {
  const name = `${path}.${Date.now()}`;
  try {
    as(path, name);
    return `; it is kept as ${name}`;
  } catch (error) {
    return `; it cannot be kept as ${name}: ${(error as Error).message}`;
  }
}

function unknownIn(contents: JournalContents | null): UnknownContents | undefined {
  if (contents === null) return undefined;
  const { unknownLines, handover } = contents;
  const isAny = unknownLines.length > 0 || handover?.unknown !== undefined;
  return isAny ? { lines: unknownLines, handover: handover?.unknown } : undefined;
}
