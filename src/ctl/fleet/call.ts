/**
 * A command for a fleet, before and after its nodes have been asked.
 *
 * @module
 */
import type { Catalogue } from '../commands/catalogue.ts';
import type { Command } from '../commands/command.ts';
import type { Session } from '../session.ts';
import type { Fleet } from '../wire/fleet.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';
import type { Reply } from './ask.ts';
import type { Words } from './names.ts';

export interface FleetCall {
  readonly session: Session;
  readonly fleet: Fleet;
  readonly command: Command;
  /** Everything behind the command's name. */
  readonly argument: string;
  readonly catalogue: Catalogue;
}

/** A call whose nodes have been asked. */
export interface FleetRun extends FleetCall {
  readonly options: Readonly<Record<string, unknown>>;
  readonly given: Words;
  /** Of the nodes that the names mean, in the order of the fleet. */
  readonly replies: readonly Reply<readonly ProcessInfo[]>[];
  /** What each node is asked to do, by name. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}
