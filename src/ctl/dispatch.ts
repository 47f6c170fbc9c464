/**
 * From a typed line to the run of a command.
 *
 * @module
 */
import { ConfigError } from '../config/config-error.ts';
import { strip } from '../python/text.ts';
import { allCommands, type Catalogue, findCommand } from './commands/catalogue.ts';
import type { Command, Outcome } from './commands/command.ts';
import { leave } from './commands/daemon.ts';
import { EXIT } from './exit-codes.ts';
import { nearestName } from './names/suggest.ts';
import type { Session } from './session.ts';
import { Interrupt } from './terminal/interrupts.ts';
import type { Fleet } from './wire/fleet.ts';
import { explainTrouble, HttpStatusError } from './wire/trouble.ts';

/** The parts of a line; null for an empty line. */
export interface ParsedLine {
  /** Null where the line does not start with a command. */
  readonly command: string | null;
  readonly argument: string;
  /** The line as errors show it. */
  readonly line: string;
}

/** Splits a line as Python's `cmd` does: `?` means help, a command is letters, digits and underscores. */
export function parseLine(text: string): ParsedLine | null {
  const stripped = strip(text);
  if (stripped === '') return null;
  if (stripped.startsWith('!')) return { command: null, argument: '', line: stripped };
  const line = stripped.startsWith('?') ? `help ${stripped.slice(1)}` : stripped;
  const command = /^[A-Za-z0-9_]*/.exec(line)?.[0] ?? '';
  return { command: command === '' ? null : command, argument: strip(line.slice(command.length)), line };
}

/** Runs a line; errors are printed. @throws Interrupt on Ctrl-C */
export async function runLine(
  session: Session,
  catalogue: Catalogue<Command>,
  text: string,
): Promise<Outcome> {
  const parsed = parseLine(text);
  if (parsed === null) return undefined;
  try {
    return await runParsed(session, catalogue, parsed);
  } catch (error) {
    if (error instanceof Interrupt) throw error;
    if (error instanceof HttpStatusError && error.status === 401) {
      return authenticate(session, catalogue, parsed.line, error);
    }
    session.fail(`error: ${explainTrouble(error, session.connection.serverUrl)}`, EXIT.generic);
    return undefined;
  }
}

async function runParsed(
  session: Session,
  catalogue: Catalogue<Command>,
  { command, argument, line }: ParsedLine,
): Promise<Outcome> {
  if (command === 'EOF') return leave(session);
  const hyphenated = findHyphenated(catalogue, line);
  if (hyphenated !== undefined) {
    return runFound(session, catalogue, hyphenated, strip(line.slice(hyphenated.name.length)));
  }
  const found = command === null ? undefined : findCommand(catalogue, command);
  if (found !== undefined) return runFound(session, catalogue, found, argument);
  session.fail(`*** Unknown syntax: ${line}`, EXIT.generic);
  hintAtCommand(session, catalogue, command ?? line);
  return undefined;
}

/** Only the names of nodes have a slash. */
async function runFound(
  session: Session,
  catalogue: Catalogue<Command>,
  found: Command,
  argument: string,
): Promise<Outcome> {
  const { fleet } = session;
  if (fleet?.isAsked || (fleet && found.isForFleet && argument.includes('/'))) {
    let configured: Fleet | null;
    try {
      configured = await fleet.read();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      session.fail(`Error: ${error.message}`, EXIT.invalidArguments);
      return undefined;
    }
    if (configured !== null) {
      const { runOnFleet } = await import('./fleet/run.ts');
      return runOnFleet({ session, fleet: configured, command: found, argument, catalogue });
    }
    if (fleet.isAsked) {
      session.fail('Error: the configuration has no [fleet] section', EXIT.invalidArguments);
      return undefined;
    }
  }
  return found.run(session, argument, catalogue);
}

/** Python's `cmd` knows no command with a hyphen in its name; of ours, some have one. */
function findHyphenated(catalogue: Catalogue<Command>, line: string): Command | undefined {
  const word = line.split(/[ \t]/, 1)[0] ?? '';
  return word.includes('-') ? findCommand(catalogue, word) : undefined;
}

/** The nearest command, for a person who mistyped one. */
function hintAtCommand(session: Session, catalogue: Catalogue, word: string): void {
  const nearest = nearestName(
    word,
    allCommands(catalogue).map(({ name }) => name),
  );
  session.hint(nearest === null ? 'Type help for a list of commands.' : `Did you mean ${nearest}?`);
}

/** In a session the user name and the password are asked for, and the line is run again. */
async function authenticate(
  session: Session,
  catalogue: Catalogue<Command>,
  line: string,
  refusal: HttpStatusError,
): Promise<Outcome> {
  session.print('Server requires authentication');
  if (!session.isInteractive) {
    session.fail(`error: ${explainTrouble(refusal, session.connection.serverUrl)}`, EXIT.generic);
    return undefined;
  }
  const username = await session.input.ask('Username:');
  const password = username === null ? null : await session.input.askSecret('Password:');
  if (username === null || password === null) {
    session.fail('error: the input ended before the question was answered', EXIT.generic);
    return undefined;
  }
  session.print('');
  session.connection.username = username;
  session.connection.password = password;
  return runLine(session, catalogue, line);
}
