/**
 * The socket at which one run of a process reports to the daemon (sd_notify(3)). A report counts if it comes from the
 * process or from its process group.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chmodSync, chownSync, lstatSync, removeFile, renameSync } from '../../io/files.ts';
import { type Finding, type KeptFile, REMOVED, REPLACED } from '../../io/folders/kept-file.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import { OwnFile } from '../../io/own-file.ts';
import { procStatIfKnown } from '../../io/proc-stat.ts';
import { bindDatagram, READABLE, receiveDatagram, renewTimes } from '../../native/posix.ts';
import { type Notification, parseNotification } from './notification.ts';

export interface NotifySocketOptions {
  readonly path: string;
  /** The user of the program where it is another one than the daemon's; null else. */
  readonly uid: number | null;
  readonly io: IoLoop;
  /** The process that may report; 0 before it is started. */
  readonly pidOf: () => number;
  readonly onNotification: (notification: Notification) => void;
  /** A datagram of another sender; its process may have ended already. */
  readonly onStranger: (pid: number, uid: number) => void;
}

export interface NotifySocket {
  /** Reads what has been sent by now. */
  drain(): void;
  /** Its name, which the program was started with. */
  readonly keptFile: KeptFile;
  close(): void;
}

/** The path of the socket of a process; a file name of a fixed length, as a path of a socket has 107 bytes at most. */
export function notifyPath(runtimeFolder: string, name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return join(runtimeFolder, `${digest}${NOTIFY_SUFFIX}`);
}

const NOTIFY_SUFFIX = '.notify';

/** Number of datagrams that are read before other descriptors have their turn. */
const READS_AT_ONCE = 32;

const buffer = Buffer.allocUnsafe(8192);

/** Opens the socket in place of what an earlier run has left. @throws PosixError, ErrnoException */
export function openNotifySocket(options: NotifySocketOptions): NotifySocket {
  const { path, io } = options;
  const drainOne = (fd: number): void => {
    for (let reads = 0; isOpen && reads < READS_AT_ONCE; reads += 1) {
      const datagram = receiveDatagram(fd, buffer);
      if (datagram === null) {
        return;
      }
      const { pid, uid: senderUid, length } = datagram;
      if (isOfProcess(pid, options.pidOf())) {
        options.onNotification(parseNotification(buffer.toString('utf8', 0, length)));
      } else {
        options.onStranger(pid, senderUid);
      }
    }
  };
  const shut = (fd: number): void => {
    io.forget(fd);
    closeSync(fd);
  };
  let isOpen = true;
  let current = bind(options, drainOne);
  const file = new OwnFile(path);
  const look = (): Finding | null => {
    if (!isOpen || file.isThere()) {
      return null;
    }
    const was = lstatSync(path, { throwIfNoEntry: false }) === undefined ? REMOVED : REPLACED;
    const former = current;
    current = bind(options, drainOne);
    file.take();
    drainOne(former);
    shut(former);
    return was;
  };
  return {
    drain: () => drainOne(current),
    keptFile: { path, label: `notification socket ${path}`, look, renew: () => renewTimes(path, true) },
    close: () => {
      if (isOpen) {
        isOpen = false;
        shut(current);
        removeFile(path);
      }
    },
  };
}

/** Made under another name and renamed, so that the path always exists for adopted processes. */
function bind({ path, uid, io }: NotifySocketOptions, drain: (fd: number) => void): number {
  const fresh = `${path}.new`;
  removeFile(fresh);
  const fd = bindDatagram(fresh, 0o600);
  try {
    if (uid !== null) {
      chownSync(fresh, uid, -1);
      letThrough(dirname(path));
    }
    io.watch(fd, READABLE, { ready: () => drain(fd) });
    renameSync(fresh, path);
    return fd;
  } catch (error) {
    io.forget(fd);
    closeSync(fd);
    removeFile(fresh);
    throw error;
  }
}

function isOfProcess(sender: number, pid: number): boolean {
  return pid > 0 && (sender === pid || procStatIfKnown(sender)?.group === pid);
}

/**
 * Lets other users reach files in the runtime folder by their names; they cannot list it. Its parent too, where that
 * is the daemon's own.
 */
function letThrough(folder: string): void {
  for (const one of [folder, dirname(folder)]) {
    const { uid, mode } = lstatSync(one);
    const isOwn = one === folder || one === SHARED_FOLDER;
    if (isOwn && uid === process.geteuid?.() && (mode & SEARCH) !== SEARCH) {
      chmodSync(one, (mode & 0o7777) | SEARCH);
    }
  }
}

const SEARCH = 0o011;

/** The parent of runtime folders (runtime-folder.ts). */
const SHARED_FOLDER = '/run/visord';
