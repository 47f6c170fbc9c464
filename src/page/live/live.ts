/**
 * The processes of the daemon, live: read once, and again when events report changes. Without a stream of
 * events they are read every few seconds.
 *
 * @module
 */
import { idOf, type ProcessStatus, type ResourceStruct, type Row, rowOf, usageOf } from '../model/process.ts';
import { ApiFault, call, messageOf } from './api.ts';
import { pause } from './pause.ts';
import { storeOf } from './store.ts';

/** `live`: events arrive; `polling`: they do not; `lost`: the daemon does not answer; `early`: nothing has been read yet. */
export type Connection = 'early' | 'live' | 'polling' | 'lost';

export interface Snapshot {
  readonly rows: readonly Row[];
  /** Of the daemon, as RUNNING. */
  readonly state: string;
  readonly connection: Connection;
  /** Why the last read failed; null after one that did not. */
  readonly trouble: string | null;
  /** Seconds that the clock of the daemon is ahead of that of the browser. */
  readonly clockOffset: number;
  /** Grows when the list of processes may have changed. */
  readonly generation: number;
}

interface Status {
  readonly state: string;
  readonly now: number;
  readonly processes: readonly ProcessStatus[];
}

export const snapshot = storeOf<Snapshot>({
  rows: [],
  state: 'RUNNING',
  connection: 'early',
  trouble: null,
  clockOffset: 0,
  generation: 0,
});

/** Ids of the processes to read again; above this number all processes are read. */
const MOST_SINGLE = 30;
const GATHER_MS = 60;
const POLL_MS = 3000;
const RESOURCES_MS = 3000;
/** Slow answers are followed by pauses of this many times their duration: many pages must not be the load of a daemon. */
const PAUSE_FACTOR = 4;
const LONGEST_PAUSE_MS = 10_000;
const RETRY_MS = 1000;
const UNKNOWN_METHOD = 1;
const TYPES = 'PROCESS_STATE,PROCESS_GROUP,SUPERVISOR_STATE_CHANGE';

let source: EventSource | null = null;
let gatherTimer: ReturnType<typeof setTimeout> | null = null;
let polling: ReturnType<typeof setTimeout> | null = null;
let isReading = false;
/** How long the last read has taken. */
let readMs = 0;
let isAgainWanted = false;
const changed = new Set<string>();
let isAllWanted = false;

/** Begins to follow the daemon; pages in the background do not. */
export function follow(first: readonly Row[]): void {
  snapshot.set({ ...snapshot.get(), rows: first });
  const appear = (): void => {
    if (document.visibilityState === 'visible') connect();
    else disconnect();
  };
  document.addEventListener('visibilitychange', appear);
  appear();
  void followResources();
}

/** Reads all processes again, and resolves when that is done. */
export async function refresh(): Promise<void> {
  isAllWanted = true;
  await read();
}

function connect(): void {
  disconnect();
  void refresh().then(readResources);
  const opened = new EventSource(`api/events?types=${TYPES}`);
  source = opened;
  opened.onopen = () => {
    update({ connection: 'live' });
    stopPolling();
    want(null);
  };
  opened.onmessage = onEvent;
  // Events are missing between the last connection and this one.
  opened.addEventListener('lost', () => want(null));
  opened.onerror = () => {
    if (source !== opened) return;
    opened.close();
    source = null;
    if (snapshot.get().connection === 'live') update({ connection: 'polling' });
    poll();
  };
}

function disconnect(): void {
  source?.close();
  source = null;
  stopPolling();
}

/** Reads every few seconds, and tries in between whether events arrive again. */
function poll(): void {
  if (polling !== null) return;
  polling = setTimeout(
    async () => {
      polling = null;
      if (document.visibilityState !== 'visible') return;
      const isThere = await refresh().then(() => snapshot.get().trouble === null);
      if (source !== null) return;
      if (isThere) connect();
      else poll();
    },
    snapshot.get().connection === 'lost' ? RETRY_MS : POLL_MS,
  );
}

