/**
 * Compresses rotated logs (`stdout_logfile_compress=`): `.1` stays as it is, and each later one becomes `.2.gz`, `.3.gz`
 * and so on. The threads of zlib do the work, for one backup of the daemon at a time.
 *
 * A backup is written under another name, and gets its own when it is whole and on the disk; the plain one is removed
 * then. A daemon that is killed meanwhile leaves the plain one, which the next daemon compresses.
 *
 * @module
 */
import {
  close,
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fchownSync,
  fdatasync,
  fstatSync,
  futimesSync,
  type Stats,
} from 'node:fs';
import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import type { Compression } from '../../config/tables/log-file-values.ts';
import { lstatSync, renameSync, unlinkSync } from '../../io/files.ts';
import { inGuardedFolder, openGuarded } from '../../io/guarded-path.ts';
import { describeError, errorCode } from '../log-errors.ts';
import { type Backups, COMPRESSED_END, unfinishedName } from './backup-names.ts';

export interface CompressionJob {
  /** Path of the log. */
  readonly path: string;
  readonly backups: Backups;
  /** Receives the report of a backup that cannot be compressed. */
  readonly failed: (message: string) => void;
}

/**
 * What goes through zlib at once. Each piece is three tasks for the threads of libuv. On a busy machine the loop may have to
 * wait for a thread when it hands over a task: few large pieces delay it less often than many small ones.
 */
const CHUNK_BYTES = 1024 * 1024;

const { O_CREAT, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Only the daemon's user may read it before it has the permissions of the plain one. */
const UNFINISHED_MODE = 0o600;

const toDisk = promisify(fdatasync);
const toClose = promisify(close);

/** By path, so that a log has one waiting job at most. */
const waiting = new Map<string, CompressionJob>();
let unfinished: string | null = null;
let isWorking = false;
let endsWithProcess = false;

/** Compresses the uncompressed backups of a log, after those of other logs. */
export function compressBackups(job: CompressionJob): void {
  if (job.backups.compression === 'none' || job.backups.count < 2) return;
  waiting.set(job.path, job);
  if (!isWorking) void work();
}

async function work(): Promise<void> {
  isWorking = true;
  for (let job = nextJob(); job !== null; job = nextJob()) {
    try {
      await compressAll(job);
    } catch (error) {
      job.failed(`log ${job.path}: a backup cannot be compressed: ${describeError(error)}`);
    }
  }
  isWorking = false;
}

function nextJob(): CompressionJob | null {
  const [job = null] = waiting.values();
  if (job !== null) waiting.delete(job.path);
  return job;
}

async function compressAll({ path, backups }: CompressionJob): Promise<void> {
  const { compression } = backups;
  if (compression === 'none') return;
  removeIfThere(unfinishedName(path));
  /** Inodes of what is not compressed. */
  const skipped = new Set<number>();
  for (let backup = plainBackup(path, backups, skipped); backup !== null; ) {
    const source = openPlain(`${path}.${backup.index}`);
    if (source === null || !(await compressOne(path, source, backups, compression)))
      skipped.add(backup.inode);
    backup = plainBackup(path, backups, skipped);
  }
}

interface Plain {
  readonly index: number;
  readonly inode: number;
}

/** The oldest backup that is to be compressed. */
function plainBackup(path: string, { count }: Backups, skipped: ReadonlySet<number>): Plain | null {
  return inGuardedFolder(path, (guarded) => {
    for (let index = count; index > 1; index -= 1) {
      const found = lstatSync(`${guarded}.${index}`, { throwIfNoEntry: false });
      if (found?.isFile() && !skipped.has(found.ino)) return { index, inode: found.ino };
    }
    return null;
  });
}

/** Null for what is not a file of its own: another user may have put it there. */
function openPlain(path: string): number | null {
  try {
    const descriptor = openGuarded(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    const found = fstatSync(descriptor);
    if (found.isFile() && found.nlink === 1) return descriptor;
    closeSync(descriptor);
    return null;
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ELOOP' || code === 'ENXIO') return null;
    throw error;
  }
}

/** Returns whether the plain backup is gone. It may be renamed by a rotation meanwhile, or removed. */
async function compressOne(
  path: string,
  source: number,
  backups: Backups,
  compression: Exclude<Compression, 'none'>,
): Promise<boolean> {
  let target: number | null = null;
  try {
    target = openUnfinished(path);
    const plain = fstatSync(source);
    await pump(source, await compressor(compression), target);
    inherit(target, plain);
    await toDisk(target);
    return putInPlace(path, plain, backups, COMPRESSED_END[compression]);
  } finally {
    removeIfThere(unfinishedName(path));
    // The last close of a removed file frees its pages, which takes some milliseconds.
    await Promise.all([toClose(source), target !== null && toClose(target)]);
    unfinished = null;
  }
}

function openUnfinished(path: string): number {
  if (!endsWithProcess) {
    endsWithProcess = true;
    process.once('exit', () => {
      if (unfinished !== null) removeIfThere(unfinished);
    });
  }
  const name = unfinishedName(path);
  const descriptor = openGuarded(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NOCTTY, UNFINISHED_MODE);
  unfinished = name;
  return descriptor;
}

async function compressor(compression: 'gzip' | 'zstd'): Promise<Transform> {
  const zlib: typeof import('node:zlib') & {
    createZstdCompress?(options: { readonly chunkSize: number }): Transform;
  } = await import('node:zlib');
  const options = { chunkSize: CHUNK_BYTES };
  const made = compression === 'gzip' ? zlib.createGzip(options) : zlib.createZstdCompress?.(options);
  if (made === undefined) throw new Error('this Node.js has no zstd');
  return made;
}

async function pump(source: number, transform: Transform, target: number): Promise<void> {
  const { pipeline } = await import('node:stream/promises');
  const stays = { autoClose: false, highWaterMark: CHUNK_BYTES };
  await pipeline(
    createReadStream('', { ...stays, fd: source }),
    withPauses,
    transform,
    createWriteStream('', { ...stays, fd: target }),
  );
}

/**
 * A pause after each piece, as long as the piece took: else the thread that compresses uses up the share of the processor
 * that a busy machine has for the daemon, and the loop waits for its turn.
 */
async function* withPauses(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { setTimeout: delay } = await import('node:timers/promises');
  for await (const piece of pieces) {
    const start = performance.now();
    yield piece;
    await delay(performance.now() - start);
  }
}

/** Owner, permissions and times of the plain backup. Where the owner cannot be given, only the daemon's user reads it. */
function inherit(target: number, { uid, gid, mode, atime, mtime }: Stats): void {
  let mask = 0o777;
  try {
    fchownSync(target, uid, gid);
  } catch {
    mask = 0o700;
  }
  fchmodSync(target, mode & mask);
  futimesSync(target, atime, mtime);
}

function putInPlace(path: string, plain: Stats, { count }: Backups, end: string): boolean {
  return inGuardedFolder(path, (guarded) => {
    for (let index = count; index > 1; index -= 1) {
      const name = `${guarded}.${index}`;
      const found = lstatSync(name, { throwIfNoEntry: false });
      if (found?.ino !== plain.ino || found.dev !== plain.dev) continue;
      renameSync(unfinishedName(guarded), `${name}${end}`);
      unlinkSync(name);
      return true;
    }
    return false;
  });
}

function removeIfThere(path: string): void {
  try {
    inGuardedFolder(path, unlinkSync);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
