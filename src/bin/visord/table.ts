/**
 * The table of the commands of `visord`.
 *
 * @module
 */
import { check } from './check.ts';
import type { VisordCommand } from './command.ts';
import { exportCommand } from './export.ts';
import { healthcheck } from './healthcheck.ts';
import { importCommand } from './import.ts';
import { init } from './init.ts';
import { installService } from './install-service.ts';
import { takeOverCommand } from './take-over.ts';
import { version } from './version.ts';

/** By name. */
export const VISORD_COMMANDS: readonly VisordCommand[] = [
  check,
  exportCommand,
  healthcheck,
  importCommand,
  init,
  installService,
  takeOverCommand,
  version,
];
