/**
 * What a service manager shows of the daemon, and how long it must wait for its end.
 *
 * @module
 */
import { STATE_CODES, STOPPED_STATES, type StateName } from '../../process/machine/states.ts';
import type { SupervisorState } from '../supervisor-view.ts';

export interface ReportedProcess {
  readonly state: StateName;
  readonly config: {
    readonly name: string;
    readonly stopWaitSeconds: number;
    readonly laterStopSignals: readonly number[];
    readonly hooks: { readonly timeoutSeconds: number };
  };
}

/** Beyond what the programs may take, in seconds. */
const MARGIN_SECONDS = 30;

/** The number of processes that are named. */
const MOST_NAMES = 5;

/** `3 processes: 2 RUNNING, 1 FATAL (web)`; while the daemon stops, what it waits for. */
export function statusOf(state: SupervisorState, processes: readonly ReportedProcess[]): string {
  if (state === 'RUNNING') {
    const counts = Object.keys(STATE_CODES).flatMap((name) => {
      const inState = processes.filter((process) => process.state === name);
      const names = name === 'FATAL' ? ` (${namesOf(inState)})` : '';
      return inState.length === 0 ? [] : [`${inState.length} ${name}${names}`];
    });
    return `${countOf(processes)}${counts.length === 0 ? '' : ': '}${counts.join(', ')}`;
  }
  const activity = state === 'RESTARTING' ? 'restarting' : 'stopping';
  const left = unstopped(processes);
  return left.length === 0 ? activity : `${activity}: waiting for ${namesOf(left)}`;
}

/** The longest time until the next process of these has stopped, with a margin; in seconds. */
export function stopSeconds(processes: readonly ReportedProcess[]): number {
  const each = unstopped(processes).map(({ config: { stopWaitSeconds, laterStopSignals, hooks } }) => {
    // A stop command, the signals one after the other, and SIGKILL.
    const steps = 3 + laterStopSignals.length;
    return steps * stopWaitSeconds + 2 * hooks.timeoutSeconds;
  });
  return Math.ceil(Math.max(0, ...each)) + MARGIN_SECONDS;
}

function unstopped(processes: readonly ReportedProcess[]): ReportedProcess[] {
  return processes.filter(({ state }) => !STOPPED_STATES.has(state));
}

function countOf({ length }: readonly unknown[]): string {
  return length === 1 ? '1 process' : `${length} processes`;
}

function namesOf(processes: readonly ReportedProcess[]): string {
  const names = processes.slice(0, MOST_NAMES).map(({ config }) => config.name);
  const more = processes.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
