/**
 * Names of processes among all groups.
 *
 * @module
 */

/** `group:process`, the key of a process in a graph. */
export function processId(groupName: string, name: string): string {
  return `${groupName}:${name}`;
}

/** The process of an id; undefined where no group has it. */
export function processOf<Process>(
  groups: ReadonlyMap<string, { readonly processes: ReadonlyMap<string, Process> }>,
  id: string,
): Process | undefined {
  const colon = id.indexOf(':');
  return groups.get(id.slice(0, colon))?.processes.get(id.slice(colon + 1));
}
