/**
 * What a daemon hands over to the program that goes on under its pid: what a journal does not have of the processes,
 * and the descriptors that stay open.
 *
 * @module
 */
import { VISORD_VERSION } from '../../config/tables/visord-version.ts';
import type { PoolSnapshot } from '../../events/pool-snapshot.ts';
import type { SerialsSnapshot } from '../../events/serials.ts';
import type { LeftPipe } from '../../process/channels/left-pipes.ts';
import type { ChannelEnds } from '../../process/channels/reopen-pipes.ts';
import type { HeldSocket } from '../../process/spawn/held-sockets.ts';
import {
  choice,
  dictionary,
  type Field,
  flag,
  type JsonObject,
  list,
  number,
  object,
  orNull,
  readFields,
  text,
  unknownFields,
  writeFields,
} from './schema.ts';
import { bytes, storedPools } from './stored-pools.ts';

/** A listening socket and the clients that are connected through it. */
export interface HandedSocket {
  /** Distinguishes it from others. */
  readonly address: string;
  readonly descriptor: number;
  readonly connections: readonly number[];
}

export interface Handover {
  /** Soft limit of open files that the daemon was started with. */
  readonly softFileLimit: number;
  /** Wall time of the hand-over, in milliseconds; null where it is not known. */
  readonly leftAtMs: number | null;
  /** It runs in the background. */
  readonly isDetached: boolean;
  readonly sockets: readonly HandedSocket[];
  /** Names of groups that are configured, and were not active. */
  readonly inactive: readonly string[];
  readonly serials: SerialsSnapshot;
  /** Event listeners that wait for an event, as `keyOf` names them. */
  readonly listening: readonly string[];
  /** The states of all pools of event listeners, by name. */
  readonly pools: Readonly<Record<string, PoolSnapshot>>;
  /** What was written to the stdin of processes that have not read it yet, as `keyOf` names them. */
  readonly inputs: Readonly<Record<string, Buffer>>;
  /** Our ends of the channels of processes, as `keyOf` names them. */
  readonly ends: Readonly<Record<string, ChannelEnds>>;
  /** Pipes that are still written to when their process has ended. */
  readonly leftPipes: readonly LeftPipe[];
  /** Sockets of `listen=`. */
  readonly heldSockets: readonly HeldSocket[];
  /** Descriptor of a history without a name; null where there is none. */
  readonly history: number | null;
  /** Fields that this version does not know; they are part of the next hand-over. */
  readonly unknown?: unknown;
}

const SOCKET = {
  address: text(''),
  descriptor: number(-1),
  connections: list(number(-1)),
} satisfies { readonly [K in keyof HandedSocket]: Field<HandedSocket[K]> };

const ENDS = {
  stdin: orNull(number(-1)),
  stdout: orNull(number(-1)),
  stderr: orNull(number(-1)),
} satisfies { readonly [K in keyof ChannelEnds]: Field<ChannelEnds[K]> };

const LEFT_PIPE = {
  groupName: text(''),
  name: text(''),
  channel: choice(['stdout', 'stderr'], 'stdout'),
  fd: number(-1),
} satisfies { readonly [K in keyof LeftPipe]: Field<LeftPipe[K]> };

const HELD_SOCKET = {
  url: text(''),
  descriptor: number(-1),
} satisfies { readonly [K in keyof HeldSocket]: Field<HeldSocket[K]> };

const HANDOVER = {
  softFileLimit: number(1024),
  leftAtMs: orNull(number(0)),
  isDetached: flag(false),
  sockets: list(object(SOCKET)),
  inactive: list(text('')),
  serials: object({ next: number(0), pools: dictionary(number(0)) }),
  listening: list(text('')),
  pools: storedPools,
  inputs: dictionary(bytes),
  ends: dictionary(object(ENDS)),
  leftPipes: list(object(LEFT_PIPE)),
  heldSockets: list(object(HELD_SOCKET)),
  history: orNull(number(-1)),
} satisfies { readonly [K in Exclude<keyof Handover, 'unknown'>]: Field<Handover[K]> };

/**
 * The version that wrote the pools, inputs and descriptors of pipes. An older version that does not know these
 * fields hands them over unchanged, so that they are out of date.
 */
const WRITER = { writer: text('') };

export function writeHandover(handover: Handover): JsonObject {
  const written = writeFields(HANDOVER, handover, handover.unknown);
  return { ...written, writer: VISORD_VERSION };
}

/** @param visord version of the writer of the journal; null where that is not known */
export function readHandover(value: JsonObject, visord: string | null): Handover {
  const unknown = unknownFields({ ...HANDOVER, ...WRITER }, value);
  const read = readFields(HANDOVER, value);
  const isCurrent = visord !== null && readFields(WRITER, value).writer === visord;
  const handover = isCurrent
    ? read
    : { ...read, pools: {}, inputs: {}, ends: {}, leftPipes: [], heldSockets: [], history: null };
  return unknown === undefined ? handover : { ...handover, unknown };
}
