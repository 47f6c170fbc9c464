/**
 * Keeps the file of a unix server: where it was removed or replaced, the server gets another socket at the same path.
 *
 * @module
 */
import { constants } from 'node:os';
import type { UnixServerConfig } from '../../config/types.ts';
import { lstatSync } from '../../io/files.ts';
import { type Finding, type KeptFile, lost, REMOVED, REPLACED } from '../../io/folders/kept-file.ts';
import { reasonNotToReplace } from '../../io/socket-file.ts';
import { errnoName, renewTimes, unixListener } from '../../native/posix.ts';
import { type ListeningSocket, openListeningSocket } from './listen.ts';
import { ALREADY_LISTENING, ListenError } from './listen-error.ts';

export interface KeptSocketOptions {
  readonly config: UnixServerConfig;
  readonly current: () => ListeningSocket;
  /** Listens on another socket from now on. */
  readonly replace: (socket: ListeningSocket) => void;
}

const { ECONNREFUSED } = constants.errno;

export function keptSocket({ config, current, replace }: KeptSocketOptions): KeptFile {
  const { file: path } = config;
  const open = (): void => {
    try {
      replace(openListeningSocket(config, () => {}));
    } catch (error) {
      const isTaken = error instanceof ListenError && error.message === ALREADY_LISTENING;
      throw isTaken ? new Error('another program listens there') : error;
    }
  };
  const look = (isSuspect: boolean): Finding | null => {
    const { file } = current();
    const found = lstatSync(path, { throwIfNoEntry: false });
    const isSame = file?.isThere() === true;
    if (isSame && !isSuspect) return null;
    if (found?.isSocket()) {
      const listener = unixListener(path);
      // A file of ours that was removed may have left its inode number to another one; after an upgrade none is known.
      const isOurs = listener === process.pid || (isSame && listener <= 0 && listener !== -ECONNREFUSED);
      if (isOurs) {
        file?.take();
        return null;
      }
      if (listener !== -ECONNREFUSED) return lost(`is left alone: ${describe(listener)}`);
    } else if (reasonNotToReplace(path) !== null) {
      return lost('is not made again: another file has its name');
    }
    open();
    return found === undefined ? REMOVED : REPLACED;
  };
  return { path, label: `socket ${path}`, look, renew: () => renewTimes(path, true) };
}

function describe(listener: number): string {
  if (listener < 0) return `another socket has its name (${errnoName(-listener)})`;
  return listener === 0 ? 'another program listens there' : `process ${listener} listens there`;
}
