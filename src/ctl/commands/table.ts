/**
 * All commands of the client.
 *
 * @module
 */
import type { CommandPlugin } from '../plugins/plugin.ts';
import { avail, pid, version } from './asking.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { add, remove, reread, update } from './configuration.ts';
import { restart, signal, start, stop } from './control.ts';
import { exit, open, quit, reload, shutdown } from './daemon.ts';
import { logs } from './follow-logs.ts';
import { fg } from './foreground.ts';
import { clear, maintail, tail } from './logs.ts';
import { status } from './status.ts';
import { watch } from './watch.ts';

/** By name. */
export const COMMANDS: readonly Command[] = [
  add,
  avail,
  clear,
  completion,
  exit,
  fg,
  logs,
  maintail,
  open,
  pid,
  quit,
  reload,
  remove,
  reread,
  restart,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  update,
  version,
  watch,
];

/** The commands of the client first, then those that plugins add. */
export function findCommand(name: string, plugins: readonly CommandPlugin[]): Command | undefined {
  return allCommands(plugins).find((command) => command.name === name);
}

export function allCommands(plugins: readonly CommandPlugin[]): readonly Command[] {
  return plugins.length === 0 ? COMMANDS : [...COMMANDS, ...plugins.flatMap(({ commands }) => commands)];
}
