/**
 * The table of commands. A row is all that a command needs: its description, its options and its function.
 *
 * @module
 */
import { avail, pid, version } from './asking.ts';
import type { Command } from './command.ts';
import { completion } from './completion.ts';
import { add, remove, reread } from './configuration.ts';
import { restart, signal, start, stop } from './control.ts';
import { exit, open, quit, reload, shutdown } from './daemon.ts';
import { logs } from './follow-logs.ts';
import { fg } from './foreground.ts';
import { criticalChain, graph, why } from './graph.ts';
import { help } from './help.ts';
import { history } from './history.ts';
import { clear, maintail, tail } from './logs.ts';
import { mcp } from './mcp.ts';
import { drain, move, nodes, undrain } from './placement.ts';
import { reloadProgram } from './reload-program.ts';
import { scale } from './scale.ts';
import { status } from './status.ts';
import { disable, enable } from './switches.ts';
import { update } from './update.ts';
import { upgrade } from './upgrade.ts';
import { watch } from './watch.ts';

/** By name. */
export const COMMANDS: readonly Command[] = [
  add,
  avail,
  clear,
  completion,
  criticalChain,
  disable,
  drain,
  enable,
  exit,
  fg,
  graph,
  help,
  history,
  logs,
  maintail,
  mcp,
  move,
  nodes,
  open,
  pid,
  quit,
  reload,
  reloadProgram,
  remove,
  reread,
  restart,
  scale,
  shutdown,
  signal,
  start,
  status,
  stop,
  tail,
  undrain,
  update,
  upgrade,
  version,
  watch,
  why,
];
