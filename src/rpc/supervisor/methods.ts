/**
 * The table of `supervisor.*`.
 *
 * @module
 */
import type { Method } from '../method.ts';
import { CONFIGURATION_METHODS } from './configuration.ts';
import type { SupervisorContext } from './context.ts';
import { DAEMON_METHODS } from './daemon.ts';
import { EVENT_METHODS } from './events.ts';
import { LOG_METHODS } from './logs.ts';
import { PROCESS_METHODS } from './processes.ts';

export const SUPERVISOR_METHODS: readonly Method<SupervisorContext>[] = [
  ...DAEMON_METHODS,
  ...CONFIGURATION_METHODS,
  ...PROCESS_METHODS,
  ...LOG_METHODS,
  ...EVENT_METHODS,
];
