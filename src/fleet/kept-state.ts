/**
 * The state of the slots for the next daemon of this machine: a file in the runtime folder.
 *
 * @module
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GuardProcess } from './guard.ts';
import type { Claim, Lease } from './slots/slot.ts';

export interface KeptState {
  /** Boot and PID namespace; a file of another one is ignored. */
  readonly machine: string;
  /** Of the daemon, see `Marker`. */
  readonly owner: string;
  /** Prefix of the keys, and name of the node. */
  readonly member: string;
  readonly lease: Lease | null;
  readonly guards: readonly GuardProcess[];
  readonly claims: ReadonlyMap<string, Claim>;
}

const VERSION = 2;

function pathIn(folder: string): string {
  return join(folder, 'fleet.json');
}

/** Writes the file in one step. @throws ErrnoException */
export function writeState(folder: string, text: string): void {
  const path = pathIn(folder);
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function stateText({ claims, ...others }: KeptState): string {
  const slots = [...claims].map(([id, { token, ...claim }]) => ({ id, token: String(token), ...claim }));
  return JSON.stringify({ version: VERSION, ...others, slots });
}

/** The state that an earlier daemon of this boot has left; null if the file is missing or not valid. */
export function readState(folder: string | null, machine: string, member: string): KeptState | null {
  if (folder === null) return null;
  try {
    const { version, slots, ...state } = JSON.parse(readFileSync(pathIn(folder), 'utf8'));
    if (version !== VERSION || state.machine !== machine || state.member !== member) return null;
    const claims = new Map<string, Claim>();
    for (const { id, token, ...claim } of slots) claims.set(id, { ...claim, token: BigInt(token) });
    return { ...state, claims };
  } catch {
    return null;
  }
}
