/**
 * The keys of a program for commands that run around its starts and stops.
 *
 * @module
 */
import { hookCommand } from '../command-value.ts';
import { extension } from '../option.ts';
import { seconds, signal } from '../values.ts';

export const HOOK_OPTIONS = {
  pre_start_hook: extension({
    field: 'hooks.pre_start',
    type: hookCommand,
    help: 'Command to run before each start; if it fails, the start has failed. A leading - ignores a failure.',
    since: '0.2.0',
    example: '/usr/local/bin/migrate',
    change: 'live',
  }),
  post_start_hook: extension({
    field: 'hooks.post_start',
    type: hookCommand,
    help: 'Command to run when a process has entered RUNNING.',
    since: '0.2.0',
    example: '/usr/local/bin/register',
    change: 'live',
  }),
  pre_stop_hook: extension({
    field: 'hooks.pre_stop',
    type: hookCommand,
    help: 'Command to run before a process is stopped.',
    since: '0.2.0',
    example: '/usr/local/bin/deregister',
    change: 'live',
  }),
  post_stop_hook: extension({
    field: 'hooks.post_stop',
    type: hookCommand,
    help: 'Command to run after each end of a process, also after a crash.',
    since: '0.2.0',
    example: '/usr/local/bin/clean-up',
    change: 'live',
  }),
  hook_timeout: extension({
    field: 'hooks.timeoutSeconds',
    type: seconds,
    default: '60',
    help: 'Seconds after which a hook is killed. 0: never.',
    since: '0.2.0',
    scope: 'section',
    change: 'live',
  }),
  reload_signal: extension({
    field: 'reloadSignal',
    type: signal,
    help: 'Signal that makes the program read its configuration again; `supervisorctl reload-program` sends it.',
    since: '0.2.0',
    scope: 'section',
    example: 'HUP',
    change: 'live',
  }),
  stop_command: extension({
    field: 'hooks.stop_command',
    type: hookCommand,
    help: 'Command that asks the process to stop, in place of the stop signal.',
    since: '0.2.0',
    example: 'nginx -s quit',
    change: 'live',
  }),
} as const;
