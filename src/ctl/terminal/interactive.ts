/**
 * The shell: a status, then a prompt, until `quit` or the end of the input.
 *
 * @module
 */
import { runLine } from '../dispatch.ts';
import type { Session } from '../session.ts';
import { Interrupt } from '../wire/trouble.ts';
import { interruptible } from './interrupts.ts';

/** Runs commands until somebody leaves. */
export async function runShell(session: Session, prompt: string): Promise<void> {
  try {
    let line: string | null = 'status';
    while ((await interruptible(runLine(session, line ?? 'EOF'))) !== 'stop') {
      line = await interruptible(session.input.ask(`${prompt}> `));
    }
  } catch (error) {
    if (!(error instanceof Interrupt)) throw error;
    session.say('');
  }
}
