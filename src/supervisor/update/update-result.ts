/**
 * What an update has done, or would do, with groups and processes.
 *
 * @module
 */
import type { KeyChange } from '../../config/diff.ts';
import type { GroupPlan } from '../../config/update-plan.ts';

export type UpdateAction = 'add' | 'remove' | 'replace' | 'restart' | 'live';

/** One of them. A group with `restart` is one of which no process runs on. */
export interface UpdateResult {
  readonly group: string;
  /** Null for the group itself. */
  readonly process: string | null;
  readonly action: UpdateAction;
  readonly keys: readonly KeyChange[];
  /** Null where it succeeded. */
  readonly failure: string | null;
}

/** The results of a plan that is not carried out. */
export function plannedResults(plan: GroupPlan): UpdateResult[] {
  const { name, action } = plan;
  if (action !== 'change') {
    return [{ ...groupResult(name, action), keys: action === 'replace' ? plan.keys : [] }];
  }
  const own = plan.keys.length === 0 ? [] : [{ ...groupResult(name, 'live'), keys: plan.keys }];
  return [
    ...own,
    ...plan.processes.map((one) => ({ ...processResult(name, one.name, one.action), keys: one.keys })),
  ];
}

export function groupResult(group: string, action: UpdateAction): UpdateResult {
  return { group, process: null, action, keys: [], failure: null };
}

export function processResult(group: string, process: string, action: UpdateAction): UpdateResult {
  return { group, process, action, keys: [], failure: null };
}
