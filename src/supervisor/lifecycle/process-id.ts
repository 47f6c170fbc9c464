/**
 * Names of processes among all groups.
 *
 * @module
 */

/** `group:process`, the key of a process in a graph. */
export function processId(groupName: string, name: string): string {
  return `${groupName}:${name}`;
}
