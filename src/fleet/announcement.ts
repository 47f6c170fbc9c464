/**
 * The key that shows this node to the others, and the name that it has there.
 *
 * @module
 */
import type { FleetConfig, GroupConfig } from '../config/types.ts';
import { sha1 } from '../io/sha1.ts';
import type { MainLog } from '../logs/main-log.ts';
import type { Engine } from './engine/engine.ts';
import type { Keys } from './keys.ts';
import type { Nodes } from './nodes.ts';

export interface Announcement {
  /** Writes the key with each lease of the node, and with a configuration that was read anew. */
  publish(engine: Engine, lease: string, groups: readonly GroupConfig[]): void;
  /** Nodes were learned: a second daemon with the name of this one is reported. */
  check(nodes: Nodes): void;
}

export interface AnnouncementOptions {
  readonly config: Pick<FleetConfig, 'node' | 'advertise'>;
  /** Of this daemon, see `Marker`. */
  readonly owner: string;
  readonly keys: Keys;
  readonly log: MainLog;
}

export function announcementOf({ config, owner, keys, log }: AnnouncementOptions): Announcement {
  const { node, advertise } = config;
  let publishedLease: string | null = null;
  let publishedGroups: readonly GroupConfig[] | null = null;
  /** The key of this node in the engine belongs to this daemon. */
  let isShown = false;
  return {
    publish: (engine, lease, groups) => {
      if (publishedLease === lease && publishedGroups === groups) return;
      publishedLease = lease;
      publishedGroups = groups;
      const digest = sha1(Buffer.from(JSON.stringify(groups))).slice(0, 12);
      const value = JSON.stringify({ owner, url: advertise ?? '', digest });
      engine.put(keys.node(node), value, lease).catch(() => {
        publishedLease = null;
      });
    },
    // If two daemons have one name, both run programs, and moves and drains do not work for them.
    check: ({ known }) => {
      const shown = known.get(node)?.owner;
      if (shown === undefined) return;
      // An earlier daemon of this node is not reported: its key is replaced by that of this one.
      if (shown !== owner && isShown) {
        log.critical(`fleet: another daemon has the name ${node}: set node in [fleet]`);
      }
      isShown = shown === owner;
    },
  };
}