function stopPolling(): void {
  if (polling !== null) clearTimeout(polling);
  polling = null;
}

interface EventData {
  readonly payload: { readonly groupname?: string; readonly processname?: string };
}

function onEvent({ data }: MessageEvent<string>): void {
  const { groupname, processname } = (JSON.parse(data) as EventData).payload;
  want(groupname === undefined || processname === undefined ? null : idOf(groupname, processname));
}

/**
 * Schedules a read; further calls within a short time join it.
 *
 * @param id of a process; null is all
 */
function want(id: string | null): void {
  if (id === null) isAllWanted = true;
  else changed.add(id);
  if (gatherTimer !== null) return;
  gatherTimer = setTimeout(
    () => {
      gatherTimer = null;
      void read();
    },
    pauseAfter(readMs, GATHER_MS),
  );
}

function pauseAfter(durationMs: number, leastMs: number): number {
  return Math.max(leastMs, Math.min(LONGEST_PAUSE_MS, PAUSE_FACTOR * durationMs));
}

async function durationOf(work: Promise<void>): Promise<number> {
  const began = performance.now();
  await work;
  return performance.now() - began;
}

async function read(): Promise<void> {
  if (isReading) {
    isAgainWanted = true;
    return;
  }
  isReading = true;
  try {
    do {
      isAgainWanted = false;
      const names = isAllWanted || changed.size > MOST_SINGLE ? [] : [...changed];
      isAllWanted = false;
      changed.clear();
      readMs = await durationOf(readStatus(names));
    } while (isAgainWanted);
  } finally {
    isReading = false;
  }
}

async function readStatus(names: readonly string[]): Promise<void> {
  try {
    const status = await call<Status>('visord.getStatus', [names]);
    const before = snapshot.get();
    const usages = new Map(before.rows.map((row) => [row.id, row.usage]));
    const read = status.processes.map((one) => rowOf(one, usages.get(idOf(one.group, one.name)) ?? null));
    const fresh = new Map(read.map((row) => [row.id, row]));
    const rows = names.length === 0 ? read : before.rows.map((row) => fresh.get(row.id) ?? row);
    const connection = source?.readyState === EventSource.OPEN ? 'live' : 'polling';
    snapshot.set({
      ...before,
      rows,
      state: status.state,
      connection,
      trouble: null,
      clockOffset: status.now - Date.now() / 1000,
      generation: before.generation + (names.length === 0 ? 1 : 0),
    });
  } catch (error) {
    // A process that is gone: the groups have changed.
    if (error instanceof ApiFault && names.length > 0) {
      isAllWanted = true;
      isAgainWanted = true;
      return;
    }
    update({ connection: 'lost', trouble: messageOf(error) });
  }
}

let isWithoutResources = false;

async function followResources(): Promise<void> {
  let tookMs = 0;
  for (;;) {
    const pauseMs = pauseAfter(tookMs, RESOURCES_MS);
    await pause(pauseMs);
    tookMs = await durationOf(readResources());
  }
}

/** While the page is on the screen only. */
async function readResources(): Promise<void> {
  const { connection } = snapshot.get();
  if (isWithoutResources || document.visibilityState !== 'visible' || connection === 'lost') return;
  try {
    const structs = await call<readonly ResourceStruct[]>('visord.getResources');
    const atMs = performance.now();
    const byId = new Map(structs.map((struct) => [idOf(struct.group, struct.name), struct]));
    const rows = snapshot.get().rows.map((row) => {
      const struct = byId.get(row.id);
      return struct === undefined ? row : { ...row, usage: usageOf(struct, row.usage, atMs) };
    });
    update({ rows });
  } catch (error) {
    // An older daemon under a newer page does not have it.
    if (error instanceof ApiFault && error.code === UNKNOWN_METHOD) isWithoutResources = true;
  }
}

function update(changes: Partial<Snapshot>): void {
  snapshot.set({ ...snapshot.get(), ...changes });
}
