/**
 * What the commands of one run of the client share: the connection, the terminal, and the exit code.
 *
 * @module
 */
import { exitForFault } from './exit-codes.ts';
import { expandPatterns, mayBePattern } from './names/patterns.ts';
import type { LineInput } from './terminal/line-input.ts';
import type { Output } from './terminal/output.ts';
import type { FleetAccess } from './wire/fleet.ts';
import type { Connection } from './wire/rpc-client.ts';
import { type Supervisor, supervisorAt } from './wire/supervisor-api.ts';

export interface SessionOptions {
  readonly connection: Connection;
  readonly isInteractive: boolean;
  readonly out: Output;
  readonly input: LineInput;
  /** True where stdout is a terminal. */
  readonly isTerminal: boolean;
  /** True where stdout and stderr are terminals. */
  readonly isWatched: boolean;
  readonly hasColour: boolean;
  /** True where names may be patterns. */
  readonly hasPatterns: boolean;
  /** Of the daemon; null where it is not known. */
  readonly pidfile?: string | null;
  /** The hosts of `[fleet]`; none where the session is that of one node. */
  readonly fleet?: FleetAccess | null;
}

export class Session {
  readonly connection: Connection;
  readonly isInteractive: boolean;
  readonly out: Output;
  readonly input: LineInput;
  readonly isTerminal: boolean;
  readonly isWatched: boolean;
  readonly hasColour: boolean;
  readonly hasPatterns: boolean;
  readonly pidfile: string | null;
  readonly fleet: FleetAccess | null;
  exitStatus = 0;

  constructor(options: SessionOptions) {
    this.connection = options.connection;
    this.isInteractive = options.isInteractive;
    this.out = options.out;
    this.input = options.input;
    this.isTerminal = options.isTerminal;
    this.isWatched = options.isWatched;
    this.hasColour = options.hasColour;
    this.hasPatterns = options.hasPatterns;
    this.pidfile = options.pidfile ?? null;
    this.fleet = options.fleet ?? null;
  }

  /** The methods of the server that the session is connected to now. */
  get supervisor(): Supervisor {
    return supervisorAt(this.connection);
  }

  /** Prints a line. */
  print(line: string): void {
    this.out.line(line);
  }

  /** Prints a line and sets the exit code. */
  fail(line: string, exitStatus: number): void {
    this.out.line(line);
    this.exitStatus = exitStatus;
  }

  /** Prints a line on stderr where a person reads it. */
  hint(text: string): void {
    if (this.isWatched) this.out.error(text);
  }

  /** The names with their patterns replaced by what they match; `isOurs` for commands the stock client does not have. */
  async expandNames(names: readonly string[], isOurs = false): Promise<readonly string[]> {
    if (!(this.hasPatterns || isOurs) || !names.some(mayBePattern)) return names;
    return expandPatterns(names, await this.supervisor.getAllProcessInfo());
  }

  /** Sets the exit code by the code of a result, unless that is `ignored`. */
  noteResult(code: number, ignored?: number): void {
    this.exitStatus = exitForFault(code, ignored) ?? this.exitStatus;
  }
}
