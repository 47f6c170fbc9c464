/**
 * What a configuration case is: a set of files, a command line, without the expected result:
 * the reference shows that.
 *
 * @module
 */

/** A configuration to start a daemon with. `@DIR@` in any text stands for the case's own folder. */
export interface ConfigCase {
  readonly name: string;
  /** Text of `main.conf`; null leaves it out. */
  readonly main: string | Buffer | null;
  /** Further files by path below the folder; a path that ends in `/` is a folder. */
  readonly files?: Readonly<Record<string, string>>;
  /** The command line after the program's name; `-n -c @DIR@/main.conf` unless given. */
  readonly flags?: readonly string[];
  /** Environment on top of the small one that every case has. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder to start in, below the case's own. */
  readonly directory?: string;
  /** Only a start shows it; a running daemon that rereads the file does not. */
  readonly atStart?: true;
  /** What a daemon that never comes up prints again and again: once it repeats itself it is ended. */
  readonly refrain?: string;
  /** The condition without which the case proves nothing. */
  readonly needs?: 'root' | 'not-root';
  /** Shell command that is run in the folder before the start. */
  readonly before?: string;
}

/** A file whose daemon can be asked what it understood; the text is added to it. */
export function answering(text: string): string {
  return `${ANSWERING_BASE}${text}`;
}

/** A program that is not started, with the given keys. */
export function program(keys: string, name = 'p'): string {
  return answering(`[program:${name}]\ncommand=/bin/cat\nautostart=false\n${keys}\n`);
}

/** A `[supervisord]` section with the given keys and nothing else. */
export function daemon(keys: string): string {
  return `[supervisord]\n${keys}\n`;
}

const ANSWERING_BASE = `[unix_http_server]
file=@DIR@/s
[supervisord]
logfile=@DIR@/log
pidfile=@DIR@/pid
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
`;
