/**
 * Where a file of a log is after rotations.
 *
 * @module
 */
import { ApiFault } from './api.ts';
import type { LogSource } from './log-source.ts';

/** Rotations that are followed at a time, file by file. */
export const MOST_ROTATIONS = 20;

export interface LogPlace {
  /** Number of the rotated log; 0 is the log itself. */
  readonly backup: number;
  /** Size of the file, in bytes. */
  readonly size: number;
}

/** Finds a file by its identity; null where it was compressed or removed. @throws ApiFault, UnreachableError */
export async function placeOf(source: LogSource, file: string): Promise<LogPlace | null> {
  const current = await source.read(0, 0, 0);
  if (current.file === file) return { backup: 0, size: current.size };
  for (let backup = 1; backup <= Math.min(current.backups, MOST_ROTATIONS); backup += 1) {
    try {
      const piece = await source.read(0, 0, backup);
      if (piece.file === file) return { backup, size: piece.size };
    } catch (error) {
      // It was compressed, or removed.
      if (!(error instanceof ApiFault)) throw error;
    }
  }
  return null;
}
