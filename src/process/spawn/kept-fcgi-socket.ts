/**
 * Keeps the file of a FastCGI socket. The programs have the socket itself as their stdin, which cannot be changed: a second
 * name for it in the runtime folder, where that is on the same file system, is the only way back to it. Without one, the
 * programs have to be restarted with another socket.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { linkSync, lstatSync, mkdirSync, removeFile, unlinkSync } from '../../io/files.ts';
import { type Finding, type KeptFile, lost, REMOVED, REPLACED } from '../../io/folders/kept-file.ts';
import { OwnFile } from '../../io/own-file.ts';
import { reasonNotToReplace } from '../../io/socket-file.ts';
import { renewTimes, unixListener } from '../../native/posix.ts';
import { fsencode } from '../../python/fs-encoding.ts';
import { SPARE_FOLDER } from '../channels/runtime-folder.ts';
import { type FcgiSocket, openFcgiSocketAt, type UnixFcgiSocket } from './fcgi-socket.ts';

export interface KeptFcgiSocketOptions {
  readonly socket: FcgiSocket;
  readonly config: UnixFcgiSocket;
  readonly runtimeFolder: string | null;
  /** There is another socket at the path now: programs that have the former one are out of reach. */
  readonly onReplaced: () => void;
}

const { ECONNREFUSED } = constants.errno;

export function keptFcgiSocket({
  socket,
  config,
  runtimeFolder,
  onReplaced,
}: KeptFcgiSocketOptions): KeptFile {
  const { path } = config;
  const spare = runtimeFolder === null ? null : spareName(runtimeFolder, path);
  const look = (): Finding | null => {
    const { file } = socket;
    if (file === null) return null;
    if (file.isThere()) {
      if (spare !== null) makeSpare(path, spare);
      return null;
    }
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found?.isSocket() && unixListener(path) !== -ECONNREFUSED) {
      return lost('is left alone: another program listens there');
    }
    if (reasonNotToReplace(path) !== null) return lost('is not made again: another file has its name');
    if (found !== undefined) unlinkSync(path);
    if (spare !== null && isLinked(spare, file)) {
      file.take();
    } else {
      socket.replace({ descriptor: openBeside(config), file: new OwnFile(path) });
      if (spare !== null) removeFile(spare);
      onReplaced();
    }
    return found === undefined ? REMOVED : REPLACED;
  };
  return { path, label: `socket ${path}`, look, renew: () => socket.file && renewTimes(path, true) };
}

function spareName(runtimeFolder: string, path: string): string {
  const digest = createHash('sha256').update(fsencode(path)).digest('hex').slice(0, 16);
  return join(runtimeFolder, SPARE_FOLDER, digest);
}

/** Most runtime folders are on another file system; there the programs are restarted. */
function makeSpare(path: string, spare: string): void {
  const known = lstatSync(spare, { throwIfNoEntry: false });
  const { dev, ino } = lstatSync(path);
  if (known?.dev === dev && known.ino === ino) return;
  try {
    if (lstatSync(dirname(dirname(spare))).dev !== dev) return;
    if (lstatSync(dirname(spare), { throwIfNoEntry: false }) === undefined)
      mkdirSync(dirname(spare), { mode: 0o700 });
    removeFile(spare);
    linkSync(path, spare);
  } catch {
    // The second name is optional: without it the programs are restarted.
  }
}

/** The socket is not tried with a connection: a program may end of one that is closed at once. */
function isLinked(spare: string, file: OwnFile): boolean {
  try {
    if (!file.isAt(spare)) return false;
    linkSync(spare, file.path);
    return true;
  } catch {
    return false;
  }
}

/** Bound under another name, and put in its place by a link: what has come there meanwhile is not removed. */
function openBeside(config: UnixFcgiSocket): number {
  const temporary = `${config.path}.${process.pid}`;
  removeFile(temporary);
  const descriptor = openFcgiSocketAt(config, temporary);
  try {
    linkSync(temporary, config.path);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    removeFile(temporary);
  }
}
