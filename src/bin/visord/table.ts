/**
 * The table of the commands of `visord`.
 *
 * @module
 */
import type { VisordCommand } from './command.ts';
import { version } from './version.ts';

/** By name. */
export const VISORD_COMMANDS: readonly VisordCommand[] = [version];
