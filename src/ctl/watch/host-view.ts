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
import { resourcePoll } from './resource-poll.ts';
import { type Observations, observe, type Row } from './rows.ts';

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
  /** Why the last poll was not answered, or has not been for some seconds; null where it was. */
  trouble(): string | null;
  /** False where processor time and memory of its processes are unknown. */
  hasUsage(): boolean;
  /** Polls at once. */
  pollNow(): void;
  close(): void;
}

export interface HostViewOptions {
  readonly intervalMs: number;
  /** The names on the screen, whose last lines are read. */
  readonly visible: () => readonly string[];
  /** Called after each poll, and each second while one is not answered. */
  readonly changed: () => void;
}

/** The longest pause before the next poll of a host that has not answered. */
const RETRY_MS = 2000;
/** The second poll comes soon: it knows which rows are visible, and how much processor time has passed. */
const SECOND_MS = 250;
/** A slow answer is followed by a pause of this many times its duration: a poll must not be the load of a daemon. */
const PAUSE_FACTOR = 4;
const SILENT_SECONDS = 3;

/** Polls until it is closed. */
export function viewHost(host: WatchedHost, { intervalMs, visible, changed }: HostViewOptions): HostView {
  const { prefix, connection, limitMs } = host;
  const resources = resourcePoll(connection, parseServerUrl(connection.serverUrl));
  let rows: readonly Row[] = [];
  let observations: Observations = new Map();
  let trouble: string | null = null;
  let pollingSince: number | null = null;
  let isFirst = true;
  let isAgainWanted = false;
  let isClosed = false;
  let next: NodeJS.Timeout | null = null;

  const read = async (): Promise<void> => {
    const infos = await supervisorAt(connection).getAllProcessInfo();
    const own = visible().filter((name) => name.startsWith(prefix) && name !== prefix);
    const [lastLines, usageOf] = await Promise.all([
      readLastLines(
        connection,
        own.map((name) => name.slice(prefix.length)),
      ),
      resources.read(),
    ]);
    const observed = observe(infos, observations, usageOf, lastLines);
    rows = observed.rows.map((row) => ({ ...row, name: prefix + row.name }));
    observations = observed.observations;
  };
  const poll = async (): Promise<void> => {
    if (pollingSince !== null || isClosed) return;
    const began = performance.now();
    pollingSince = began;
    const ticking = setInterval(changed, 1000);
    try {
      await (limitMs === null ? read() : within(limitMs, read()));
      trouble = null;
    } catch (error) {
      trouble = explainTrouble(error, connection.serverUrl);
      // The daemon that answers next may be another one.
      resources.forget();
    }
    clearInterval(ticking);
    pollingSince = null;
    if (isClosed) return;
    changed();
    const isSecondNext = isFirst && trouble === null;
    const longest = trouble === null ? (isSecondNext ? SECOND_MS : intervalMs) : RETRY_MS;
    const wanted = Math.min(intervalMs, longest);
    if (isSecondNext) isFirst = false;
    const afterSlow = isSecondNext ? 0 : PAUSE_FACTOR * (performance.now() - began);
    const pause = isAgainWanted ? 0 : Math.max(wanted, afterSlow);
    isAgainWanted = false;
    next = setTimeout(() => void poll(), Math.min(pause, Math.max(wanted, MAX_PAUSE_MS)));
  };
  const pollNow = (): void => {
    if (next !== null) clearTimeout(next);
    isAgainWanted = pollingSince !== null;
    void poll();
  };
  const silentSeconds = (): number =>
    pollingSince === null ? 0 : Math.floor((performance.now() - pollingSince) / 1000);
  pollNow();
  return {
    host,
    rows: () => rows,
    trouble: () => {
      const seconds = silentSeconds();
      return seconds < SILENT_SECONDS
        ? trouble
        : `${connection.serverUrl} has not answered for ${seconds} seconds`;
    },
    hasUsage: resources.isKnown,
    pollNow,
    close: () => {
      isClosed = true;
      if (next !== null) clearTimeout(next);
    },
  };
}

const MAX_PAUSE_MS = 10_000;

/** The state of the row for a host that does not answer. */
export const SILENT = 'SILENT';

/** The one row of a host that does not answer; its name has no process behind the slash. */
export function silentRow({ prefix }: WatchedHost, trouble: string): Row {
  return {
    name: prefix,
    group: '',
    state: SILENT,
    pid: 0,
    uptimeSeconds: null,
    cpuPercent: null,
    memoryBytes: null,
    restarts: 0,
    reason: trouble,
    lastLine: '',
  };
}
