/**
 * Keeps the last events of the types that clients of the event stream have asked for, so that a client that connects
 * again gets what it has missed. A type is recorded from its first client until some minutes after its last one; while
 * nothing is recorded, there is neither a subscription nor a timer.
 *
 * @module
 */
import { EVENT_PARENTS, type EventType, isSubscribed } from '../../config/tables/event-types.ts';
import type { SupervisorEvent } from '../../events/event.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { type EventRecord, eventRecord } from './event-record.ts';
import { EventRing } from './event-ring.ts';

/** Time between two heartbeats, in milliseconds. */
export const HEARTBEAT_MS = 15_000;
/** How long a type is recorded without a client, in heartbeats: five minutes. */
const LINGER_HEARTBEATS = 20;

/** A client of the recorder. */
export interface EventReader {
  /** Concrete types, such as `PROCESS_STATE_RUNNING`, and not groups of types. */
  readonly types: ReadonlySet<EventType>;
  /** An event of its types. */
  take(record: EventRecord): void;
  beat(): void;
}

interface Recording {
  /** Events up to this id may be missing. */
  readonly since: number;
  /** Heartbeats since the last one with a client. */
  idle: number;
}

const TYPES = Object.keys(EVENT_PARENTS) as EventType[];
const PARENTS: ReadonlySet<EventType | null> = new Set(Object.values(EVENT_PARENTS));
const LEAVES = TYPES.filter((type) => !PARENTS.has(type));

/** The concrete types of the types that clients have asked for. */
export function leavesOf(types: ReadonlySet<EventType>): ReadonlySet<EventType> {
  return new Set(LEAVES.filter((leaf) => isSubscribed(types, leaf)));
}

export class EventRecorder {
  readonly #supervisor: SupervisorView;
  /** Part of the ids, to distinguish them from those of an earlier daemon. */
  readonly #origin = Date.now().toString(36);
  readonly #readers = new Set<EventReader>();
  readonly #recordings = new Map<EventType, Recording>();
  /** By kind, so that many events of one kind do not displace those of another. */
  readonly #rings = new Map<EventType, EventRing>();
  /** The newest event of each type that is not kept any more. */
  readonly #dropped = new Map<EventType, number>();
  #lastId = 0;
  #unsubscribe: (() => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(supervisor: SupervisorView) {
    this.#supervisor = supervisor;
  }

  /** The id of the last event. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Whether anything is recorded. */
  get isActive(): boolean {
    return this.#timer !== null;
  }

  /** An id as clients see it. */
  idText(id: number): string {
    return `${this.#origin}-${id}`;
  }

  /** The id in the text of a client; null for one that this recorder has not given. */
  readId(text: string): number | null {
    const [, origin, digits] = /^(\w{1,16})-(\d{1,15})$/.exec(text) ?? [];
    const id = Number(digits);
    return origin === this.#origin && id <= this.#lastId ? id : null;
  }

  /** Begins to give a client its events; ends with the function that is returned. */
  add(reader: EventReader): () => void {
    this.#readers.add(reader);
    this.#record(reader.types);
    this.#timer ??= setInterval(() => this.#beat(), HEARTBEAT_MS);
    return () => {
      this.#readers.delete(reader);
    };
  }

  /** The next event of these types behind an id. */
  next(types: ReadonlySet<EventType>, id: number): EventRecord | null {
    let next: EventRecord | null = null;
    for (const ring of this.#rings.values()) {
      const record = ring.after(id, ({ type }) => types.has(type));
      if (record !== null && (next === null || record.id < next.id)) next = record;
    }
    return next;
  }

  /** The highest id up to which events of these types may be missing. */
  missingUpTo(types: ReadonlySet<EventType>): number {
    const ids = [...types].map((type) =>
      Math.max(this.#recordings.get(type)?.since ?? this.#lastId, this.#dropped.get(type) ?? 0),
    );
    return Math.max(0, ...ids);
  }

  #record(types: ReadonlySet<EventType>): void {
    const added = [...types].filter((type) => !this.#recordings.has(type));
    if (added.length === 0) return;
    // An id that no event has: the client learns that it has missed events.
    this.#lastId += 1;
    for (const type of added) this.#recordings.set(type, { since: this.#lastId, idle: 0 });
    this.#subscribe();
  }

  #subscribe(): void {
    this.#unsubscribe?.();
    const types = new Set(this.#recordings.keys());
    this.#unsubscribe =
      types.size === 0 ? null : this.#supervisor.subscribeToEvents(types, (event) => this.#take(event));
  }

  #take(event: SupervisorEvent): void {
    this.#lastId += 1;
    const record = eventRecord(event, this.#lastId, this.idText(this.#lastId), Date.now() / 1000);
    const kind = kindOf(event.type);
    const ring = this.#rings.get(kind) ?? new EventRing();
    this.#rings.set(kind, ring);
    for (const { type, id } of ring.add(record)) this.#dropped.set(type, id);
    for (const reader of [...this.#readers]) {
      if (reader.types.has(event.type)) reader.take(record);
    }
  }

  #beat(): void {
    for (const reader of [...this.#readers]) reader.beat();
    const before = this.#recordings.size;
    for (const [type, recording] of this.#recordings) {
      const isWanted = [...this.#readers].some(({ types }) => types.has(type));
      recording.idle = isWanted ? 0 : recording.idle + 1;
      if (recording.idle > LINGER_HEARTBEATS) this.#recordings.delete(type);
    }
    if (this.#recordings.size === before) return;
    this.#subscribe();
    const kinds = new Set([...this.#recordings.keys()].map(kindOf));
    for (const kind of this.#rings.keys()) if (!kinds.has(kind)) this.#rings.delete(kind);
    if (kinds.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }
}

/** The type right below EVENT, or VISORD_EVENT. */
function kindOf(type: EventType): EventType {
  const parent = EVENT_PARENTS[type];
  return parent === null || EVENT_PARENTS[parent] === null ? type : kindOf(parent);
}
