/**
 * An event as the event stream sends it: a message of server-sent events with JSON in it.
 *
 * Source: HTML, 9.2 Server-sent events.
 *
 * @module
 */
import type { EventType } from '../../config/tables/event-types.ts';
import type { SupervisorEvent } from '../../events/event.ts';

export interface EventRecord {
  /** Grows from event to event. */
  readonly id: number;
  readonly type: EventType;
  /** The group of the event; null for an event without a group. */
  readonly group: string | null;
  /** The process of that group; null for an event of a whole group. */
  readonly process: string | null;
  /** The whole message, which all clients share. */
  readonly message: Buffer;
}

/** The part of a payload before the first line end has `key:value` pairs; what follows is the data of these types. */
const WITH_DATA: ReadonlySet<EventType> = new Set<EventType>([
  'PROCESS_COMMUNICATION_STDOUT',
  'PROCESS_COMMUNICATION_STDERR',
  'PROCESS_LOG_STDOUT',
  'PROCESS_LOG_STDERR',
  'REMOTE_COMMUNICATION',
  'VISORD_EVENT_HEALTH_UNHEALTHY',
]);

/** The keys whose values are numbers. */
const NUMBERS: ReadonlySet<string> = new Set(['pid', 'tries', 'expected', 'when', 'failures']);

/** @param idText the id as clients see it; @param seconds wall time since the epoch */
export function eventRecord(
  { type, payload }: SupervisorEvent,
  id: number,
  idText: string,
  seconds: number,
): EventRecord {
  const end = payload.indexOf('\n');
  const head = end < 0 ? payload : payload.slice(0, end);
  const fields = type === 'REMOTE_COMMUNICATION' ? [pairOf(head)] : head.split(' ').map(pairOf);
  const members: Readonly<Record<string, string | number>> = Object.fromEntries(
    fields
      .filter(([key]) => key !== '')
      .map(([key, value]) => [key, NUMBERS.has(key) ? Number(value) : value]),
  );
  const content = {
    type,
    time: seconds,
    payload: members,
    ...(WITH_DATA.has(type) && { data: end < 0 ? '' : payload.slice(end + 1) }),
  };
  const { groupname, processname } = members;
  return {
    id,
    type,
    group: typeof groupname === 'string' ? groupname : null,
    process: typeof processname === 'string' ? processname : null,
    message: Buffer.from(`id: ${idText}\ndata: ${JSON.stringify(content)}\n\n`),
  };
}

function pairOf(text: string): [key: string, value: string] {
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}

/** A message about the stream itself, which has a name; those of events have none. */
export function streamMessage(name: 'lost' | 'dropped', reason: string): Buffer {
  return Buffer.from(`event: ${name}\ndata: ${JSON.stringify({ reason })}\n\n`);
}

/** Sets the id that the client sends when it connects again, and how long it waits before that, in milliseconds. */
export function firstMessage(idText: string, retryMs: number): Buffer {
  return Buffer.from(`retry: ${retryMs}\nid: ${idText}\n\n`);
}

/** A comment, which clients ignore. */
export const HEARTBEAT: Buffer = Buffer.from(': still connected\n\n');
