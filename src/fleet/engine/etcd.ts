/**
 * etcd 3.4 or newer as the store of a fleet, over the JSON gateway that every member has. ARCHITECTURE.md explains why
 * no library is used.
 *
 * @module
 */
import {
  afterKey,
  endOfPrefix,
  entryOf,
  inner,
  integer,
  isTrue,
  list,
  type Message,
  string,
  toBase64,
} from './encoding.ts';
import { type Engine, type EngineEntry, EngineError, type EngineSettings } from './engine.ts';
import { openMembers, type Session } from './members.ts';
import { openWatches } from './watches.ts';

const PATH = {
  range: '/v3/kv/range',
  put: '/v3/kv/put',
  transaction: '/v3/kv/txn',
  grant: '/v3/lease/grant',
  renew: '/v3/lease/keepalive',
  revoke: '/v3/lease/revoke',
};
/** Keys in one answer: an answer stays far below the limit of gRPC, 4 MiB. */
const PAGE = 2000;

/** Connects with the first call. @throws Error where a certificate or key cannot be read */
export function openEtcd(settings: EngineSettings): Engine {
  const members = openMembers(settings);
  const watches = openWatches(members, settings.timeoutMs);
  /** A key of each lease of this node. */
  const keyOf = new Map<string, string>();

  return {
    grantLease: (ttlSeconds) =>
      members.use(async ({ ask }) => string(await ask(PATH.grant, { TTL: String(ttlSeconds) }), 'ID')),
    renewLease: (lease) => members.use((session) => renew(session, lease, keyOf.get(lease) ?? null)),
    revokeLease: async (lease) => {
      keyOf.delete(lease);
      try {
        await members.use(({ ask }) => ask(PATH.revoke, { ID: lease }));
      } catch (error) {
        if (!(error instanceof EngineError && error.kind === 'lease-gone')) throw error;
      }
    },
    create: (key, value, lease) =>
      members.use(async (session) => {
        const revision = await create(session, key, value, lease);
        if (revision !== null && lease !== null) keyOf.set(lease, key);
        return revision;
      }),
    put: (key, value, lease) =>
      members.use(async ({ ask }) => {
        await ask(PATH.put, pairOf(key, value, lease));
        if (lease !== null && !keyOf.has(lease)) keyOf.set(lease, key);
      }),
    remove: (key, createRevision) => members.use((session) => remove(session, key, createRevision)),
    range: (prefix) => members.use((session) => range(session, prefix)),
    watch: watches.open,
    close: () => {
      watches.close();
      members.close();
    },
  };
}

/**
 * Counts only once a majority has confirmed the leader that has renewed the lease. A leader that was paused, and does not
 * know of its successor yet, renews leases that the successor lets end (etcd-io/etcd#15247). The term in the header of
 * the renewal is that before it, the term in the header of the read that of the leader at that time: where they are equal,
 * no other leader was in between.
 *
 * @param key of the lease; null where it has none, and nothing depends on it
 */
async function renew({ ask }: Session, lease: string, key: string | null): Promise<number> {
  for (;;) {
    const result = inner(await ask(PATH.renew, { ID: lease }), 'result');
    const seconds = Number(integer(result, 'TTL'));
    if (seconds <= 0) throw new EngineError('lease-gone', `lease ${lease} has ended`);
    if (key === null) return seconds;
    const read = await ask(PATH.range, { key: toBase64(key), keys_only: true });
    if (termOf(read) === termOf(result)) return seconds;
  }
}

function termOf(message: Message): bigint {
  return integer(inner(message, 'header'), 'raft_term');
}

async function create(
  { ask, isRepeated }: Session,
  key: string,
  value: string,
  lease: string | null,
): Promise<bigint | null> {
  const answer = await ask(PATH.transaction, {
    compare: [{ key: toBase64(key), target: 'CREATE', result: 'EQUAL', create_revision: '0' }],
    success: [{ request_put: pairOf(key, value, lease) }],
    failure: [{ request_range: { key: toBase64(key) } }],
  });
  if (isTrue(answer, 'succeeded')) return integer(inner(answer, 'header'), 'revision');
  if (!isRepeated) return null;
  // The key may be there from an attempt of this very call that was not answered.
  const [found] = list(inner(list(answer, 'responses')[0] ?? {}, 'response_range'), 'kvs').map(entryOf);
  return found !== undefined && found.value === value && found.lease === lease ? found.createRevision : null;
}

async function remove(
  { ask, isRepeated }: Session,
  key: string,
  createRevision: bigint | undefined,
): Promise<boolean> {
  const compare =
    createRevision === undefined
      ? []
      : [{ key: toBase64(key), target: 'CREATE', result: 'EQUAL', create_revision: String(createRevision) }];
  const answer = await ask(PATH.transaction, {
    compare,
    success: [{ request_delete_range: { key: toBase64(key) } }],
  });
  const removed = inner(list(answer, 'responses')[0] ?? {}, 'response_delete_range');
  return integer(removed, 'deleted') > 0n || isRepeated;
}

function pairOf(key: string, value: string, lease: string | null): Message {
  return { key: toBase64(key), value: toBase64(value), ...(lease !== null && { lease }) };
}

async function range(
  { ask }: Session,
  prefix: string,
): Promise<{ readonly entries: readonly EngineEntry[]; readonly revision: bigint }> {
  const range_end = endOfPrefix(prefix);
  const entries: EngineEntry[] = [];
  let revision = 0n;
  let key = toBase64(prefix);
  for (;;) {
    // The later pages are those of the revision of the first one.
    const at = revision === 0n ? {} : { revision: String(revision) };
    const answer = await ask(PATH.range, { key, range_end, limit: String(PAGE), ...at });
    if (revision === 0n) revision = integer(inner(answer, 'header'), 'revision');
    const page = list(answer, 'kvs').map(entryOf);
    for (const entry of page) entries.push(entry);
    const last = page.at(-1);
    if (!isTrue(answer, 'more') || last === undefined) return { entries, revision };
    key = afterKey(last.key);
  }
}
