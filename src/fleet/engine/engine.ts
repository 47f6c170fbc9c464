/**
 * What the nodes of a fleet need from the store that they agree through: keys that exist once, leases, and notice of
 * changes.
 *
 * @module
 */

/** A key and its value at a revision of the store. */
export interface EngineEntry {
  readonly key: string;
  readonly value: string;
  /** Of the put that created the key: the fencing token. It only grows, and no other key has the same. */
  readonly createRevision: bigint;
  /** Of the last put of the key. */
  readonly modRevision: bigint;
  /** Id of the lease at whose end the key is removed; null for a key that stays. */
  readonly lease: string | null;
}

export type EngineChange =
  | { readonly type: 'put'; readonly entry: EngineEntry }
  | { readonly type: 'removed'; readonly key: string; readonly revision: bigint };

/** What a watch reports. */
export interface EngineWatcher {
  /** In the order of the store, each once. */
  changes(changes: readonly EngineChange[]): void;
  /** The watch has ended: its connection is lost, or the store no longer has these revisions. Read the range again. */
  lost(reason: EngineError): void;
}

/**
 * - `unreachable`: no member answered within the time limit, or none of them has a majority. The request may have been
 *   carried out.
 * - `refused`: the store answered, and did not carry out the request: password, rights, no space.
 * - `lease-gone`: the lease has ended or was revoked.
 */
export type EngineErrorKind = 'unreachable' | 'refused' | 'lease-gone';

export class EngineError extends Error {
  readonly kind: EngineErrorKind;

  constructor(kind: EngineErrorKind, message: string) {
    super(message);
    this.name = 'EngineError';
    this.kind = kind;
  }
}

/**
 * A store.
 *
 * It does not guarantee that the lease of a removed key has ended. A leader of etcd before 3.4.29 and 3.5.11 that
 * is paused and goes on revokes leases that its successor has renewed since (etcd-io/etcd#15247; Debian 12 has
 * 3.4.23). The owner of the lease learns of it only at its next renewal. So a node takes over a slot of another
 * node after it has seen the removal AND a whole lease has passed, since the other node may have renewed it just
 * before the removal. The sum of both is the time that a failover takes: give the store a shorter lease, and wait
 * for the rest. A key that its owner has removed by itself needs no wait.
 *
 * Every call has a time limit ({@link EngineSettings.timeoutMs}) in all, rejects with an {@link EngineError},
 * and tries the members in turn.
 */
export interface Engine {
  /** @param ttlSeconds a whole number; the store may give a longer lease @returns id of the lease */
  grantLease(ttlSeconds: number): Promise<string>;
  /** Renews a lease. @returns the seconds that it has from the moment at which the request was sent */
  renewLease(lease: string): Promise<number>;
  /** Ends a lease and removes its keys. A lease that has ended already is not an error. */
  revokeLease(lease: string): Promise<void>;
  /**
   * Creates the key where it does not exist.
   *
   * A call that rejects with `unreachable` may have created it: read the range.
   *
   * @param lease at whose end the key is removed; null for a key that stays
   * @returns the revision of the creation; null where the key exists
   */
  create(key: string, value: string, lease: string | null): Promise<bigint | null>;
  /** Sets a key. @param lease as for {@link create}; it takes the place of an earlier lease of the key */
  put(key: string, value: string, lease: string | null): Promise<void>;
  /**
   * Removes a key.
   *
   * @param createRevision where given, a key that was created at another revision stays
   * @returns whether it was removed
   */
  remove(key: string, createRevision?: bigint): Promise<boolean>;
  /** All keys that begin with the prefix, by the majority of the members, and the revision of the store at that moment. */
  range(prefix: string): Promise<{ readonly entries: readonly EngineEntry[]; readonly revision: bigint }>;
  /**
   * Reports changes below the prefix after a revision, until it is lost or ended. It is lost as well when the member is
   * silent for longer than {@link EngineSettings.timeoutMs}.
   *
   * @returns ends the watch, without a call of `lost`
   */
  watch(prefix: string, afterRevision: bigint, on: EngineWatcher): () => void;
  /** Ends all watches and connections. Calls that are under way reject with `unreachable`. */
  close(): void;
}

/** How to reach a store. */
export interface EngineSettings {
  /** Members, at least one, as `10.0.0.1:2379`. */
  readonly members: readonly { readonly host: string; readonly port: number }[];
  /** Null for connections without TLS. */
  readonly tls: {
    /** PEM of the authorities; null for those that the machine trusts. */
    readonly ca: string | null;
    /** PEM of this node's certificate and its key; null where the store asks for none. */
    readonly certificate: { readonly cert: string; readonly key: string } | null;
  } | null;
  /** Null where the store asks for none. */
  readonly user: { readonly name: string; readonly password: string } | null;
  /** Time limit of a call. A member that is silent for a third of it is left for the next one. */
  readonly timeoutMs: number;
}
