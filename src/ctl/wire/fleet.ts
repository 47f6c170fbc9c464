/**
 * The hosts of a fleet, as a command addresses them.
 *
 * @module
 */
import type { Connection } from './rpc-client.ts';

export interface FleetNode {
  readonly name: string;
  readonly connection: Connection;
}

export interface Fleet {
  readonly name: string;
  /** In the order of the configuration; each name once. */
  readonly nodes: readonly FleetNode[];
  /** The daemons agree through an engine. */
  readonly hasEngine: boolean;
  /** How long a node may take for a question, in milliseconds. */
  readonly limitMs: number;
}

/** How a session finds its fleet; the section is read when a command needs it. */
export interface FleetAccess {
  /** True with `--fleet`. */
  readonly isAsked: boolean;
  /** Null where no `[fleet]` is configured. @throws ConfigError */
  readonly read: () => Promise<Fleet | null>;
}
