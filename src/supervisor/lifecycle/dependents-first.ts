/**
 * The order of a shutdown where programs depend on others.
 *
 * @module
 */
import type { Group } from '../../process/group.ts';
import { STOPPED_STATES } from '../../process/machine/states.ts';
import type { Process } from '../../process/process.ts';
import type { ProgramLifecycle } from './lifecycle.ts';
import { processId } from './process-id.ts';

/**
 * Whether a process may be stopped now: nothing that depends on it still runs. Null where nothing depends on another.
 */
export function dependentsFirst(
  lifecycle: ProgramLifecycle | null,
  groups: ReadonlyMap<string, Group>,
): ((process: Process) => boolean) | null {
  const graph = lifecycle?.graph;
  if (graph === undefined || graph.dependents.size === 0) {
    return null;
  }
  return ({ groupName, config }) =>
    (graph.dependents.get(processId(groupName, config.name)) ?? []).every(({ from }) => {
      const node = graph.nodes.get(from);
      const dependent = groups.get(node?.group ?? '')?.processes.get(node?.process ?? '');
      return dependent === undefined || STOPPED_STATES.has(dependent.state);
    });
}
