/**
 * The state of the slots for the next daemon of this machine: a file in the runtime folder.
 *
 * @module
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MainLog } from '../logs/main-log.ts';
import type { GuardProcess } from './guard.ts';
import type { Claim, Lease } from './slots/types.ts';

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

/** Of this boot, PID namespace, fleet and node. */
export type Origin = Pick<KeptState, 'machine' | 'member'>;

export interface StateKeeper {
  /** Writes the state where it has changed; a failure is logged. */
  save(state: KeptState): void;
  /** At the end of a daemon that has given back all slots. */
  remove(): void;
}

/** @param folderNow the runtime folder, which is made at the start of the daemon; null: nothing is kept */
export function stateKeeper(folderNow: () => string | null, log: MainLog): StateKeeper {
  let saved = '';
  return {
    save: (state) => {
      const text = stateText(state);
      const folder = folderNow();
      if (folder === null || text === saved) return;
      try {
        const path = pathIn(folder);
        writeFileSync(`${path}.new`, text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
        saved = text;
      } catch (error) {
        log.error(`fleet: ${(error as Error).message}`);
      }
    },
    remove: () => {
      const folder = folderNow();
      if (folder !== null) rmSync(pathIn(folder), { force: true });
    },
  };
}

function stateText({ claims, ...others }: KeptState): string {
  const slots = [...claims].map(([id, { token, ...claim }]) => ({ id, token: String(token), ...claim }));
  return JSON.stringify({ version: VERSION, ...others, slots });
}

/** The state that an earlier daemon of this boot has left; null if the file is missing or not valid. */
export function readState(folder: string | null, { machine, member }: Origin): KeptState | null {
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
