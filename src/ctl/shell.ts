/**
 * A session: the status, then a prompt, until `quit` or the end of the input; with history and the Tab key.
 *
 * @module
 */
import { allCommands, type Catalogue } from './commands/catalogue.ts';
import type { Command } from './commands/command.ts';
import { complete } from './completion/tab-key.ts';
import { runLine } from './dispatch.ts';
import type { Session } from './session.ts';
import type { ClientSettings } from './settings.ts';
import { readHistory, writeHistory } from './terminal/history.ts';
import { Interrupt, interruptible } from './terminal/interrupts.ts';
import { plainInput } from './terminal/line-input.ts';
import type { Output } from './terminal/output.ts';
import { terminalInput } from './terminal/terminal-input.ts';
import type { Fleet } from './wire/fleet.ts';
import type { ProcessInfo } from './wire/supervisor-api.ts';

export interface ShellOptions {
  readonly settings: ClientSettings;
  readonly catalogue: Catalogue<Command>;
  readonly out: Output;
  /** True where stdin and stdout are a terminal. */
  readonly isTerminal: boolean;
  readonly create: (input: Session['input']) => Session;
}

/** Runs a session to its end and keeps the lines that were typed. */
export async function openShell({
  settings: { prompt, historyFile },
  catalogue,
  out,
  isTerminal,
  create,
}: ShellOptions): Promise<void> {
  const earlier = historyFile === null ? [] : readHistory(historyFile);
  const input = isTerminal
    ? terminalInput({
        out,
        history: earlier,
        complete: (line) => complete(line, () => processesOf(session), allCommands(catalogue)),
      })
    : { ...plainInput(out), history: () => earlier };
  const session = create(input);
  try {
    await runShell(session, catalogue, (await fleetOf(session))?.name ?? prompt);
  } finally {
    input.close();
    const trouble = historyFile === null ? null : writeHistory(historyFile, input.history());
    if (trouble !== null && isTerminal) out.error(`supervisorctl: the history is lost: ${trouble}`);
  }
}

/** Null without `--fleet`, and where the section cannot be read, which each command reports. */
async function fleetOf({ fleet }: Session): Promise<Fleet | null> {
  if (!fleet?.isAsked) return null;
  try {
    return await fleet.read();
  } catch {
    return null;
  }
}

/** The names that the Tab key offers. */
async function processesOf(session: Session): Promise<readonly ProcessInfo[]> {
  const fleet = await fleetOf(session);
  if (fleet === null) return session.supervisor.getAllProcessInfo();
  const { processesOfFleet } = await import('./fleet/complete.ts');
  return processesOfFleet(fleet);
}

/** Runs commands until the session ends. */
export async function runShell(
  session: Session,
  catalogue: Catalogue<Command>,
  prompt: string,
): Promise<void> {
  try {
    let line: string | null = 'status';
    while ((await interruptible(runLine(session, catalogue, line ?? 'EOF'))) !== 'stop') {
      line = await interruptible(session.input.ask(`${prompt}> `));
    }
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
    session.print('');
  }
}
