/**
 * Which programs need a scope (run-scope.ts).
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import { hasLimits } from '../cgroup/limit-files.ts';

/** Whether a program needs a scope; it costs nothing without. */
export function needsScope(config: ProcessConfig): boolean {
  return config.killMode === 'group' || needsCgroup(config);
}

/** Whether a program is to have a cgroup. */
export function needsCgroup(config: ProcessConfig): boolean {
  return config.killMode === 'cgroup' || hasLimits(config);
}
