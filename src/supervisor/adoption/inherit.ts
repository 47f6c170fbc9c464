/**
 * What an earlier daemon has left, found at the start: the runtime folder, the journal in it, and the processes that
 * the journal names.
 *
 * @module
 */
import { dirname, resolve } from 'node:path';
import { readyBase } from '../../checks/ready-descriptor.ts';
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import { existsSync, linkSync, realpathSync, renameSync, statSync } from '../../io/files.ts';
import { inheritedEnvironment } from '../../io/inherited.ts';
import { removeOldAutoLogs } from '../../logs/auto-logs.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { ChannelHolder } from '../../process/adoption/channel-holders.ts';
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { removeUnusedFifos, runtimeFolders } from '../../process/channels/runtime-folder.ts';
import { nameOfLife } from '../../process/machine/life.ts';
import { isOfThisBoot, runningWriterPid } from '../journal/daemon-identity.ts';
import type { Handover } from '../journal/handover.ts';
import type { UnknownContents } from '../journal/journal-text.ts';
import {
  isKept,
  type JournalContents,
  type JournalReading,
  journalIn,
  readJournal,
} from '../journal/read-journal.ts';
import { StartError } from '../start-error.ts';
import type { Supervisor } from '../supervisor.ts';
import { type HandedJournal, takeJournal } from '../upgrade/inheritance.ts';
import { STARTED_IN } from '../upgrade/started-in.ts';
import { completedJournal } from './completed-journal.ts';
import { lockFolder } from './folder-lock.ts';
import { inheritedFrom } from './inherited-from.ts';
import { InheritedProcesses } from './inherited-processes.ts';
import { readLeftBehind } from './left-behind.ts';
import type { ProcessesLeftBehind } from './processes-left-behind.ts';

/**
 * Gives the supervisor its runtime folder and what is inherited. To be called when no other daemon can be using what
 * the configuration names. Returns whether anything was left.
 *
 * @param left as `processesLeftBehind` finds them
 */
export function inherit(
  supervisor: Supervisor,
  handover: Handover | null,
  left: ProcessesLeftBehind,
): boolean {
  const { log } = supervisor;
  const { holders } = left;
  const { identifier, childLogDir, nocleanup } = supervisor.config.daemon;
  const handed = takeJournal();
  const { folder, folders, reading } = findFolder(supervisor, handed, holders);
  const path = folder === null ? null : journalIn(folder);
  const configFile = realConfigFile(supervisor.config.file);
  const unlock = folder === null ? null : lockFolder(folder);
  const writer =
    path === null ? null : (writerOf(path, reading, configFile) ?? (unlock === null ? 'which starts' : null));
  if (writer !== null) {
    unlock?.();
    log.warn(
      `another supervisord (${writer}) uses ${folder}: programs of this one are not adopted if it is killed`,
    );
  }
  const inMemory = handed?.path === null ? handed.reading : null;
  const journal =
    inMemory === null
      ? usable(writer === null ? reading : NO_JOURNAL, path, log)
      : usable(inMemory, null, log);
  const contents =
    writer === null && handover === null && holders.length + left.orphans.length > 0
      ? completedJournal(supervisor, journal, left, folders)
      : journal;
  // A hand-over in the journal that this program was not started with was written by a daemon that was killed
  // during an upgrade.
  const inherited =
    contents === null ? new InheritedProcesses([]) : inheritedFrom({ ...contents, handover }, log);
  if (writer === null && folder !== null) {
    const { running } = inherited;
    const { groups } = supervisor.config;
    if (holders.length > 0)
      readLeftBehind(supervisor.leftPipes, {
        holders,
        groups,
        inherited: running,
        folders: new Set(folders),
      });
    removeUnusedFifos(folder, new Set(running.flatMap(({ record }) => basesOf(record, folder))));
  }
  supervisor.runtimeFolder = writer === null ? folder : null;
  supervisor.configFile = configFile;
  supervisor.unlockFolder = writer === null ? unlock : null;
  supervisor.inherit(inherited, unknownIn(contents));
  if (handover !== null) {
    const before = contents?.visord == null ? 'an earlier version' : `visord ${contents.visord}`;
    log.info(`upgrade: visord ${VISORD_VERSION} goes on in place of ${before}`);
    supervisor.events.resume(handover.serials, handover.pools);
  }
  if (!nocleanup) {
    const warn = (message: string): void => log.warn(message);
    removeOldAutoLogs({ folder: childLogDir, identifier, spared: inherited.autoLogs, warn });
  }
  return inherited.all.length > 0;
}

interface FoundFolder {
  readonly folder: string | null;
  /** All that belong to this user. */
  readonly folders: readonly string[];
  readonly reading: JournalReading;
}

