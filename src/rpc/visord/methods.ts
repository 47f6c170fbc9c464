/**
 * The table of `visord.*`: what the reference does not have.
 *
 * @module
 */
import type { Method } from '../method.ts';
import type { VisordContext } from './tables/context.ts';
import { DAEMON_METHODS } from './tables/daemon.ts';
import { FLEET_METHODS } from './tables/fleet.ts';
import { OPERATION_METHODS } from './tables/operations.ts';
import { REPORT_METHODS } from './tables/reports.ts';

/** The name of the namespace. */
export const VISORD_NAMESPACE = 'visord';

export const VISORD_METHODS: readonly Method<VisordContext>[] = [
  ...DAEMON_METHODS,
  ...REPORT_METHODS,
  ...OPERATION_METHODS,
  ...FLEET_METHODS,
];
