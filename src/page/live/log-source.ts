/**
 * Reads a log of the daemon in pieces, by positions in bytes.
 *
 * @module
 */
import type { LogName } from '../model/routes.ts';
import { call } from './api.ts';

export interface Piece {
  readonly bytes: Uint8Array;
  /** Position of the first byte. */
  readonly begin: number;
  /** Position behind the last byte. */
  readonly end: number;
  /** Of the log; null where it is not known. */
  readonly size: number | null;
  /** The log has another beginning than before: it was rotated or cleared. */
  readonly isAnother: boolean;
}

export interface LogSource {
  /** The last bytes of the log. @throws ApiFault, UnreachableError */
  readEnd(length: number): Promise<Piece>;
  /** Fewer bytes at the end of the log. @throws ApiFault, UnreachableError */
  read(begin: number, length: number): Promise<Piece>;
  /** Calls back with what the log gets, until the signal: from a position on. @throws ApiFault, UnreachableError */
  follow(begin: number, onPiece: (piece: Piece) => void, signal: AbortSignal): Promise<void>;
}

const FOLLOW_MS = 700;
const MOST_BYTES = 1 << 20;

type Tail = readonly [text: string, offset: number, overflow: boolean];

export function logSource(id: string, log: LogName): LogSource {
  const channel = log === 'stderr' ? 'Stderr' : 'Stdout';
  const tail = (offset: number, length: number, signal?: AbortSignal): Promise<Tail> =>
    call<Tail>(`supervisor.tailProcess${channel}Log`, [id, offset, length], signal);
  return {
    readEnd: async (length) => {
      const [text, size] = await tail(0, length);
      return pieceOf(text, size, false);
    },
    read: async (begin, length) => {
      const text = await call<string>(`supervisor.readProcess${channel}Log`, [id, begin, length]);
      const bytes = new TextEncoder().encode(text);
      return { bytes, begin, end: begin + bytes.length, size: null, isAnother: false };
    },
    follow: async (begin, onPiece, signal) => {
      let known = begin;
      while (!signal.aborted) {
        const [text, size] = await tail(known, MOST_BYTES, signal);
        if (size !== known) onPiece(pieceOf(text, size, size < known));
        known = size;
        await new Promise((resolve) => setTimeout(resolve, FOLLOW_MS));
      }
    },
  };
}

export function logAddress(id: string, log: LogName): string {
  return log === 'main' ? 'mainlogtail' : `tail.html?processname=${encodeURIComponent(id)}`;
}

function pieceOf(text: string, size: number, isAnother: boolean): Piece {
  const bytes = new TextEncoder().encode(text);
  return { bytes, begin: Math.max(0, size - bytes.length), end: size, size, isAnother };
}
