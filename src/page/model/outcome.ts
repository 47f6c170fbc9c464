/**
 * The result of an action, in a sentence.
 *
 * @module
 */
import type { Action, Target } from './actions.ts';
import { targetText } from './actions.ts';
import { titleOf } from './process.ts';
import { countText } from './units.ts';

/** One struct of calls for groups, as `stopAllProcesses`. */
export interface CallStatus {
  readonly group: string;
  readonly name: string;
  readonly status: number;
  readonly description: string;
}

export interface Failure {
  readonly title: string;
  readonly reason: string;
}

export interface Outcome {
  readonly isError: boolean;
  readonly text: string;
  readonly failures: readonly Failure[];
}

export const SUCCESS = 80;

/** @param results of the calls: what each has returned */
export function outcomeOf(
  action: Pick<Action, 'done'>,
  target: Target,
  results: readonly unknown[],
  faults: readonly Failure[] = [],
): Outcome {
  const statuses = results.flatMap((result) => (Array.isArray(result) ? (result as CallStatus[]) : []));
  const changes = results.flatMap((result) => changesIn(result));
  const failures = [
    ...faults,
    ...[...statuses, ...changes]
      .filter(({ status }) => status !== SUCCESS)
      .map(({ group, name, description }) => ({ title: titleOf(group, name), reason: description })),
  ];
  const count = statuses.length + results.filter((result) => !Array.isArray(result)).length + faults.length;
  const done = count - failures.length;
  if (failures.length === 0) {
    const nothing = count === 0 ? 'Nothing to do for ' : '';
    const text = nothing === '' ? `${targetText(target)} ${action.done}` : `${nothing}${targetText(target)}`;
    return { isError: false, text: capital(text), failures };
  }
  const [first] = failures;
  if (count === 1 && first) {
    return { isError: true, text: `${targetText(target)}: ${first.reason}`, failures: [] };
  }
  const failed = `${countText(failures.length, 'process', 'processes')} failed`;
  return { isError: true, text: done > 0 ? `${failed}, ${done} ${action.done}` : failed, failures };
}

/** Of a call that reports what it has done in a struct, as `scaleProgram`. */
function changesIn(result: unknown): readonly CallStatus[] {
  const { changes } = (result ?? {}) as { readonly changes?: unknown };
  return Array.isArray(changes) ? (changes as CallStatus[]) : [];
}

function capital(text: string): string {
  return /^(the|all) /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
