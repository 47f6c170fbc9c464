/**
 * `visord.applyConfig`: an update by process, and what it would do.
 *
 * @module
 */
import type { KeyChange } from '../../config/diff.ts';
import { ConfigError } from '../../config/types.ts';
import { isHeld, type ProgramScale } from '../../supervisor/scale/scaling.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import { plannedResults, type UpdateResult } from '../../supervisor/update/update-result.ts';
import type { RpcParameter, RpcStruct } from '../../xmlrpc/values.ts';
import { FAULT_CODES, RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';

/** @throws RpcFault CANT_REREAD, INCORRECT_PARAMETERS */
export function applyConfig(
  supervisor: SupervisorView,
  groups: readonly RpcParameter[],
  isDryRun: boolean,
): Answer {
  const names = groups.length === 0 ? null : new Set(groups.map(requireName));
  const answer = (results: readonly UpdateResult[], scales = supervisor.programScales()): RpcStruct => ({
    changes: results.map(resultStruct),
    unknown: unknownNames(supervisor, names, results),
    scaled: heldScales(scales, names),
  });
  try {
    if (!isDryRun) return supervisor.applyConfig(names).then((results) => answer(results));
    const { plans, scales } = supervisor.planUpdate(names);
    return answer(plans.flatMap(plannedResults), scales);
  } catch (error) {
    if (error instanceof ConfigError) throw new RpcFault('CANT_REREAD', error.message);
    throw error;
  }
}

/** Programs whose number of processes was set, and is not that of their sections. */
function heldScales(scales: readonly ProgramScale[], names: ReadonlySet<string> | null): RpcStruct[] {
  return scales
    .filter((program) => isHeld(program) && (names === null || names.has(program.group)))
    .map(({ group, name, count, configured }) => ({ group, name, numprocs: count, configured }));
}

function requireName(name: RpcParameter): string {
  if (typeof name !== 'string') throw new RpcFault('INCORRECT_PARAMETERS');
  return name;
}

function unknownNames(
  { groups }: SupervisorView,
  names: ReadonlySet<string> | null,
  results: readonly UpdateResult[],
): string[] {
  const found = new Set(results.map(({ group }) => group));
  return [...(names ?? [])].filter((name) => !groups.has(name) && !found.has(name));
}

function resultStruct({ group, process, action, keys, failure }: UpdateResult): RpcStruct {
  return {
    group,
    name: process ?? '',
    action,
    keys: keys.map(keyStruct),
    status: failure === null ? FAULT_CODES.SUCCESS : FAULT_CODES.FAILED,
    description: failure ?? 'OK',
  };
}

function keyStruct({ key, change, before, after, variables = [] }: KeyChange): RpcStruct {
  return { key, change, old: before, new: after, variables: [...variables] };
}
