/**
 * The names of rotated logs: `.1`, `.2` and so on, with the end of their compression behind it.
 *
 * @module
 */
import type { Compression } from '../../config/tables/log-file-values.ts';

/** What is kept of a log that rotates. */
export interface Backups {
  /** How many; with 0 the log is emptied. */
  readonly count: number;
  /** How those from `.2` on are compressed. */
  readonly compression: Compression;
}

/** What the name of a compressed backup ends with. */
export const COMPRESSED_END = { gzip: '.gz', zstd: '.zst' } as const;

const PLAIN: readonly string[] = [''];
const ALL: readonly string[] = ['', COMPRESSED_END.gzip, COMPRESSED_END.zstd];

/** The ends that names of backups may have: also those of the other compression, which may have been used before. */
export function backupEnds(compression: Compression): readonly string[] {
  return compression === 'none' ? PLAIN : ALL;
}

/** What is written while a backup is compressed; it is renamed when it is whole. */
export function unfinishedName(path: string): string {
  return `${path}.compressing`;
}

/** The name of the log that a backup, or an unfinished one, belongs to. */
export function logOfBackup(path: string): string {
  return path.replace(/\.(?:\d+(?:\.gz|\.zst)?|compressing)$/, '');
}
