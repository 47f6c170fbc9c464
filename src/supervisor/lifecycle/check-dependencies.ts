/**
 * The check of `depends_on` and `part_of` when a configuration is read.
 *
 * @module
 */
import type { Config, ProcessConfig } from '../../config/types.ts';
import { requireDependencies } from './process-graph.ts';

/** @throws ConfigError for an unknown name and for a cycle, which it shows whole */
export function checkDependencies(config: Config): void {
  if (config.groups.some(({ processes }) => processes.some(hasDependencies))) {
    requireDependencies(config);
  }
}

export function hasDependencies({ dependencies: { on, partOf } }: ProcessConfig): boolean {
  return on.length > 0 || partOf.length > 0;
}
