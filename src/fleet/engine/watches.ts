/**
 * Watches, each a stream of one member. A member that sends nothing for a third of the time limit gets a request,
 * so that a dead member is noticed within the limit.
 *
 * @module
 */
import {
  changeOf,
  endOfPrefix,
  inner,
  integer,
  isTrue,
  list,
  type Message,
  string,
  toBase64,
} from './encoding.ts';
import { EngineError, type EngineWatcher } from './engine.ts';
import { errorOf, refusalOf } from './etcd-errors.ts';
import type { Member } from './member.ts';
import type { Members } from './members.ts';

export interface Watches {
  open(prefix: string, afterRevision: bigint, on: EngineWatcher): () => void;
  close(): void;
}

interface Watch {
  readonly prefix: string;
  member: Member | null;
  lose(reason: EngineError): void;
  end(): void;
}

export function openWatches(members: Members, timeoutMs: number): Watches {
  const open = new Set<Watch>();
  const checkMs = timeoutMs / 3;
  let timer: NodeJS.Timeout | null = null;

  const check = (): void => {
    const silent = new Map<Member, string>();
    for (const { member, prefix } of open) {
      if (member !== null && performance.now() - member.heardAtMs >= checkMs) silent.set(member, prefix);
    }
    for (const [member, prefix] of silent) {
      // A request that the member answers without a majority; a member without a leader ends its streams.
      void members.probe(member, '/v3/kv/range', {
        key: toBase64(prefix),
        serializable: true,
        keys_only: true,
      });
    }
  };
  const removed = (watch: Watch): void => {
    open.delete(watch);
    if (open.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  members.onFailure((member, reason) => {
    for (const watch of [...open]) {
      if (watch.member === member) watch.lose(reason);
    }
  });

  return {
    open: (prefix, afterRevision, on) => {
      let endStream = (): void => {};
      const watch: Watch = {
        prefix,
        member: null,
        lose: (reason) => {
          if (!open.has(watch)) return;
          watch.end();
          on.lost(reason);
        },
        end: () => {
          removed(watch);
          endStream();
        },
      };
      open.add(watch);
      timer ??= setInterval(check, checkMs);
      void begin(members, watch, afterRevision, {
        isOpen: () => open.has(watch),
        opened: (end) => {
          endStream = end;
        },
        changes: on.changes.bind(on),
      });
      return watch.end;
    },
    close: () => {
      for (const watch of [...open]) watch.end();
    },
  };
}

interface Steps {
  isOpen(): boolean;
  opened(end: () => void): void;
  changes: EngineWatcher['changes'];
}

async function begin(members: Members, watch: Watch, afterRevision: bigint, steps: Steps): Promise<void> {
  try {
    const { member, token } = await members.current();
    if (!steps.isOpen()) return;
    watch.member = member;
    const create_request = {
      key: toBase64(watch.prefix),
      range_end: endOfPrefix(watch.prefix),
      start_revision: String(afterRevision + 1n),
    };
    const message = (received: Message): void => {
      const refusal = refusalOf(received, 200);
      if (refusal !== null) {
        watch.lose(errorOf(refusal, member.address));
        return;
      }
      const result = inner(received, 'result');
      const changes = list(result, 'events').map(changeOf);
      if (changes.length > 0) steps.changes(changes);
      if (isTrue(result, 'canceled')) watch.lose(cancellation(result, member.address));
    };
    steps.opened(member.follow('/v3/watch', { create_request }, token, { message, ended: watch.lose }));
  } catch (error) {
    watch.lose(error instanceof EngineError ? error : new EngineError('unreachable', String(error)));
  }
}

function cancellation(result: Message, address: string): EngineError {
  const compacted = integer(result, 'compact_revision');
  const reason =
    compacted > 0n ? `changes up to revision ${compacted} are compacted` : string(result, 'cancel_reason');
  return new EngineError('refused', `etcd at ${address}: ${reason || 'the watch was cancelled'}`);
}
