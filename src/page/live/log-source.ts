/**
 * Reads a log of the daemon in pieces, by positions in bytes.
 *
 * @module
 */

import { windowOfBytes } from '../model/log-cut.ts';
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
  /** The positions are those of the text, not of the file. */
  readonly isCompressed: boolean;
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
    readEnd: (length, backup) => readPart(address, backup, -length, length),
    read: (begin, length, backup) => readPart(address, backup, begin, length),
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
        onPiece({ bytes: value, begin, end, size: end, file, backups, isCompressed: false });
      }
    },
  };
}

const BAD_REQUEST = 400;

/** @param offset a negative one counts from the end @throws ApiFault, UnreachableError */
async function readPart(address: string, backup: number, offset: number, length: number): Promise<Piece> {
  try {
    const response = await ask(`${address}?backup=${backup}&offset=${offset}&length=${length}`);
    const place = placeOf(response);
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { ...place, bytes, end: place.begin + bytes.length, isCompressed: false };
  } catch (error) {
    // The daemon sends a compressed log whole.
    const isCompressed = backup > 0 && error instanceof ApiFault && error.code === BAD_REQUEST;
    if (!isCompressed || length === 0) throw error;
    return readWhole(`${address}?backup=${backup}`, offset, length);
  }
}

/** Reads all of a log, and keeps the part: the browser decompresses it. */
async function readWhole(address: string, offset: number, length: number): Promise<Piece> {
  const response = await ask(address);
  const reader = response.body?.getReader();
  const window = windowOfBytes(offset, length);
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (done || value === undefined) break;
    window.add(value);
  }
  const { bytes, begin, size } = window.get();
  return { ...placeOf(response), bytes, begin, end: begin + bytes.length, size, isCompressed: true };
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

function placeOf({ headers }: Response): Omit<Piece, 'bytes' | 'end' | 'isCompressed'> {
  return {
    begin: Number(headers.get('X-Log-Offset') ?? 0),
    size: Number(headers.get('X-Log-Size') ?? 0),
    file: headers.get('X-Log-File') ?? '',
    backups: Number(headers.get('X-Log-Backups') ?? 0),
  };
}
