/**
 * All faults, in the order in which they are listed.
 *
 * @module
 */
import { CHILDREN } from './children.ts';
import { CLEANERS } from './cleaners.ts';
import type { Fault } from './fault.ts';
import { JOURNALS } from './journals.ts';
import { KILLS } from './kills.ts';
import { LIMITS } from './limits.ts';
import { LOGS } from './logs.ts';
import { SIGNALS } from './signals.ts';
import { UPGRADES } from './upgrades.ts';

export const FAULTS: readonly Fault[] = [
  ...KILLS,
  ...UPGRADES,
  ...SIGNALS,
  ...LOGS,
  ...LIMITS,
  ...CHILDREN,
  ...JOURNALS,
  ...CLEANERS,
];
