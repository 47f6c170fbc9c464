/**
 * Begins upgrades in place, one at a time.
 *
 * @module
 */
import { type UpgradeOptions, upgrade } from './upgrade.ts';

/** Returns what begins an upgrade, where none is under way. */
export function upgrader(options: UpgradeOptions): () => void {
  let isUnderWay = false;
  return () => {
    if (isUnderWay) return;
    isUnderWay = true;
    void upgrade(options).finally(() => {
      isUnderWay = false;
    });
  };
}
