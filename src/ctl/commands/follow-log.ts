/**
 * One log on stdout as it grows.
 *
 * @module
 */
import type { Session } from '../session.ts';
import { Interrupt, interruptible } from '../terminal/interrupts.ts';
import { openLog } from '../wire/log-stream.ts';
import { explainTrouble, HttpStatusError } from '../wire/trouble.ts';

/** Prints a log until the server ends it or Ctrl-C is pressed. */
export async function followLog(session: Session, path: string): Promise<void> {
  session.print('==> Press Ctrl-C to exit <==');
  let cut: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    cut = printLog(session, path, resolve);
  });
  try {
    await interruptible(ended);
  } catch (error) {
    cut();
    if (!(error instanceof Interrupt)) throw error;
    session.print('');
  }
}

/** Prints a log as it grows, and errors on stderr; the result closes it. */
export function printLog(session: Session, path: string, ended: () => void = () => undefined): () => void {
  const { serverUrl } = session.connection;
  return openLog(session.connection, path, {
    part: (bytes) => session.out.bytes(bytes),
    end: (error) => {
      if (error instanceof HttpStatusError) {
        const reason = error.sentence === null ? '' : `: ${error.sentence}`;
        session.out.error(`${serverUrl}${path} Cannot read, status code ${error.status}${reason}`);
      } else if (error !== null) {
        session.out.error(`${serverUrl}${path} Cannot read: ${explainTrouble(error, serverUrl)}`);
      }
      ended();
    },
  });
}
