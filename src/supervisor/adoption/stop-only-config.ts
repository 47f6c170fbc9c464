/**
 * The configuration of a process that only a record has.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import type { ProcessConfig } from '../../config/types.ts';

/** Nothing may be started from a record: its commands are left out. */
export function stopOnlyConfig(recorded: ProcessConfig): ProcessConfig {
  const { name, priority, stdout, stderr, redirectStderr, exitCodes, socket } = recorded;
  const { stopSignal, stopWaitSeconds, stopAsGroup, killAsGroup, killMode } = recorded;
  return {
    ...defaultConfig(PROGRAM_OPTIONS),
    name,
    priority,
    stdout,
    stderr,
    redirectStderr,
    exitCodes,
    stopSignal,
    stopWaitSeconds,
    stopAsGroup,
    killAsGroup,
    killMode,
    ...(socket === undefined ? {} : { socket }),
    command: '',
    environment: {},
    autostart: false,
    autorestart: 'never',
  };
}
