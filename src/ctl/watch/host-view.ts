/**
 * The rows of one host of the live view. Each host is polled by itself: one that does not answer delays no other one.
 *
 * @module
 */
import type { Connection } from '../wire/rpc-client.ts';
import { parseServerUrl } from '../wire/server-url.ts';
import { supervisorAt } from '../wire/supervisor-api.ts';
import { within } from '../wire/time-limit.ts';
import { explainTrouble } from '../wire/trouble.ts';
import { readLastLines } from './last-lines.ts';
import { type Observations, observe, type Row } from './rows.ts';
import { usageReader } from './usage.ts';

export interface WatchedHost {
  /** Stands in front of the names of its processes: `NODE/` in a fleet, else nothing. */
  readonly prefix: string;
  readonly connection: Connection;
  /** How long a poll may take, in milliseconds; null leaves it to the connection. */
  readonly limitMs: number | null;
}

export interface HostView {
  readonly host: WatchedHost;
  /** Of the last poll that was answered. */
  rows(): readonly Row[];
  /** Why the last poll was not answered; null where it was. */
  trouble(): string | null;
  /** Polls at once. */
  pollNow(): void;
  close(): void;
}

export interface HostViewOptions {
  readonly intervalMs: number;
  /** The names on the screen, whose last lines are read. */
  readonly visible: () => readonly string[];
  /** Called after each poll. */
  readonly changed: () => void;
}

/** Polls until it is closed. */
export function viewHost(host: WatchedHost, { intervalMs, visible, changed }: HostViewOptions): HostView {
  const { prefix, connection, limitMs } = host;
  let rows: readonly Row[] = [];
  let observations: Observations = new Map();
  let trouble: string | null = null;
  let isPolling = false;
  let isClosed = false;
  let next: NodeJS.Timeout | null = null;

  const read = async (): Promise<void> => {
    const infos = await supervisorAt(connection).getAllProcessInfo();
    const own = visible().filter((name) => name.startsWith(prefix) && name !== prefix);
    const lastLines = await readLastLines(
      connection,
      own.map((name) => name.slice(prefix.length)),
    );
    const usageOf = usageReader(parseServerUrl(connection.serverUrl));
    const observed = observe(infos, observations, usageOf, lastLines);
    rows = observed.rows.map((row) => ({ ...row, name: prefix + row.name }));
    observations = observed.observations;
  };
  const poll = async (): Promise<void> => {
    if (isPolling || isClosed) return;
    isPolling = true;
    try {
      await (limitMs === null ? read() : within(limitMs, read()));
      trouble = null;
    } catch (error) {
      trouble = explainTrouble(error, connection.serverUrl);
    }
    isPolling = false;
    if (isClosed) return;
    changed();
    next = setTimeout(() => void poll(), intervalMs);
  };
  const pollNow = (): void => {
    if (next !== null) clearTimeout(next);
    void poll();
  };
  pollNow();
  return {
    host,
    rows: () => rows,
    trouble: () => trouble,
    pollNow,
    close: () => {
      isClosed = true;
      if (next !== null) clearTimeout(next);
    },
  };
}

/** The state of the row for a host that does not answer. */
export const SILENT = 'SILENT';

/** The one row of a host that does not answer; its name has no process behind the slash. */
export function silentRow({ prefix }: WatchedHost, trouble: string): Row {
  return {
    name: prefix,
    state: SILENT,
    pid: 0,
    uptimeSeconds: null,
    cpuPercent: null,
    memoryBytes: null,
    restarts: 0,
    lastLine: trouble,
    description: trouble,
  };
}
