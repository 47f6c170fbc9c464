/**
 * From a line that somebody typed to a command that has run.
 *
 * @module
 */
import { strip } from '../python/text.ts';
import { leave } from './commands/daemon.ts';
import { showHelp } from './commands/help.ts';
import { allCommands, findCommand } from './commands/table.ts';
import { EXIT } from './exit-codes.ts';
import { nearestName } from './names/suggest.ts';
import type { Session } from './session.ts';
import { explainTrouble, HttpStatusError, Interrupt } from './wire/trouble.ts';

/** What a line asks for; null for an empty line. */
export interface ParsedLine {
  /** Null where the line starts with no command at all. */
  readonly command: string | null;
  readonly argument: string;
  /** The line as complaints show it. */
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

/** Runs a line; whatever goes wrong is printed. @throws Interrupt on Ctrl-C */
export async function runLine(session: Session, text: string): Promise<'stop' | undefined> {
  const parsed = parseLine(text);
  if (parsed === null) return undefined;
  try {
    return await runParsed(session, parsed);
  } catch (error) {
    if (error instanceof Interrupt) throw error;
    if (error instanceof HttpStatusError && error.status === 401) return askWho(session, parsed.line, error);
    session.fail(`error: ${explainTrouble(error, session.connection.serverUrl)}`, EXIT.generic);
    return undefined;
  }
}

async function runParsed(
  session: Session,
  { command, argument, line }: ParsedLine,
): Promise<'stop' | undefined> {
  if (command === 'help') {
    showHelp(session, argument);
    return undefined;
  }
  if (command === 'EOF') return leave(session);
  const found = command === null ? undefined : findCommand(command, session.plugins);
  if (found !== undefined) return found.run(session, argument);
  session.fail(`*** Unknown syntax: ${line}`, EXIT.generic);
  hintAtCommand(session, command ?? line);
  return undefined;
}

/** A word to a person after a command that there is not. */
function hintAtCommand(session: Session, word: string): void {
  if (!session.isWatched) return;
  const nearest = nearestName(word, [...allCommands(session.plugins).map(({ name }) => name), 'help']);
  session.hint(nearest === null ? 'Type help for a list of commands.' : `Did you mean ${nearest}?`);
}

/** A person can tell who they are, and the line is run again. */
async function askWho(session: Session, line: string, refusal: HttpStatusError): Promise<'stop' | undefined> {
  session.say('Server requires authentication');
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
  session.say('');
  session.connection.username = username;
  session.connection.password = password;
  return runLine(session, line);
}
