/**
 * Which logs need more than a largest size.
 *
 * @module
 */
import { Upkeep, type UpkeepOptions } from './upkeep.ts';

/** Null where the log needs nothing. */
export function upkeepOf(options: UpkeepOptions): Upkeep | null {
  const { rotation, maxAgeSeconds, backups } = options;
  const isNeeded = rotation !== 'never' || maxAgeSeconds > 0 || backups.compression !== 'none';
  return isNeeded ? new Upkeep(options) : null;
}
