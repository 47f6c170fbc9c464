/**
 * Begins upgrades in place, one at a time.
 *
 * @module
 */
import type { SupervisorView } from '../supervisor-view.ts';
import { type UpgradeOptions, upgrade } from './upgrade.ts';

/** Returns what begins an upgrade, or joins the one that is under way; see `SupervisorView`. */
export function upgrader(options: UpgradeOptions): SupervisorView['upgrade'] {
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
