/**
 * Makes the engine calls that a member has decided on, and passes it the answers.
 *
 * @module
 */
import { bootTime } from '../native/posix.ts';
import { type Engine, type EngineChange, EngineError } from './engine/engine.ts';
import type { Fact, Keys } from './keys.ts';
import type { Facts, LeaseEffect, MemberEvent } from './slots/member.ts';
import type { SlotEffect } from './slots/types.ts';
import type { SlotFact } from './slots/view.ts';

/** The effects that are calls of the engine. */
export type CallEffect =
  | Exclude<LeaseEffect, { readonly type: 'confirmed' }>
  | Exclude<SlotEffect, { readonly type: 'granted' | 'stop' | 'kill' }>;

export interface CallsOptions {
  readonly engine: Engine;
  readonly keys: Keys;
  readonly node: string;
  /** Of this daemon, see `Marker`. */
  readonly owner: string;
  readonly storeSeconds: number;
  /** Time limit of a call, in milliseconds. */
  readonly callMs: number;
  /** `lease_seconds` in milliseconds, for the markers. */
  readonly takeoverMs: number;
  /** Receives an answer. */
  readonly answer: (event: MemberEvent) => void;
  /** Receives facts that are not about slots. @param isWhole the list is complete */
  readonly learn: (facts: readonly Fact[], isWhole: boolean) => void;
  /** The engine has answered (null), or has not. */
  readonly reached: (failure: EngineError | null) => void;
}

export interface Calls {
  run(effect: CallEffect): void;
  close(): void;
}

export function callsOf(options: CallsOptions): Calls {
  const { engine, keys, answer, learn, reached } = options;
  let endWatch = (): void => {};
  let isClosed = false;

  /** @param act resolves to the answer @param failed the answer where it rejects */
  const call = (act: () => Promise<MemberEvent>, failed: (error: EngineError) => MemberEvent): void => {
    act().then(
      (event) => {
        if (isClosed) return;
        reached(null);
        answer(event);
      },
      (error: unknown) => {
        if (isClosed) return;
        const failure = error instanceof EngineError ? error : new EngineError('refused', String(error));
        if (failure.kind !== 'lease-gone') reached(failure);
        answer(failed(failure));
      },
    );
  };

  const read = async (): Promise<MemberEvent> => {
    endWatch();
    const { entries, revision } = await engine.range(keys.prefix);
    const facts = entries.flatMap((entry) => keys.factOf({ type: 'put', entry }) ?? []);
    endWatch = engine.watch(keys.prefix, revision, {
      changes: (changes) => {
        if (!isClosed) changed(changes);
      },
      lost: (reason) => {
        if (isClosed) return;
        endWatch = () => {};
        reached(reason);
        // The silence of a member is noticed within the time limit of a call.
        answer({ type: 'lost', knownUntilMs: bootTime() - options.callMs });
      },
    });
    learn(facts, true);
    return { type: 'read', facts: slotFacts(facts) };
  };

  const changed = (changes: readonly EngineChange[]): void => {
    const facts = changes.flatMap((change) => keys.factOf(change) ?? []);
    learn(facts, false);
    answer({ type: 'changed', facts: slotFacts(facts) });
  };

  return {
    run: (effect) => {
      const sentAtMs = bootTime();
      switch (effect.type) {
        case 'grant':
          call(
            async () => ({
              type: 'granted',
              sentAtMs,
              lease: await engine.grantLease(options.storeSeconds),
            }),
            () => ({ type: 'lease-failed', lease: null, isGone: false }),
          );
          return;
        case 'renew':
          call(
            async () => {
              await engine.renewLease(effect.lease);
              return { type: 'renewed', lease: effect.lease, sentAtMs };
            },
            ({ kind }) => ({ type: 'lease-failed', lease: effect.lease, isGone: kind === 'lease-gone' }),
          );
          return;
        case 'read':
          call(read, () => ({ type: 'read-failed' }));
          return;
        default: {
          const { type, id } = effect;
          const answered = (hasChanged: boolean): MemberEvent => ({
            type: 'slot',
            id,
            event: { type: 'answered', call: type, hasChanged },
          });
          call(
            async () => answered(await changeSlot(effect, options)),
            () => answered(false),
          );
          return;
        }
      }
    },
    close: () => {
      isClosed = true;
      endWatch();
    },
  };
}

type SlotCall = Exclude<CallEffect, { readonly type: 'grant' | 'renew' | 'read' }>;

/** Changes the keys of a slot. Resolves to false where nothing was changed. @throws EngineError */
async function changeSlot(effect: SlotCall, options: CallsOptions): Promise<boolean> {
  const { engine, keys, node, owner, takeoverMs } = options;
  const { id, index } = effect;
  switch (effect.type) {
    case 'take':
      return (
        (await engine.create(keys.slot(id, index), JSON.stringify({ node, owner }), effect.lease)) !== null
      );
    case 'mark': {
      const value = JSON.stringify({ node, owner, takeoverMs });
      return (await engine.create(keys.held(id, index, effect.token), value, null)) !== null;
    }
    case 'unmark':
    case 'clean':
      return engine.remove(keys.held(id, index, effect.token));
    case 'give-back':
      return engine.remove(keys.slot(id, index), effect.revision);
  }
}

function slotFacts(facts: readonly Fact[]): Facts {
  const found = new Map<string, SlotFact[]>();
  for (const fact of facts) {
    if (fact.kind !== 'slot') continue;
    const known = found.get(fact.id);
    if (known === undefined) found.set(fact.id, [fact.fact]);
    else known.push(fact.fact);
  }
  return found;
}
