/**
 * The columns of the live view, and how their values are written.
 *
 * @module
 */
import type { Sorting } from './order.ts';
import type { Row } from './rows.ts';

export interface Column {
  readonly heading: string;
  readonly sorting: Sorting;
  /** In cells. */
  readonly width: number;
  readonly isRight?: true;
  /** True for a figure that a server need not have. */
  readonly isUsage?: true;
  readonly cell: (row: Row) => string;
}

/** The last ones are left out first where they do not fit. */
export const COLUMNS: readonly Column[] = [
  { heading: 'STATE', sorting: 'state', width: 8, cell: ({ state }) => state },
  {
    heading: 'UPTIME',
    sorting: 'uptime',
    width: 9,
    isRight: true,
    cell: ({ uptimeSeconds }) => formatUptime(uptimeSeconds),
  },
  {
    heading: 'PID',
    sorting: 'pid',
    width: 7,
    isRight: true,
    cell: ({ pid }) => (pid > 0 ? String(pid) : ''),
  },
  {
    heading: 'CPU%',
    sorting: 'cpu',
    width: 5,
    isRight: true,
    isUsage: true,
    cell: ({ cpuPercent }) => formatPercent(cpuPercent),
  },
  {
    heading: 'MEM',
    sorting: 'memory',
    width: 6,
    isRight: true,
    isUsage: true,
    cell: ({ memoryBytes }) => formatBytes(memoryBytes),
  },
  {
    heading: 'RST',
    sorting: 'restarts',
    width: 4,
    isRight: true,
    cell: ({ restarts }) => (restarts > 0 ? String(restarts) : ''),
  },
];

/** `0:12:34`, `1:02:03`, `4d 05:06`. */
export function formatUptime(seconds: number | null): string {
  if (seconds === null) return '';
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  if (days > 0) return `${days}d ${two(hours)}:${two((seconds / 60) % 60)}`;
  return `${hours}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** `0.3`, `99.9`, `250`. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return '';
  return percent < 99.95 ? percent.toFixed(1) : String(Math.round(percent));
}

/** `812K`, `24.1M`, `3.2G`. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '';
  const units = ['K', 'M', 'G', 'T'];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit > 0 && value < 99.95 ? value.toFixed(1) : Math.round(value)}${units[unit]}`;
}
