/**
 * Begins upgrades in place, one at a time.
 *
 * @module
 */
import { type UpgradeOptions, upgrade } from './upgrade.ts';

/**
 * Begins an upgrade, where none is under way. Resolves when the trial has passed, with the version that was tried; the
 * upgrade follows when no request is under way. Rejects with the reason why there is none.
 */
export type BeginUpgrade = () => Promise<string | null>;

export function upgrader(options: UpgradeOptions): BeginUpgrade {
  let underWay: Promise<string | null> | null = null;
  return () => {
    underWay ??= new Promise((resolve, reject) => {
      void upgrade(options, resolve)
        .catch(reject)
        .finally(() => {
          underWay = null;
        });
    });
    return underWay;
  };
}
