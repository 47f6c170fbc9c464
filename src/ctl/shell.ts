/**
 * The shell with its surroundings: the terminal, the history, the Tab key.
 *
 * @module
 */
import { allCommands } from './commands/table.ts';
import { complete } from './completion/tab-key.ts';
import type { Session } from './session.ts';
import type { ClientSettings } from './settings.ts';
import { readHistory, writeHistory } from './terminal/history.ts';
import { runShell } from './terminal/interactive.ts';
import { plainInput } from './terminal/line-input.ts';
import type { Output } from './terminal/output.ts';
import { terminalInput } from './terminal/terminal-input.ts';

/** Runs the shell to its end and keeps what was typed. */
export async function openShell(
  { prompt, historyFile }: ClientSettings,
  out: Output,
  isTerminal: boolean,
  create: (input: Session['input']) => Session,
): Promise<void> {
  const earlier = historyFile === null ? [] : readHistory(historyFile);
  const input = isTerminal
    ? terminalInput({
        out,
        history: earlier,
        complete: (line) =>
          complete(line, () => session.supervisor.getAllProcessInfo(), allCommands(session.plugins)),
      })
    : { ...plainInput(out), history: () => earlier };
  const session = create(input);
  try {
    await runShell(session, prompt);
  } finally {
    input.close();
    const trouble = historyFile === null ? null : writeHistory(historyFile, input.history());
    if (trouble !== null && isTerminal) out.error(`supervisorctl: the history is lost: ${trouble}`);
  }
}
