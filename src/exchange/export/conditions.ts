/**
 * What a dependency waits for, where the entry leaves it out.
 *
 * @module
 */
import type { Condition } from '../../config/tables/dependency-list.ts';
import type { ExportedProcess } from './subject.ts';

/** `completed` for a oneshot program, `running` for any other. */
export function conditionOf(condition: Condition | null, { process }: ExportedProcess): Condition {
  return condition ?? (process.type === 'oneshot' ? 'completed' : 'running');
}
