/**
 * Pools of event listeners as they are kept in a hand-over.
 *
 * @module
 */
import { EVENT_PARENTS, type EventType } from '../../config/tables/event-types.ts';
import {
  type BufferedEvent,
  LISTENER_STATES,
  type ListenerSnapshot,
  type PoolSnapshot,
} from '../../events/pool-snapshot.ts';
import {
  choice,
  dictionary,
  type Field,
  list,
  number,
  object,
  orNull,
  readFields,
  text,
  writeFields,
} from './schema.ts';

/** Bytes, written as base64. */
export const bytes: Field<Buffer> = {
  fallback: Buffer.alloc(0),
  read: (value) => (typeof value === 'string' ? Buffer.from(value, 'base64') : undefined),
  write: (value) => value.toString('base64'),
};

const EVENT_TYPES = Object.keys(EVENT_PARENTS) as EventType[];

const EVENT = {
  type: choice(EVENT_TYPES, 'EVENT'),
  payload: text(''),
  serial: number(0),
  poolSerial: number(0),
};

const bufferedEvent: Field<BufferedEvent> = {
  fallback: { event: { type: 'EVENT', payload: '' }, serial: 0, poolSerial: 0 },
  read: (value) => {
    const { type, payload, serial, poolSerial } = readFields(EVENT, value);
    // A type that this version does not know has no subscriber here.
    return type === 'EVENT' ? undefined : { event: { type, payload }, serial, poolSerial };
  },
  write: ({ event, serial, poolSerial }) => writeFields(EVENT, { ...event, serial, poolSerial }),
};

const LISTENER = {
  protocol: object({
    state: choice(LISTENER_STATES, 'UNKNOWN'),
    held: bytes,
    resultBytes: orNull(number(0)),
  }),
  event: orNull(bufferedEvent),
} satisfies { readonly [K in keyof ListenerSnapshot]: Field<ListenerSnapshot[K]> };

const POOL = {
  buffer: list(bufferedEvent),
  listeners: dictionary(object(LISTENER)),
} satisfies { readonly [K in keyof PoolSnapshot]: Field<PoolSnapshot[K]> };

/** By name. */
export const storedPools: Field<Readonly<Record<string, PoolSnapshot>>> = dictionary(object(POOL));
