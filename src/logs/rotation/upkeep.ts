/**
 * Maintenance of a log apart from its size: rotation at certain times, and compression and removal of its backups.
 *
 * @module
 */
import { type CronSchedule, hasMissed, nextRun } from '../../config/cron-times.ts';
import { rotationPattern } from '../../config/tables/log-file-values.ts';
import { now } from '../../io/clock.ts';
import { describeError, errorCode } from '../log-errors.ts';
import type { Backups } from './backup-names.ts';
import { compressBackups } from './compression.ts';
import { removeExpired } from './expiry.ts';
import type { RotatingFile } from './rotating-file.ts';
import { leaveWallQueue, queueAtWallTime, type WallTask } from './wall-queue.ts';

export interface UpkeepOptions {
  readonly file: RotatingFile;
  readonly backups: Backups;
  /** When the log rotates: a word or a cron pattern. */
  readonly rotation: string;
  /** Age at which backups are removed, in seconds; 0 means never. */
  readonly maxAgeSeconds: number;
  /** The log could not be rotated. */
  readonly onError: (error: unknown) => void;
  /** Backups could not be compressed or removed. */
  readonly warn: (message: string) => void;
}

/** Milliseconds until a failed rotation is tried again. */
const RETRY_MS = 10_000;

export class Upkeep implements WallTask {
  readonly #options: UpkeepOptions;
  readonly #schedule: CronSchedule | null;
  /** How often the file had been rotated when its backups were looked at. */
  #rotations = -1;
  #lastRotationMs: number | null = null;
  #rotatesMs = Number.POSITIVE_INFINITY;
  #expiresMs = Number.POSITIVE_INFINITY;
  #retryMs: number | null = null;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    const cron = rotationPattern(options.rotation);
    this.#schedule = cron === null ? null : { cron, timeZone: null };
  }

  get dueMs(): number {
    return Math.min(this.#retryMs ?? this.#rotatesMs, this.#expiresMs);
  }

  /** The file was opened, and nothing is written to it yet: it is rotated if a time for that has passed since its last line. */
  opened(): void {
    const { file } = this.#options;
    const { lastWriteMs } = file;
    const nowMs = now().wallMs;
    const isLate =
      this.#schedule !== null &&
      lastWriteMs !== null &&
      file.size > 0 &&
      hasMissed(this.#schedule, nowMs, lastWriteMs);
    if (isLate) this.#rotate(nowMs, null);
    this.#plan(nowMs);
    this.#tidy(nowMs);
  }

  /** The file was written: it may have been rotated. */
  written(): void {
    if (this.#options.file.rotations !== this.#rotations) this.#tidy(now().wallMs);
  }

  run(nowMs: number): void {
    if ((this.#retryMs ?? this.#rotatesMs) <= nowMs) {
      const dueMs = this.#rotatesMs;
      if (this.#rotate(nowMs, dueMs)) this.#lastRotationMs = dueMs;
    }
    if (this.#retryMs === null) this.#plan(nowMs);
    this.#tidy(nowMs);
  }

  clockSet(nowMs: number): void {
    this.#plan(nowMs);
    this.#tidy(nowMs);
  }

  close(): void {
    leaveWallQueue(this);
  }

  /** @param dueMs the time that it rotates for; null for one that has been missed */
  #rotate(nowMs: number, dueMs: number | null): boolean {
    try {
      this.#options.file.rotateFor(dueMs);
      this.#retryMs = null;
      return true;
    } catch (error) {
      this.#options.onError(error);
      this.#retryMs = nowMs + RETRY_MS;
      return false;
    }
  }

  #plan(nowMs: number): void {
    if (this.#schedule === null) return;
    this.#rotatesMs = nextRun(this.#schedule, nowMs, this.#lastRotationMs) ?? Number.POSITIVE_INFINITY;
  }

  /** Compresses and removes backups. */
  #tidy(nowMs: number): void {
    const { file, backups, maxAgeSeconds, warn } = this.#options;
    this.#rotations = file.rotations;
    if (file.lastWriteMs !== null) {
      if (maxAgeSeconds > 0) this.#expiresMs = this.#removeExpired(nowMs);
      compressBackups({ path: file.path, backups, failed: warn });
    }
    queueAtWallTime(this);
  }

  #removeExpired(nowMs: number): number {
    const { file, backups, maxAgeSeconds, warn } = this.#options;
    try {
      return removeExpired(file.path, backups, maxAgeSeconds * 1000, nowMs);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') {
        warn(`log ${file.path}: old backups cannot be removed: ${describeError(error)}`);
      }
      return Number.POSITIVE_INFINITY;
    }
  }
}
