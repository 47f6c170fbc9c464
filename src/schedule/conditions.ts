/**
 * Whether a dependency is met, and what a process that waits for it reports.
 *
 * @module
 */
import type { Condition } from '../config/tables/dependency-list.ts';
import type { StateName } from '../process/machine/states.ts';

/** A dependency as its dependents see it. */
export interface DependencyView {
  readonly state: StateName;
  /** 0 without a process. */
  readonly pid: number;
  /** The process was started at least once since the daemon knows it. */
  readonly wasStarted: boolean;
  /** Its last end had one of its exit codes. */
  readonly endedWell: boolean;
  /** Its liveness check passes; null without such a check. */
  readonly isHealthy: boolean | null;
}

const IS_MET: Readonly<Record<Condition, (process: DependencyView) => boolean>> = {
  started: ({ state, pid, wasStarted }) => pid > 0 || (state === 'EXITED' && wasStarted),
  running: ({ state }) => state === 'RUNNING',
  healthy: ({ state, isHealthy }) => state === 'RUNNING' && isHealthy !== false,
  exited: ({ state, wasStarted }) =>
    wasStarted && (state === 'EXITED' || state === 'STOPPED' || state === 'FATAL'),
  completed: ({ state, endedWell }) => state === 'EXITED' && endedWell,
};

/** True when the dependent may start as far as this dependency is concerned. */
export function isMet(condition: Condition, process: DependencyView): boolean {
  return IS_MET[condition](process);
}

/** One dependency that is not met yet. */
export interface Unmet {
  /** As the configuration writes it. */
  readonly name: string;
  readonly condition: Condition;
}

/** `waiting for db (running), cache (started)`. */
export function describeWait(unmet: readonly Unmet[]): string {
  return `waiting for ${distinct(unmet)
    .map(({ name, condition }) => `${name} (${condition})`)
    .join(', ')}`;
}

/** `db was not running after 60 seconds`; the first dependency stands for all. */
export function describeTimeout(unmet: readonly Unmet[], seconds: number): string {
  const [first = { name: 'a dependency', condition: 'running' as const }] = unmet;
  return `${first.name} was not ${first.condition} after ${seconds} seconds`;
}

/** Several processes of one program are one name. */
function distinct(unmet: readonly Unmet[]): readonly Unmet[] {
  const byText = new Map(unmet.map((one) => [`${one.name} ${one.condition}`, one]));
  return [...byText.values()];
}
