/**
 * What a scenario is, and what it can do with the side it runs on.
 *
 * A scenario runs once on each side, in a folder of its own, and reports to the runner what it sees.
 * The runner compares what the two sides saw, in order.
 *
 * @module
 */

import type { DifferenceId } from '../src/checkup/catalogue/table.ts';

/** Anything that JSON can hold: observations are compared and printed as JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** The entries of the catalogue whose differences it shows; compat/expected has the values of both sides. */
  readonly differences?: readonly DifferenceId[];
  /** What the machine must offer; a scenario whose needs are not met is skipped with a line about it. */
  readonly needs?: readonly Need[];
  /** Upper bound for one side, in seconds; 1200 if not given. */
  readonly timeoutSeconds?: number;
  run(side: Side): Promise<void>;
}

/**
 * `root`, `ipv6` (its loopback address), a command as `command:nginx`, a library as `library:NAME`, a module as
 * `python:pexpect`, `perl:FCGI` or `ruby:json`, a user as `user:www-data`,
 * or `mounts` (mount namespaces).
 */
export type Need =
  | 'root'
  | 'ipv6'
  | 'mounts'
  | `command:${string}`
  | `library:${string}`
  | `python:${string}`
  | `perl:${string}`
  | `ruby:${string}`
  | `user:${string}`;

/** How a command ended: its output as text, and the exit code (128 + signal number where a signal ended it). */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface CommandOptions {
  /** Text for stdin, which is then closed; without it stdin is /dev/null. */
  readonly stdin?: string;
  /** Seconds after which the command gets SIGTERM, and SIGKILL two seconds later; 180 if not given. */
  readonly seconds?: number;
  /** Is called with stdout and stderr so far: once it returns true, the command gets SIGTERM, as it would not end by itself. */
  readonly until?: (output: string) => boolean;
  /** Variables beside the runner's own small environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Working directory; the side's folder if not given. */
  readonly directory?: string;
}

/** One command line of the client, and what it reads. */
export interface ControlLine {
  readonly args: readonly string[];
  readonly stdin?: string;
  /** Variables beside the runner's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Working directory; the side's folder if not given. */
  readonly directory?: string;
}

/** Where an HTTP server of the daemon listens, and the credentials to send. */
export type Address = (
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'inet'; readonly host: string; readonly port: number }
) & { readonly username?: string; readonly password?: string };

/** The answer to an XML-RPC call: a result, a fault, or what went wrong below XML-RPC. */
export type RpcAnswer =
  | { readonly result: Json }
  | { readonly fault: number; readonly text: string }
  | { readonly failure: string };

/** One running command under test: supervisord, or the same program under the other name. */
export interface Daemon {
  readonly pid: number;
  /** What the daemon has written to its stdout and stderr so far (foreground only). */
  output(): string;
  isRunning(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** Waits for the end; rejects after `seconds` (120 if not given). */
  exited(seconds?: number): Promise<number>;
  /** SIGTERM, and SIGKILL after 120 s; returns the exit code. */
  stop(): Promise<number>;
}

export interface StartOptions {
  /** The configuration file; `$DIR/supervisord.conf` if not given. */
  readonly config?: string;
  /** Arguments instead of `-n -c CONFIG`. */
  readonly args?: readonly string[];
  /** A command that executes the rest of its command line, as `nice` does. */
  readonly prefix?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** When the daemon is up, where that is earlier than the end of its start, or later. */
  readonly ready?: () => boolean | Promise<boolean>;
}

export interface ObserveOptions {
  /** The value depends on the machine (its limits, its users): it is compared between two live sides only. */
  readonly isOfMachine?: boolean;
}

/** One of the two supervisord commands, with a folder of its own. */
export interface Side {
  readonly label: 'reference' | 'ours';
  /** Temporary folder of this side, mode 0755, short; observations show it as `$DIR`. */
  readonly dir: string;
  /** The unix socket that `ctl`, `rpc` and the `server` section use: `$DIR/s.sock`. */
  readonly address: Address;
  /** Configuration text for a unix server at `address`, an RPC interface and a `[supervisord]` with log and pidfile in `dir`. */
  readonly preamble: string;

  /** Reports what this side shows. Strings are normalised; both sides must observe the same things in the same order. */
  observe(what: string, value: Json, options?: ObserveOptions): void;
  /** Normalises text as `observe` does, for a scenario that picks lines or sorts. */
  normalise(text: string): string;
  /** From now on the value is shown as the label, which gets a `$` in front (ports, random names). */
  alias(value: string | number, label: string): void;
  /** From now on the pid is shown as the label where it stands on a line by itself. */
  aliasPid(pid: number, label: string): void;

  /** Path of a file in the folder. */
  path(name: string): string;
  /** Writes a file (and its folders) below `dir`, an existing one in one piece; returns its path. */
  writeFile(name: string, content: string | Buffer, mode?: number): string;
  /** The file's text, or the empty string where there is none. */
  readFile(name: string): string;
  /** A TCP port that is free on loopback now; observations show it as `$PORT1`, `$PORT2`, … */
  freePort(): Promise<number>;

  /**
   * Starts the supervisord under test in the foreground and waits until it is up and has nothing more to do: programs
   * that start by themselves are started, and those of an earlier daemon are adopted. It is ended with the scenario.
   */
  start(options?: StartOptions): Promise<Daemon>;
  /** Runs the supervisord under test to its end, for its errors or output; in the background it stays until the scenario ends. */
  supervisord(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** A daemon that went to the background, by its pidfile. */
  daemonAt(pidfile: string): Daemon;
  /** The stock supervisorctl against `address`; arguments that start with `-` replace the `-s` that it gets otherwise. */
  ctl(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Several command lines of the stock supervisorctl, one after the other. */
  ctlMany(lines: readonly ControlLine[]): Promise<readonly CommandResult[]>;
  /** Any other command, bounded. */
  command(command: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** Another command of the package that the supervisord under test belongs to, as `pidproxy`; null where there is none. */
  companion(name: string): readonly string[] | null;
  /** A Python script, its arguments in `sys.argv[1:]`. */
  python(script: string, args?: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** One call through the npm `xmlrpc` client. */
  rpc(method: string, params?: readonly Json[], address?: Address): Promise<RpcAnswer>;
  /** Bytes to the server as they are; everything it sends until it closes, or until it is silent for `silentMs` (500) though it answers others. */
  rawHttp(request: string | Buffer, options?: { address?: Address; silentMs?: number }): Promise<string>;

  /** Waits until the condition holds, looking every 20 ms; rejects with `what` after `seconds` (120). */
  waitFor(what: string, condition: () => boolean | Promise<boolean>, seconds?: number): Promise<void>;
  /** Waits until the text stands in the main log, or in another file, `times` times (1); returns all that stands there. */
  logged(
    text: string | RegExp,
    options?: { readonly times?: number; readonly file?: string; readonly seconds?: number },
  ): Promise<string>;
}
