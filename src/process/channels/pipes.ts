/**
 * The pipes between the daemon and a child: named FIFOs where there is a folder for them, anonymous
 * pipes where there is none. A FIFO is a pipe in every respect for the child, can be opened again as
 * `/dev/stdout` by a child of another user, and outlives a daemon that dies.
 *
 * @module
 */
import { closeSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { openSync } from '../../io/files.ts';
import {
  type FifoOwner,
  isFolder,
  openFifos,
  opensFifos,
  pathStatus,
  pipe,
  removeFifos,
  type SpawnStdio,
  setNonblocking,
} from '../../native/posix.ts';
import { LIVES, type Life, nameOfLife } from '../machine/life.ts';
import { makeFolder } from './runtime-folder.ts';

/** The channels of one child; the daemon's ends never block, the child's always do. */
export interface Pipes extends DaemonEnds {
  /** What the child is started with. */
  readonly stdio: SpawnStdio;
  /** Descriptors in `stdio` that are to be closed when it has been started. */
  readonly childFds: readonly number[];
}

export interface DaemonEnds {
  /** Common prefix of the FIFOs' paths (see `stdinPath`); null where the pipes are anonymous. */
  readonly base: string | null;
  /** Null where the child has something else as its stdin, and where the FIFO is opened when there is something to write. */
  readonly stdin: number | null;
  readonly stdout: number;
  /** Null where stderr is redirected to stdout. */
  readonly stderr: number | null;
}

export interface PipesOptions {
  /** Folder for FIFOs, or null for anonymous pipes. */
  readonly folder: string | null;
  /** As `group:process`; made a file name here. */
  readonly name: string;
  /** What the child has as its stdin in place of a pipe. */
  readonly stdin: number | null;
  readonly redirectStderr: boolean;
  /** User that has to be able to open the channels by name; null is the daemon's own. */
  readonly owner: FifoOwner | null;
  /** True where the child gets other descriptors of the daemon: it cannot open its FIFOs itself then. False if left out. */
  readonly getsDescriptors?: boolean;
}

const LONGEST_NAME = 200;

/** Errors of the folder itself: gone, full, not ours any more. */
const FOLDER_TROUBLES: ReadonlySet<string | undefined> = new Set([
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
]);

/**
 * Opens the channels; those that cannot have names are anonymous pipes.
 *
 * @throws PosixError or the ErrnoException of `open`, as EMFILE; nothing stays open then
 */
export function openPipes(options: PipesOptions): Pipes {
  const { folder } = options;
  if (folder === null) {
    return openAnonymous(options);
  }
  try {
    return isOurFolder(folder) ? openNamed(options, folder) : openAnonymous(options);
  } catch (error) {
    if (FOLDER_TROUBLES.has((error as NodeJS.ErrnoException).code)) {
      return openAnonymous(options);
    }
    throw error;
  }
}

/** Closes what is open of pipes that nothing has been made of, and removes their names. */
export function abandonPipes(fds: readonly (number | null)[], base: string | null): void {
  for (const fd of fds) {
    if (fd !== null) {
      closeSync(fd);
    }
  }
  if (base !== null) {
    removeFifos(base);
  }
}

/**
 * What the paths of the FIFOs begin with.
 *
 * @param folder normalized, without a slash at its end
 * @param name as `group:process`; made a file name here
 */
export function fifoBase(folder: string, name: string): string {
  return folder === '' ? fileName(name) : `${folder}/${fileName(name)}`;
}

/** Which life of a process the FIFOs belong to; null where they are those of another process. */
export function lifeOfBase(base: string, groupName: string, name: string): Life | null {
  const own = (life: Life): string => fifoBase('', `${groupName}:${nameOfLife(name, life)}`);
  return LIVES.find((life) => basename(own(life)) === basename(base)) ?? null;
}

export function stdinPath(base: string): string {
  return `${base}.stdin`;
}

/**
 * Whether the folder of the FIFOs can be used. A cleaner of temporary folders may have taken it, and then it is made
 * again; one of another user in its place is not used.
 *
 * @throws PosixError where it cannot be reached, ErrnoException where it cannot be made
 */
export function isOurFolder(folder: string): boolean {
  const status = pathStatus(folder, false);
  if (status === null) {
    makeFolder(folder);
    return true;
  }
  return isFolder(status.mode) && status.uid === process.geteuid?.();
}

function openNamed(options: PipesOptions, folder: string): Pipes {
  const { stdin, redirectStderr, owner } = options;
  const base = fifoBase(folder, options.name);
  const hasStdin = stdin === null;
  const ends = openFifos({ base, hasStdin, hasStderr: !redirectStderr, owner });
  if (!hasStdin || options.getsDescriptors || !opensFifos()) {
    return withChildFds({ base, stdin: null, ...ends }, stdin);
  }
  const both: [string, string] = [stdinPath(base), `${base}.stdout`];
  return {
    stdio: { fifos: redirectStderr ? both : [...both, `${base}.stderr`] },
    childFds: [],
    base,
    stdin: null,
    ...ends,
  };
}

/** Opens the child's ends here, where it cannot open them itself or has something else as its stdin. */
function withChildFds(ends: DaemonEnds & { readonly base: string }, stdin: number | null): Pipes {
  const childFds: number[] = [];
  const open = (path: string): number => {
    const fd = openSync(path, constants.O_RDWR);
    childFds.push(fd);
    return fd;
  };
  try {
    const stdio = { stdin: stdin ?? open(stdinPath(ends.base)), stdout: open(`${ends.base}.stdout`) };
    const stderr = ends.stderr === null ? stdio.stdout : open(`${ends.base}.stderr`);
    return { ...ends, childFds, stdio: { ...stdio, stderr } };
  } catch (error) {
    abandonPipes([ends.stdout, ends.stderr, ...childFds], ends.base);
    throw error;
  }
}

function fileName(name: string): string {
  const safe = name.replaceAll('/', '_');
  return Buffer.byteLength(safe) <= LONGEST_NAME ? safe : encodeURIComponent(safe).slice(-LONGEST_NAME);
}

function openAnonymous({ stdin, redirectStderr }: PipesOptions): Pipes {
  const opened: number[] = [];
  const open = (): { read: number; write: number } => {
    const ends = pipe();
    opened.push(ends.read, ends.write);
    return ends;
  };
  try {
    const input = stdin === null ? open() : null;
    const output = open();
    const errors = redirectStderr ? null : open();
    const daemonFds = [input?.write, output.read, errors?.read].filter((fd) => fd !== undefined);
    for (const fd of daemonFds) {
      setNonblocking(fd, true);
    }
    return {
      stdio: {
        stdin: input?.read ?? stdin ?? NO_DESCRIPTOR,
        stdout: output.write,
        stderr: (errors ?? output).write,
      },
      childFds: opened.filter((fd) => !daemonFds.includes(fd)),
      base: null,
      stdin: input?.write ?? null,
      stdout: output.read,
      stderr: errors?.read ?? null,
    };
  } catch (error) {
    abandonPipes(opened, null);
    throw error;
  }
}

const NO_DESCRIPTOR = -1;
