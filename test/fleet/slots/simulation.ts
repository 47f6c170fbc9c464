/**
 * A fleet in simulated time: members, each with a clock of its own speed, a guard and one process, and a store that they
 * reach over a network which delays, loses and duplicates. Nothing is real but `Member`.
 */
import { Member, type MemberEffect, type MemberEvent } from '../../../src/fleet/slots/member.ts';
import { leaseTimes } from '../../../src/fleet/slots/times.ts';
import type { Lease, Slot } from '../../../src/fleet/slots/types.ts';
import type { Marker, SlotFact, SlotKey } from '../../../src/fleet/slots/view.ts';

export const ID = 'importer:importer';

export type Fault =
  /** Requests, answers and notices of the node are lost. */
  | { readonly kind: 'cut'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** Only what comes back from the store is lost. */
  | { readonly kind: 'deaf'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The daemon is stopped (SIGSTOP); its process and its guard go on. */
  | { readonly kind: 'pause'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The machine sleeps: nothing of it runs, and its clock goes on. */
  | { readonly kind: 'sleep'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The daemon is killed, and started again after the time. */
  | { readonly kind: 'kill'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The daemon is killed, and what it knew of its slots is lost; its program runs on under the guard. */
  | { readonly kind: 'forget'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The whole machine goes off, and comes back with another boot. */
  | { readonly kind: 'crash'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** A leader that was paused ends leases which its successor has renewed. */
  | { readonly kind: 'revoke'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The store does not answer. */
  | { readonly kind: 'outage'; readonly node: number; readonly atMs: number; readonly forMs: number }
  /** The process is to leave the node while this lasts. */
  | { readonly kind: 'drain'; readonly node: number; readonly atMs: number; readonly forMs: number };

export interface SimulationOptions {
  readonly nodes: number;
  readonly count: number;
  readonly leaseSeconds: number;
  readonly stopWaitSeconds: number;
  readonly seed: number;
  /** Speed of the clock of each node, 1 for those that are left out. */
  readonly speeds: readonly number[];
  readonly faults: readonly Fault[];
  /** From here on the network loses, delays and duplicates nothing. */
  readonly calmFromMs: number;
  readonly untilMs: number;
}

export interface SimulationResult {
  /** Moments at which more processes ran than may. */
  readonly overlaps: readonly string[];
  /** Nodes whose process runs at the end. */
  readonly running: readonly number[];
  /** The longest time in which fewer than `count` processes ran after the first start. */
  readonly longestGapMs: number;
  readonly starts: number;
  readonly tokensInOrder: boolean;
}

interface Node {
  readonly number: number;
  readonly speed: number;
  readonly offsetMs: number;
  boot: number;
  member: Member | null;
  /** Grows with each daemon: what was called by an earlier one is not answered. */
  life: number;
  isPaused: boolean;
  isAsleep: boolean;
  isDrained: boolean;
  cuts: number;
  deafness: number;
  inbox: MemberEvent[];
  runs: boolean;
  /** On the clock of the node. */
  guardAtMs: number;
  saved: { lease: Lease | null; claim: Slot['claim'] };
  dueAtMs: number;
  watch: number;
}

export function simulate(options: SimulationOptions): SimulationResult {
  const random = mulberry(options.seed);
  const times = leaseTimes(options.leaseSeconds);
  const queue: { atMs: number; order: number; act: () => void }[] = [];
  let nowMs = 0;
  let order = 0;
  const happens = (probability: number): boolean => nowMs < options.calmFromMs && random() < probability;
  const nextOrder = (): number => {
    order += 1;
    return order;
  };
  const at = (atMs: number, act: () => void): void => {
    const entry = { atMs: Math.max(atMs, nowMs), order: nextOrder(), act };
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = queue[middle];
      if (
        other !== undefined &&
        (other.atMs < entry.atMs || (other.atMs === entry.atMs && other.order < entry.order))
      )
        low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, entry);
  };

  // The store.
  let revision = 0n;
  let isOut = 0;
  const leases = new Map<string, { expiresAtMs: number; node: number }>();
  const keys = new Map<number, SlotKey>();
  const markers = new Map<string, { index: number; marker: Marker }>();
  let leaseCount = 0;

  const overlaps: string[] = [];
  let starts = 0;
  let lastToken = 0n;
  let tokensInOrder = true;
  let longestGapMs = 0;
  let gapSinceMs: number | null = null;

  const nodes: Node[] = Array.from({ length: options.nodes }, (_, number) => ({
    number,
    speed: options.speeds[number] ?? 1,
    offsetMs: Math.floor(random() * 1e6),
    boot: 1,
    member: null,
    life: 0,
    isPaused: false,
    isAsleep: false,
    isDrained: false,
    cuts: 0,
    deafness: 0,
    inbox: [],
    runs: false,
    guardAtMs: Number.POSITIVE_INFINITY,
    saved: { lease: null, claim: null },
    dueAtMs: Number.POSITIVE_INFINITY,
    watch: 0,
  }));

  const localOf = (node: Node): number => node.offsetMs + node.speed * nowMs;
  const globalOf = (node: Node, localMs: number): number => (localMs - node.offsetMs) / node.speed;
  const runningNodes = (): Node[] => nodes.filter(({ runs, isAsleep }) => runs && !isAsleep);

  const countRunning = (): void => {
    const running = runningNodes();
    if (running.length > options.count) {
      overlaps.push(`${Math.round(nowMs)} ms: ${running.map(({ number }) => number).join(', ')}`);
    }
    if (running.length < options.count && starts >= options.count) gapSinceMs ??= nowMs;
    else if (gapSinceMs !== null) {
      longestGapMs = Math.max(longestGapMs, nowMs - gapSinceMs);
      gapSinceMs = null;
    }
  };

  // Notices of changes arrive in order, each node with delays of its own.
  const arrivals = new Map<Node, number>();
  const tell = (fact: SlotFact): void => {
    for (const node of nodes) {
      const { watch } = node;
      if (watch === 0) continue;
      const lag = happens(0.02) ? random() * times.callMs * 0.9 : random() * 40;
      const arriveMs = Math.max(arrivals.get(node) ?? 0, nowMs + lag);
      arrivals.set(node, arriveMs);
      at(arriveMs, () => {
        if (node.watch !== watch) return;
        if (node.cuts + node.deafness > 0) return loseWatch(node, nowMs);
        give(node, { type: 'changed', facts: new Map([[ID, [fact]]]) });
      });
    }
  };
  const loseWatch = (node: Node, sinceMs: number): void => {
    if (node.watch === 0) return;
    node.watch = 0;
    const knownUntilMs = node.offsetMs + node.speed * sinceMs - times.callMs;
    // The silence is noticed within the time limit of a call.
    at(nowMs + (random() * times.callMs) / node.speed, () => give(node, { type: 'lost', knownUntilMs }));
  };

  const removeKey = (index: number): void => {
    if (keys.delete(index)) {
      revision += 1n;
      tell({ type: 'key-gone', index });
    }
  };
  const endLease = (lease: string): void => {
    leases.delete(lease);
    for (const [index, key] of [...keys]) if (key.lease === lease) removeKey(index);
  };
  const expire = (lease: string): void => {
    const known = leases.get(lease);
    if (known === undefined) return;
    if (known.expiresAtMs <= nowMs) endLease(lease);
    else at(known.expiresAtMs, () => expire(lease));
  };

  type Outcome = { event: MemberEvent; watches?: boolean };
  const perform = (node: Node, effect: MemberEffect, sentAtMs: number): Outcome | null => {
    switch (effect.type) {
      case 'grant': {
        leaseCount += 1;
        const lease = `${leaseCount}`;
        leases.set(lease, { expiresAtMs: nowMs + times.storeSeconds * 1000, node: node.number });
        at(nowMs + times.storeSeconds * 1000, () => expire(lease));
        return { event: { type: 'granted', lease, sentAtMs } };
      }
      case 'renew': {
        const known = leases.get(effect.lease);
        if (known === undefined)
          return { event: { type: 'lease-failed', lease: effect.lease, isGone: true } };
        known.expiresAtMs = nowMs + times.storeSeconds * 1000;
        return { event: { type: 'renewed', lease: effect.lease, sentAtMs } };
      }
      case 'read': {
        const facts: SlotFact[] = [
          ...[...keys].map(([index, key]): SlotFact => ({ type: 'key', index, key })),
          ...[...markers.values()].map(({ index, marker }): SlotFact => ({ type: 'marker', index, marker })),
        ];
        return { event: { type: 'read', facts: new Map([[ID, facts]]) }, watches: true };
      }
      case 'take': {
        const canTake = !keys.has(effect.index) && leases.has(effect.lease);
        if (canTake) {
          revision += 1n;
          const key = { node: nameOf(node), owner: ownerOf(node), lease: effect.lease, revision };
          keys.set(effect.index, key);
          tell({ type: 'key', index: effect.index, key });
        }
        return { event: answered('take', canTake) };
      }
      case 'mark': {
        const name = `${effect.index}/${effect.token}`;
        const isNew = !markers.has(name);
        if (isNew) {
          const marker = {
            owner: ownerOf(node),
            token: effect.token,
            takeoverMs: times.takeoverMs,
          };
          markers.set(name, { index: effect.index, marker });
          revision += 1n;
          tell({ type: 'marker', index: effect.index, marker });
        }
        return { event: answered('mark', isNew) };
      }
      case 'unmark':
      case 'clean': {
        const had = markers.delete(`${effect.index}/${effect.token}`);
        if (had) {
          revision += 1n;
          tell({ type: 'marker-gone', index: effect.index, token: effect.token });
        }
        return { event: answered(effect.type, had) };
      }
      case 'give-back': {
        const had = keys.get(effect.index)?.revision === effect.revision;
        if (had) removeKey(effect.index);
        return { event: answered('give-back', had) };
      }
      default:
        return null;
    }
  };

  const failureOf = (effect: MemberEffect): MemberEvent => {
    switch (effect.type) {
      case 'grant':
        return { type: 'lease-failed', lease: null, isGone: false };
      case 'renew':
        return { type: 'lease-failed', lease: effect.lease, isGone: false };
      case 'read':
        return { type: 'read-failed' };
      default:
        return answered(effect.type as 'take', false);
    }
  };

  const send = (node: Node, effect: MemberEffect): void => {
    const { life } = node;
    const sentAtMs = localOf(node);
    let isAnswered = false;
    let watchOfRead = 0;
    const answer = (event: MemberEvent): void => {
      if (isAnswered || node.life !== life) return;
      isAnswered = true;
      give(node, event);
    };
    at(globalOf(node, sentAtMs + times.callMs), () => answer(failureOf(effect)));
    if (node.cuts > 0 || happens(0.03)) return;
    const copies = happens(0.05) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      // A request may arrive long after its time limit.
      const travelMs = happens(0.04) ? random() * times.leaseMs * 2 : random() * 30;
      at(nowMs + travelMs, () => {
        if (isOut > 0) return;
        const outcome = perform(node, effect, sentAtMs);
        if (outcome === null || happens(0.03)) return;
        const watch = outcome.watches === true ? nextOrder() : 0;
        if (watch > 0 && node.life === life && !isAnswered) {
          // What changes from this moment on is reported behind the answer.
          node.watch = watch;
          watchOfRead = watch;
          arrivals.set(node, Math.max(arrivals.get(node) ?? 0, nowMs + 30));
        }
        at(nowMs + random() * 30, () => {
          if (node.cuts + node.deafness > 0) return;
          answer(outcome.event);
        });
      });
    }
    if (effect.type === 'read') {
      // A read that was not answered has no watch either.
      at(globalOf(node, sentAtMs + times.callMs), () => {
        if (!isAnswered && node.watch === watchOfRead) node.watch = 0;
      });
    }
  };

  const setRunning = (node: Node, runs: boolean): void => {
    if (node.runs === runs) return;
    node.runs = runs;
    countRunning();
    if (!runs) give(node, { type: 'slot', id: ID, event: { type: 'process', isUp: false } });
  };

  const armGuard = (node: Node): void => {
    const dueMs = node.guardAtMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    at(globalOf(node, dueMs), () => watchOver(node));
  };
  const watchOver = (node: Node): void => {
    if (!node.runs || node.isAsleep) return;
    if (localOf(node) >= node.guardAtMs - 0.001) setRunning(node, false);
  };

  /** A daemon that is paused, asleep or down takes nothing. */
  const give = (node: Node, event: MemberEvent): void => {
    if (node.member === null) return;
    if (node.isPaused || node.isAsleep) {
      node.inbox.push(event);
      return;
    }
    const localMs = localOf(node);
    const { effects, dueMs } = node.member.handle(event, localMs);
    act(node, effects);
    if (node.member === null) return;
    if (dueMs !== Number.POSITIVE_INFINITY && dueMs !== node.dueAtMs) {
      node.dueAtMs = dueMs;
      const { life } = node;
      at(globalOf(node, dueMs) + 0.01, () => {
        if (node.life !== life || node.dueAtMs !== dueMs) return;
        node.dueAtMs = Number.POSITIVE_INFINITY;
        give(node, { type: 'due' });
      });
    }
    follow(node);
  };

  const follow = (node: Node): void => {
    const slot = node.member?.slotOf(ID);
    node.saved = { lease: node.member?.lease ?? null, claim: slot?.claim ?? null };
    const guardAtMs =
      slot?.claim === null || slot === undefined ? node.guardAtMs : slot.claim.confirmedMs + times.killMs;
    if (node.runs && guardAtMs !== node.guardAtMs) {
      node.guardAtMs = guardAtMs;
      armGuard(node);
    }
  };

  const act = (node: Node, effects: readonly MemberEffect[]): void => {
    for (const effect of effects) {
      switch (effect.type) {
        case 'confirmed':
          break;
        case 'granted': {
          const { member } = node;
          const limitMs = member?.startLimitOf(ID) ?? null;
          const slot = member?.slotOf(ID);
          if (node.runs || member === null || limitMs === null || slot?.claim == null) break;
          if (slot.process !== 'down' || localOf(node) > limitMs) break;
          const { token, confirmedMs } = slot.claim;
          member.handle({ type: 'slot', id: ID, event: { type: 'process', isUp: true } }, localOf(node));
          node.guardAtMs = confirmedMs + times.killMs;
          starts += 1;
          if (options.count === 1 && token < lastToken) tokensInOrder = false;
          lastToken = token;
          setRunning(node, true);
          armGuard(node);
          break;
        }
        case 'stop': {
          const { life } = node;
          const isStubborn = random() < 0.3;
          const tookMs = random() * options.stopWaitSeconds * 1000;
          if (!isStubborn) at(nowMs + tookMs, () => node.life === life && setRunning(node, false));
          else
            at(nowMs + options.stopWaitSeconds * 1000, () => node.life === life && setRunning(node, false));
          break;
        }
        case 'kill':
          at(nowMs, () => setRunning(node, false));
          break;
        default:
          send(node, effect);
      }
    }
  };

  const boot = (node: Node): void => {
    if (node.member !== null) return;
    node.life += 1;
    node.watch = 0;
    node.dueAtMs = Number.POSITIVE_INFINITY;
    const { lease, claim } = node.saved;
    node.member = new Member({
      owner: ownerOf(node),
      times,
      lease,
      leavesOf: () => (node.isDrained ? 'the node is drained' : null),
      delayOf: () => node.number * 50,
    });
    node.member.add(
      { id: ID, count: options.count, stopWaitSeconds: options.stopWaitSeconds, keepsOnPartition: false },
      { claim, process: node.runs ? 'up' : 'down' },
    );
    give(node, { type: 'slot', id: ID, event: { type: 'wants', wants: true } });
  };
  const shutDown = (node: Node): void => {
    node.member = null;
    node.inbox = [];
    node.watch = 0;
    node.life += 1;
  };
  const resume = (node: Node): void => {
    if (node.isPaused || node.isAsleep) return;
    const waiting = node.inbox;
    node.inbox = [];
    give(node, { type: 'due' });
    for (const event of waiting) give(node, event);
  };

  const begin = (fault: Fault): void => {
    const node = nodes[fault.node % nodes.length] as Node;
    const end = (act: () => void): void => at(nowMs + fault.forMs, act);
    switch (fault.kind) {
      case 'cut':
        node.cuts += 1;
        loseWatch(node, nowMs);
        end(() => {
          node.cuts -= 1;
        });
        break;
      case 'deaf':
        node.deafness += 1;
        loseWatch(node, nowMs);
        end(() => {
          node.deafness -= 1;
        });
        break;
      case 'pause':
        node.isPaused = true;
        end(() => {
          node.isPaused = false;
          resume(node);
        });
        break;
      case 'sleep':
        node.isAsleep = true;
        end(() => {
          node.isAsleep = false;
          // The guard's timer has expired meanwhile, and fires first.
          if (node.runs && localOf(node) >= node.guardAtMs) {
            node.runs = false;
            node.inbox.push({ type: 'slot', id: ID, event: { type: 'process', isUp: false } });
          }
          countRunning();
          resume(node);
        });
        break;
      case 'kill':
        shutDown(node);
        end(() => boot(node));
        break;
      case 'forget':
        shutDown(node);
        node.boot += 1;
        node.saved = { lease: null, claim: null };
        end(() => boot(node));
        break;
      case 'crash':
        shutDown(node);
        node.runs = false;
        node.guardAtMs = Number.POSITIVE_INFINITY;
        node.boot += 1;
        node.saved = { lease: null, claim: null };
        countRunning();
        end(() => boot(node));
        break;
      case 'revoke':
        for (const [lease, known] of [...leases]) if (known.node === node.number) endLease(lease);
        break;
      case 'outage':
        isOut += 1;
        for (const each of nodes) loseWatch(each, nowMs);
        end(() => {
          isOut -= 1;
          // A new leader gives each lease its whole time again.
          for (const lease of leases.values()) lease.expiresAtMs = nowMs + times.storeSeconds * 1000;
        });
        break;
      case 'drain':
        node.isDrained = true;
        give(node, { type: 'surroundings-changed' });
        end(() => {
          node.isDrained = false;
          give(node, { type: 'surroundings-changed' });
        });
        break;
    }
  };

  for (const node of nodes) at(random() * 200, () => boot(node));
  for (const fault of options.faults) at(fault.atMs, () => begin(fault));
  for (
    let entry = queue.shift();
    entry !== undefined && entry.atMs <= options.untilMs;
    entry = queue.shift()
  ) {
    nowMs = entry.atMs;
    entry.act();
  }
  return {
    overlaps,
    running: nodes.filter(({ runs }) => runs).map(({ number }) => number),
    longestGapMs: gapSinceMs === null ? longestGapMs : Math.max(longestGapMs, options.untilMs - gapSinceMs),
    starts,
    tokensInOrder,
  };
}

function nameOf({ number }: Node): string {
  return `app${number}`;
}

/** After a boot, and without what an earlier daemon knew, it is another one. */
function ownerOf(node: Node): string {
  return `${nameOf(node)} ${node.boot}`;
}

function answered(
  call: 'take' | 'mark' | 'unmark' | 'give-back' | 'clean',
  hasChanged: boolean,
): MemberEvent {
  return { type: 'slot', id: ID, event: { type: 'answered', call, hasChanged } };
}

/** A generator of numbers from 0 up to 1. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
