/**
 * The system calls that Node does not offer, over a thin C addon (`posix.c`).
 * Decisions are made by its callers.
 *
 * @module
 */
export { type FifoEnds, type FifoOwner, openFifos, removeFifos } from './fifos.ts';
export {
  FOLDER_EVENTS,
  type FolderEvent,
  folderEvents,
  isFolder,
  linkOpenFile,
  memoryFile,
  namedSize,
  openWatch,
  type PathStatus,
  pathStatus,
  renewTimes,
  unwatchFolder,
  WATCH_FLAGS,
  watchFolder,
} from './files.ts';
export {
  clockTimer,
  createTimer,
  dup2,
  lock,
  type PumpEnd,
  type PumpResult,
  pipe,
  pipeSize,
  pump,
  pumpOnce,
  readInto,
  setNonblocking,
  setPipeSize,
  setTimer,
  writeFrom,
} from './io.ts';
export { getrlimit, initialNofile, type Rlimit, type RlimitName, setrlimit } from './limits.ts';
export { formatLines } from './lines.ts';
export { type MountWatch, watchMounts } from './mounts.ts';
export { type PeerCredentials, peerAddress, peerCredentials, peerGroups } from './peer.ts';
export { GONE, HANGUP, Poller, READABLE, WRITABLE } from './poller.ts';
export { errnoMessage, errnoName, PosixError } from './posix-error.ts';
export {
  bootTime,
  execve,
  mappedBytes,
  pidfdExitStatus,
  pidfdGetfd,
  pidfdOpen,
  releasePages,
  trimMemory,
  utcOffset,
} from './process.ts';
export { holdSignals, releaseSignals, releaseSignalsToDefault } from './signals.ts';
export {
  accept,
  bindDatagram,
  connectDatagram,
  type Datagram,
  hasListener,
  listenInet,
  listeningAddress,
  listeningHost,
  listenUnix,
  receiveDatagram,
  setPrompt,
  shutdownWriting,
  unixListener,
} from './sockets.ts';
export {
  type Exit,
  type ExtraFifo,
  opensFifos,
  PID_DIGITS,
  reap,
  type SpawnFailure,
  type SpawnNote,
  type SpawnOutcome,
  type SpawnProgram,
  type SpawnRlimit,
  type SpawnSpec,
  type SpawnStdio,
  type SpawnStep,
  spawn,
  TICKS_DIGITS,
} from './spawn.ts';
export type { SpawnAttributes } from './spawn-attributes.ts';
export {
  type Group,
  groupById,
  groupByName,
  groupsOfUser,
  type User,
  userById,
  userByName,
} from './users.ts';
