/**
 * The keys for limits of a program as a whole, as files of its cgroup (v2).
 *
 * @module
 */
import { RESOURCE_LIMIT_OPTIONS } from '../../config/tables/program/resources.ts';
import type { ProcessConfig } from '../../config/types.ts';

/** What is written to one file of a cgroup. */
export interface LimitFile {
  /** As `memory_max`. */
  readonly key: string;
  /** What has to be enabled for it. */
  readonly controller: string;
  /** As `memory.max`. */
  readonly file: string;
  readonly content: string;
}

/** The keys that need a controller, for messages. */
export const LIMIT_KEYS: readonly string[] = Object.keys(RESOURCE_LIMIT_OPTIONS);

/** The kernel counts CPU time in periods of this length, in microseconds. */
const CPU_PERIOD_US = 100_000;

type WithResources = Pick<ProcessConfig, 'resources'>;

/** Empty for a program without such keys. */
export function limitFiles({ resources }: WithResources): LimitFile[] {
  const { memoryMax, memoryHigh, cpuQuota, pidsMax } = resources;
  const share = cpuQuota === null ? null : `${Math.round((cpuQuota / 100) * CPU_PERIOD_US)} ${CPU_PERIOD_US}`;
  return [
    // The limit that slows down comes before the one that kills.
    ...limitFile('memory_high', 'memory.high', memoryHigh),
    ...limitFile('memory_max', 'memory.max', memoryMax),
    ...limitFile('cpu_quota', 'cpu.max', share),
    ...limitFile('pids_max', 'pids.max', pidsMax),
  ];
}

/** Whether a configuration has limits: `limitFiles` would not be empty. */
export function hasLimits({ resources }: WithResources): boolean {
  const { memoryMax, memoryHigh, cpuQuota, pidsMax } = resources;
  return memoryMax !== null || memoryHigh !== null || cpuQuota !== null || pidsMax !== null;
}

/**
 * What has to be written to change the limits of one configuration into those of another; a removed limit becomes
 * `max`.
 */
export function limitChanges(before: WithResources, after: WithResources): LimitFile[] {
  const contents = new Map(limitFiles(before).map(({ file, content }) => [file, content]));
  const wanted = limitFiles(after);
  const files = new Set(wanted.map(({ file }) => file));
  return [
    ...limitFiles(before).flatMap((limit) => (files.has(limit.file) ? [] : { ...limit, content: 'max' })),
    ...wanted.filter(({ file, content }) => contents.get(file) !== content),
  ];
}

function limitFile(key: string, file: string, value: string | number | null): LimitFile[] {
  const controller = file.slice(0, file.indexOf('.'));
  return value === null ? [] : [{ key, controller, file, content: String(value) }];
}
