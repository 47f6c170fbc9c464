/**
 * Reads a log of the daemon in pieces, by positions in bytes.
 *
 * @module
 */
import type { LogName } from '../model/routes.ts';
import { ApiFault, request } from './api.ts';

export interface Piece {
  readonly bytes: Uint8Array;
  /** Position of the first byte. */
  readonly begin: number;
  /** Position behind the last byte. */
  readonly end: number;
  /** Of the log, as far as it is known. */
  readonly size: number;
  /** Differs between files: a rotation begins another one. */
  readonly file: string;
  /** How many rotated logs there are. */
  readonly backups: number;
}

export interface LogSource {
  /** Where the whole log can be downloaded. */
  readonly address: string;
  /** The last bytes. @param backup of a rotated log, from 1; 0 is the log itself @throws ApiFault, UnreachableError */
  readEnd(length: number, backup: number): Promise<Piece>;
  /** Fewer bytes at the end of the log. @throws ApiFault, UnreachableError */
  read(begin: number, length: number, backup: number): Promise<Piece>;
  /**
   * Calls back with what the file of the log gets from a position on, until the signal, or until another file follows it.
   *
   * @throws ApiFault, UnreachableError
   */
  follow(begin: number, onPiece: (piece: Piece) => void, signal: AbortSignal): Promise<void>;
}

export function logSource(id: string, log: LogName): LogSource {
  const address = log === 'main' ? 'api/logs/supervisord' : `api/logs/${encodeURIComponent(id)}/${log}`;
  return {
    address,
    readEnd: (length, backup) => readPiece(`${address}?backup=${backup}&offset=${-length}`),
    read: (begin, length, backup) =>
      readPiece(`${address}?backup=${backup}&offset=${begin}&length=${length}`),
    follow: async (begin, onPiece, signal) => {
      const response = await ask(`${address}?follow=file&offset=${begin}`, signal);
      const { begin: first, file, backups } = placeOf(response);
      const reader = response.body?.getReader();
      let end = first;
      for (;;) {
        const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
        if (done || value === undefined) return;
        const begin = end;
        end += value.length;
        onPiece({ bytes: value, begin, end, size: end, file, backups });
      }
    },
  };
}

async function readPiece(address: string): Promise<Piece> {
  const response = await ask(address);
  const place = placeOf(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { ...place, bytes, end: place.begin + bytes.length };
}

/** @throws ApiFault where there is no such log */
async function ask(address: string, signal?: AbortSignal): Promise<Response> {
  const response = await request(address, signal && { signal });
  if (response.ok) return response;
  const text = await response.text();
  throw new ApiFault(response.status, errorIn(text) ?? `the daemon answers with status ${response.status}`);
}

function errorIn(text: string): string | null {
  try {
    return (JSON.parse(text) as { error?: string }).error ?? null;
  } catch {
    return null;
  }
}

function placeOf({ headers }: Response): Omit<Piece, 'bytes' | 'end'> {
  return {
    begin: Number(headers.get('X-Log-Offset') ?? 0),
    size: Number(headers.get('X-Log-Size') ?? 0),
    file: headers.get('X-Log-File') ?? '',
    backups: Number(headers.get('X-Log-Backups') ?? 0),
  };
}
