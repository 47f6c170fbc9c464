/**
 * Finds and loads the compiled addon, and declares its functions.
 * Numbers that an addon function returns are `-errno` where the system call failed.
 *
 * @module
 */
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface UserRecord {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

export interface GroupRecord {
  readonly name: string;
  readonly gid: number;
}

/** Opaque: the memory of a poller. */
export type PollerHandle = { readonly poller: unique symbol };

/** Opaque: a watch of mounts. */
export type MountsHandle = { readonly mounts: unique symbol };

export interface Addon {
  spawn(
    file: string,
    argv: readonly string[],
    env: readonly string[],
    cwd: string | null,
    stdio: Int32Array,
    fifos: readonly string[] | null,
    umask: number,
    session: boolean,
    sameGroup: boolean,
    credentials: Uint32Array | null,
    keep: Int32Array,
    rlimits: Float64Array,
    failure: Int32Array,
    moves: Int32Array,
    pidVariables: Int32Array,
    attributes: Int32Array,
    note: Buffer | null,
    noteAt: Int32Array,
    extraFifo: string | null,
    extraFd: number,
    cgroup: string | null,
    guardNote: Buffer | null,
    guardNoteAt: Int32Array,
    notAfter: number,
  ): number;
  opensFifos(): boolean;
  formatLines(
    isJson: boolean,
    head: Uint8Array,
    tail: Uint8Array,
    lines: Uint8Array,
    result: Uint8Array,
  ): number;
  openFifos(
    base: string,
    hasStdin: boolean,
    hasStderr: boolean,
    owner: Uint32Array | null,
    ends: Int32Array,
  ): number;
  removeFifos(base: string): void;
  memoryFile(): number;
  openWatch(): number;
  watchFolder(fd: number, path: string, mask: number): number;
  unwatchFolder(fd: number, watch: number): number;
  pathStatus(path: string, followsLinks: boolean, status: Uint32Array): number;
  namedSize(fd: number): number;
  renewTimes(path: string, modified: boolean): number;
  linkOpenFile(fd: number, path: string): number;
  checksum(bytes: Uint8Array): string;
  releaseBuffer(bytes: Uint8Array): void;
  reap(records: Int32Array): number;
  execve(file: string, argv: readonly string[], env: readonly string[], keep: Int32Array): number;
  blockSignals(numbers: Int32Array, on: boolean): number;
  saveMemory(): void;
  trimMemory(): void;
  mappedBytes(): number;
  releasePages(): number;
  setV8Flag(flag: string): boolean;
  pidfdOpen(pid: number): number;
  pidfdGetfd(pidfd: number, fd: number): number;
  pidfdExitStatus(pidfd: number): number;
  getrlimit(resource: number, limit: Float64Array): number;
  setrlimit(resource: number, soft: number, hard: number): number;
  strerror(errno: number): string;
  utcOffset(seconds: number): number;
  bootTime(): number;
  userByName(name: string): UserRecord | null | number;
  userById(uid: number): UserRecord | null | number;
  groupByName(name: string): GroupRecord | null | number;
  groupById(gid: number): GroupRecord | null | number;
  groupsOfUser(name: string, gid: number): number[] | number;
  pipe(ends: Int32Array): number;
  setNonblocking(fd: number, on: boolean): number;
  lock(fd: number): number;
  setPipeSize(fd: number, bytes: number): number;
  pipeSize(fd: number): number;
  createTimer(): number;
  setTimer(fd: number, nanoseconds: number): number;
  clockTimer(milliseconds: number): number;
  dup2(from: number, to: number): number;
  readInto(fd: number, buffer: Buffer): number;
  writeFrom(fd: number, buffer: Buffer, offset: number, length: number): number;
  pump(from: number, to: number, maxBytes: number, chunk: Buffer, result: Float64Array): void;
  listenUnix(path: string, mode: number, backlog: number): number;
  unixSocketIsLive(path: string): boolean;
  unixListener(path: string): number;
  listeningAddress(fd: number): string | number;
  listeningHost(fd: number): string | number;
  connectDatagram(path: string): number;
  bindDatagram(path: string, mode: number): number;
  receiveDatagram(fd: number, buffer: Buffer, sender: Int32Array): number;
  listenInet(host: string, port: number, backlog: number): number | string;
  setPrompt(fd: number): number;
  accept(fd: number): number;
  shutdownWriting(fd: number): number;
  peerCredentials(fd: number, ids: Int32Array): number;
  peerGroups(fd: number): number[] | number;
  peerAddress(fd: number): string | number;
  createPoller(onBatch: (count: number) => void, batch: Int32Array): PollerHandle | number;
  controlPoller(
    poller: PollerHandle,
    operation: number,
    fd: number,
    generation: number,
    events: number,
  ): number;
  holdPoller(poller: PollerHandle, on: boolean): void;
  closePoller(poller: PollerHandle): void;
  watchMounts(onChange: () => void): MountsHandle | number;
  pauseMounts(mounts: MountsHandle, on: boolean): void;
  closeMounts(mounts: MountsHandle): void;
}

/** The folder of package.json: this file runs from src/native and, bundled, from a folder of dist. */
function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (isPackageRoot(folder)) return folder;
    if (folder === dirname(folder)) throw new Error(`visord: no package.json of visord above ${start}`);
  }
}

function isPackageRoot(folder: string): boolean {
  const file = join(folder, 'package.json');
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'visord';
}

const STDERR = 2;

/** Where node-gyp-build finds it on most machines; it takes four milliseconds to look. */
function usualFiles(root: string): string[] {
  return [
    join(root, 'build', 'Release', 'posix.node'),
    join(root, 'prebuilds', `linux-${process.arch}`, 'visord.glibc.node'),
  ];
}

/** Variables by which node-gyp-build looks elsewhere. The launcher hides them. */
const ELSEWHERE = ['PREBUILDS_ONLY', 'VISORD_PREBUILD', 'LIBC', 'npm_config_arch', 'npm_config_platform'];

function load(root: string): Addon {
  const isUsual = !ELSEWHERE.some((name) => name in process.env);
  const file = isUsual ? usualFiles(root).find((path) => existsSync(path)) : undefined;
  try {
    if (file !== undefined) return open(file);
  } catch {
    // It is for another C library, or for another machine.
  }
  return search(root);
}

function open(file: string): Addon {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports as Addon;
}

/** A machine without an addon gets a sentence and no stack: nothing of this package works there. */
function search(root: string): Addon {
  const require = createRequire(join(root, 'package.json'));
  try {
    return require('node-gyp-build')(root);
  } catch (cause) {
    try {
      // node-gyp-build knows musl on Alpine only.
      return require(join(root, 'prebuilds', `linux-${process.arch}`, 'visord.musl.node'));
    } catch {
      // The first failure has the reason.
    }
    const reason = cause instanceof Error ? cause.message.trim() : String(cause);
    const text =
      `Error: visord has no addon that works on this machine (${process.platform} ${process.arch}); ` +
      `'npm run install' in ${root} builds it, and needs a C compiler\n${reason}\n`;
    writeSync(STDERR, text);
    process.exit(1);
  }
}

/** What the first file of a command has loaded already (src/bin/compiled); without it, a bundle loads the addon itself. */
declare const ofEntry: { readonly packageFolder: string; readonly addon?: Addon } | undefined;

const loaded = typeof ofEntry === 'undefined' ? undefined : ofEntry;

/** The folder of this package. */
export const packageFolder: string = loaded?.packageFolder ?? packageRoot();

export const addon: Addon = loaded?.addon ?? load(packageFolder);
