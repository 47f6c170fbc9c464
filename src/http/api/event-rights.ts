/**
 * Which events a caller gets.
 *
 * @module
 */
import type { Caller } from '../../rpc/rights/caller.ts';
import type { ProgramPatterns } from '../../rpc/rights/program-patterns.ts';
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { EventRecord } from './event-record.ts';

/**
 * A caller that sees some programs gets their events, those of groups with one of them, and those of the daemon itself;
 * REMOTE_COMMUNICATION is for callers that see all.
 *
 * @param supervisor with all programs
 */
export function eventFilter(
  { programs, supervisor: view }: Caller,
  supervisor: SupervisorView,
): (record: EventRecord) => boolean {
  if (programs === null) return () => true;
  const seen = new Set(view.groups.keys());
  return ({ type, group, process }) => {
    if (group === null) return type !== 'REMOTE_COMMUNICATION';
    if (process === null) return seesGroup(programs, supervisor, group, seen);
    const config = supervisor.groups.get(group)?.processes.get(process)?.config ?? { name: process };
    return programs.matches(group, config);
  };
}

/** @param seen the groups that the caller has seen: one that was removed has no programs by which it can be judged */
function seesGroup(
  programs: ProgramPatterns,
  supervisor: SupervisorView,
  name: string,
  seen: Set<string>,
): boolean {
  const group = supervisor.groups.get(name);
  if (group === undefined) return seen.has(name) || programs.mayName(`${name}:*`);
  const sees = [...group.processes.values()].some(({ config }) => programs.matches(name, config));
  if (sees) seen.add(name);
  return sees;
}
