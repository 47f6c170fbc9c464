/**
 * What is known of one process: its state and its reason, what it waits for, and its last state changes.
 *
 * @module
 */
import { historyLines } from '../history-lines.ts';
import { reasonsOf, shortName } from '../wait-reasons.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { FaultError, HttpStatusError } from '../wire/trouble.ts';
import { type DependencyGraph, getGraph, getHistory } from '../wire/visord-api.ts';
import { formatBytes, formatPercent, formatUptime } from './columns.ts';
import { openPager, type Page } from './pager.ts';
import type { Row } from './rows.ts';

const CHANGES = 20;
const REFRESH_MS = 2000;

export interface DetailsOptions {
  readonly connection: Connection;
  /** `group:process`, as calls take it. */
  readonly name: string;
  readonly title: string;
  readonly hasColour: boolean;
  /** Of the last poll; null where the process does not exist any more. */
  readonly row: () => Row | null;
  readonly changed: () => void;
}

const UNKNOWN = [
  '',
  'Dependencies and state changes are unknown: the server has no methods of visord, or refuses them.',
];

/** A stock server has no graph and no history: a line reports that. */
export function openDetails(options: DetailsOptions): Page {
  const { connection, name, title, hasColour, row, changed } = options;
  let waits: readonly string[] = [];
  let history: readonly string[] | null = null;
  let isUnknown = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;

  const read = async (): Promise<void> => {
    const id = name.includes(':') ? name : `${name}:${name}`;
    const graph = await orNull(getGraph(connection));
    waits = graph === null ? [] : dependenciesOf(graph, id);
    const changes = await orNull(getHistory(connection, id, CHANGES));
    history = changes === null ? null : (await historyLines(changes)).toReversed();
    isUnknown = graph === null && changes === null;
  };
  const refresh = async (): Promise<void> => {
    // A server that does not answer is reported by the list.
    await read().catch(() => undefined);
    if (isClosed) return;
    changed();
    timer = setTimeout(() => void refresh(), REFRESH_MS);
  };
  void refresh();
  return openPager({
    title,
    hasColour,
    lines: () => [
      ...summaryOf(row()),
      ...(waits.length === 0 ? [] : ['', 'Dependencies:', ...waits.map((line) => `  ${line}`)]),
      ...(history === null || history.length === 0
        ? []
        : ['', 'State changes, the latest first:', ...history.map((line) => `  ${line}`)]),
      ...(isUnknown ? UNKNOWN : []),
    ],
    close: () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  });
}

function summaryOf(row: Row | null): string[] {
  if (row === null) return ['The process does not exist any more.'];
  const fields: readonly (readonly [string, string])[] = [
    ['State', row.state],
    ['Reason', row.reason],
    ['Pid', row.pid > 0 ? String(row.pid) : ''],
    ['Uptime', formatUptime(row.uptimeSeconds)],
    ['Processor', row.cpuPercent === null ? '' : `${formatPercent(row.cpuPercent)}%`],
    ['Memory', formatBytes(row.memoryBytes)],
    ['Restarts', String(row.restarts)],
    ['Last line', row.lastLine],
  ];
  return fields.filter(([, value]) => value !== '').map(([label, value]) => `${label.padEnd(11)}${value}`);
}

function dependenciesOf({ processes }: DependencyGraph, id: string): string[] {
  const byName = new Map(processes.map((process) => [process.name, process]));
  const process = byName.get(id);
  if (process === undefined || process.dependencies.length === 0) return [];
  if (process.waiting >= 0) return reasonsOf(process, byName);
  return process.dependencies.map(
    ({ name, condition, met }) =>
      `${shortName(name)} (${condition}): ${met ? 'met' : 'not met'}, ${byName.get(name)?.statename ?? 'unknown'}`,
  );
}

/** Null where the server refuses the method or does not have it. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof FaultError || (error instanceof HttpStatusError && error.status === 403))
      return null;
    throw error;
  }
}