const NO_JOURNAL: JournalReading = { kind: 'none' };

/** The folder with the journal of an earlier daemon, wherever it is, and else a new one. */
function findFolder(
  { log, config }: Pick<Supervisor, 'log' | 'config'>,
  handed: HandedJournal | null,
  holders: readonly ChannelHolder[],
): FoundFolder {
  if (handed !== null && handed.path !== null) {
    return { folder: dirname(handed.path), folders: [], reading: handed.reading };
  }
  const { identifier, pidfile } = config.daemon;
  const { RUNTIME_DIRECTORY: runtimeDirectory } = inheritedEnvironment();
  const seen = holders.map(({ base }) => dirname(base));
  const options = { runtimeDirectory, identifier, pidfile };
  const { existing, foreign, make } = runtimeFolders(options, seen);
  const found = existing.map((folder) => ({ folder, reading: readWhole(journalIn(folder)) }));
  const best =
    found.find(({ reading }) => reading.kind === 'read' && isOfThisBoot(reading.contents.daemon)) ??
    found.find(({ reading }) => reading.kind === 'unreadable') ??
    found.find(({ folder }) => seen.includes(folder));
  if (best === undefined && existsSync(pidfile)) {
    for (const folder of foreign) {
      log.warn(
        `the runtime folder ${folder} belongs to another user: what its supervisord has left is not adopted`,
      );
    }
  }
  return { ...(best ?? { folder: make(), reading: NO_JOURNAL }), folders: existing };
}

/** What the paths of the FIFOs of a process begin with. */
function basesOf({ base, groupName, config, life }: ProcessRecord, folder: string): string[] {
  const bases = base === null ? [] : [base];
  return config.readiness.target?.kind === 'descriptor'
    ? [...bases, readyBase(folder, `${groupName}:${nameOfLife(config.name, life)}`)]
    : bases;
}

/** Null for a path that is not a file, such as /dev/stdin: its contents may differ at every start. */
function realConfigFile(file: string): string | null {
  try {
    const path = realpathSync(resolve(STARTED_IN, file));
    return statSync(path).isFile() ? path : null;
  } catch {
    return null;
  }
}

/**
 * Reads the journal. A child that was about to execute its program when its daemon was killed writes one more line, and
 * keeps the lock until then.
 */
function readWhole(path: string): JournalReading {
  for (let leftMs = LAST_LINE_MS; leftMs > 0; leftMs -= PAUSE_MS) {
    const reading = readJournal(path);
    const isWriterDead =
      reading.kind === 'read' &&
      isOfThisBoot(reading.contents.daemon) &&
      runningWriterPid(reading.contents) === null;
    if (!isWriterDead || !isKept(path)) break;
    pause(PAUSE_MS);
  }
  return readJournal(path);
}

/** How long a start waits for that line, in milliseconds. */
const LAST_LINE_MS = 1000;
const PAUSE_MS = 10;

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/**
 * The daemon that keeps the journal now, as it is logged; null where none does.
 *
 * @throws StartError where it was started with the same configuration file
 */
function writerOf(path: string, reading: JournalReading, configFile: string | null): string | null {
  const contents = reading.kind === 'read' ? reading.contents : null;
  const pid = contents && runningWriterPid(contents);
  if (pid !== null && configFile !== null && contents?.configFile === configFile) {
    throw new StartError(
      `Another supervisord (pid ${pid}) runs with the configuration file ${configFile}.  ` +
        'Shut it down first before starting supervisord.',
    );
  }
  if (pid !== null) return `pid ${pid}`;
  return isKept(path) ? 'in another container' : null;
}

/** The readable part of the journal. Damaged parts are reported, and the file is kept under another name. */
function usable(reading: JournalReading, path: string | null, log: MainLog): JournalContents | null {
  if (reading.kind === 'none') {
    return null;
  }
  if (reading.kind === 'unreadable') {
    const kept = path === null ? '' : keep(path, renameSync);
    log.warn(
      `journal ${path ?? 'in memory'} cannot be read: ${reading.reason}; programs of an earlier supervisord are not adopted${kept}`,
    );
    return null;
  }
  const { contents } = reading;
  const { damage } = contents;
  if (path !== null && damage.length > 0 && isOfThisBoot(contents.daemon)) {
    const shown = damage.slice(0, MOST_SHOWN).join(', ');
    const more = damage.length > MOST_SHOWN ? ` and ${damage.length - MOST_SHOWN} more` : '';
    const kept = keep(path, linkSync);
    log.warn(`journal ${path}: damaged lines are skipped (${shown}${more})${kept}`);
  }
  return contents;
}

const MOST_SHOWN = 5;

/** Returns the end of the report, with the new name of the file. */
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
