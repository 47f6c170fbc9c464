/**
 * Which lifecycle policy the configuration of a program asks for.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import type { LifecyclePolicy } from './machine/policy.ts';

/** The policy of a program, or null for one that behaves as in the reference. */
export function lifecyclePolicy(_config: ProcessConfig): LifecyclePolicy | null {
  return null;
}
