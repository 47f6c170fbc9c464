/**
 * What a daemon hands over to the program that goes on under its pid: what a journal does not have of the processes,
 * and the descriptors that stay open.
 *
 * @module
 */
import type { SerialsSoFar } from '../../events/serials.ts';
import {
  dictionary,
  type Field,
  flag,
  type JsonObject,
  list,
  number,
  object,
  readFields,
  text,
  unknownFields,
  writeFields,
} from './schema.ts';

/** A listening socket and the clients that are connected through it. */
export interface HandedSocket {
  /** Tells it from others. */
  readonly address: string;
  readonly descriptor: number;
  readonly connections: readonly number[];
}

export interface Handover {
  /** Soft limit of open files that the daemon was started with. */
  readonly softFileLimit: number;
  /** It runs in the background. */
  readonly isDetached: boolean;
  readonly sockets: readonly HandedSocket[];
  /** Names of groups that are configured, and were not active. */
  readonly inactive: readonly string[];
  readonly serials: SerialsSoFar;
  /** Event listeners that wait for an event, as `keyOf` names them. */
  readonly listening: readonly string[];
  /** What the hand-over has that this version does not know: it is part of the next one. */
  readonly unknown?: unknown;
}

const SOCKET = {
  address: text(''),
  descriptor: number(-1),
  connections: list(number(-1)),
} satisfies { readonly [K in keyof HandedSocket]: Field<HandedSocket[K]> };

const HANDOVER = {
  softFileLimit: number(1024),
  isDetached: flag(false),
  sockets: list(object(SOCKET)),
  inactive: list(text('')),
  serials: object({ next: number(0), pools: dictionary(number(0)) }),
  listening: list(text('')),
} satisfies { readonly [K in Exclude<keyof Handover, 'unknown'>]: Field<Handover[K]> };

export function writeHandover(handover: Handover): JsonObject {
  return writeFields(HANDOVER, handover, handover.unknown);
}

export function readHandover(value: JsonObject): Handover {
  const unknown = unknownFields(HANDOVER, value);
  const handover = readFields(HANDOVER, value);
  return unknown === undefined ? handover : { ...handover, unknown };
}
