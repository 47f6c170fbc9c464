/**
 * The catalogue of differences from supervisord: every behaviour that differs on purpose. Any other difference is a
 * fault.
 *
 * @module
 */
import { COMMAND_DIFFERENCES } from './commands.ts';
import { CONFIGURATION_DIFFERENCES } from './configuration.ts';
import type { Difference, Differences } from './difference.ts';
import { EVENT_DIFFERENCES } from './events.ts';
import { FCGI_DIFFERENCES } from './fcgi.ts';
import { OUTPUT_DIFFERENCES } from './output.ts';
import { PROCESS_DIFFERENCES } from './processes.ts';
import { RPC_DIFFERENCES } from './rpc.ts';
import { WEB_DIFFERENCES } from './web.ts';

/** Entries by area, in the order of the page. */
export const DIFFERENCE_AREAS = [
  { title: 'Configuration files', entries: CONFIGURATION_DIFFERENCES },
  { title: 'Programs and the daemon', entries: PROCESS_DIFFERENCES },
  { title: 'Logs', entries: OUTPUT_DIFFERENCES },
  { title: 'Events', entries: EVENT_DIFFERENCES },
  { title: 'FastCGI programs', entries: FCGI_DIFFERENCES },
  { title: 'XML-RPC and HTTP', entries: RPC_DIFFERENCES },
  { title: 'The web page', entries: WEB_DIFFERENCES },
  { title: 'Other commands', entries: COMMAND_DIFFERENCES },
] as const satisfies readonly { readonly title: string; readonly entries: Differences }[];

type Keys<T> = T extends unknown ? keyof T : never;

/** The id of an entry. */
export type DifferenceId = Keys<(typeof DIFFERENCE_AREAS)[number]['entries']>;

/** Every entry by its id. */
export const DIFFERENCES: Readonly<Record<DifferenceId, Difference>> = {
  ...CONFIGURATION_DIFFERENCES,
  ...PROCESS_DIFFERENCES,
  ...OUTPUT_DIFFERENCES,
  ...EVENT_DIFFERENCES,
  ...FCGI_DIFFERENCES,
  ...RPC_DIFFERENCES,
  ...WEB_DIFFERENCES,
  ...COMMAND_DIFFERENCES,
};
