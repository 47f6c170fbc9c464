/**
 * The whole terminal for a while, and back as it was, whatever ends the client.
 *
 * @module
 */
import { frame } from './frame.ts';
import { type Key, keyReader } from './keys.ts';
import { openTerminalWriter, type TerminalWriter } from './writer.ts';

/** The other screen, without a cursor, without wrapping at the right edge, with pasted text in brackets. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J';
const LEAVE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;
/** Without job control SIGTSTP stops nothing. */
const NOT_STOPPED_MS = 500;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface FullScreen {
  size(): Size;
  /** Shows the lines, from the top, each as wide as the terminal. */
  draw(lines: readonly string[]): void;
  /** Forgets what the terminal shows: the next picture is written as a whole. */
  forget(): void;
  /** Leaves the terminal to the shell until it continues the client. */
  suspend(): void;
  restore(): void;
}

export interface FullScreenListener {
  key(key: Key): void;
  /** The size or the content of the screen has changed: draw. */
  changed(): void;
}

/** Takes the terminal over. A terminal that goes away ends the client as SIGHUP does. */
export function openFullScreen({ key, changed }: FullScreenListener): FullScreen {
  const { stdin, stdout } = process;
  let isOpen = true;
  let isSuspended = false;
  let writer: TerminalWriter | null = null;
  let shown: readonly string[] | null = null;
  let wanted: readonly string[] | null = null;
  let waitForStop: NodeJS.Timeout | null = null;
  const keys = keyReader(key);

  const show = (): void => {
    if (writer === null || wanted === null || writer.isBusy()) return;
    const bytes = frame(shown, wanted);
    shown = wanted;
    wanted = null;
    if (bytes !== '') writer.write(bytes);
  };
  const enter = (): void => {
    stdin.setRawMode(true);
    stdin.resume();
    shown = null;
    writer = openTerminalWriter({ drained: show, gone });
    writer.write(ENTER);
  };
  const leave = (): void => {
    stdin.setRawMode(false);
    stdin.pause();
    const closing = writer;
    writer = null;
    closing?.end(LEAVE);
  };
  const restore = (): void => {
    if (!isOpen) return;
    isOpen = false;
    keys.close();
    if (waitForStop !== null) clearTimeout(waitForStop);
    stdin.off('data', keys.push);
    stdin.off('end', gone);
    stdin.off('close', gone);
    stdout.off('resize', resized);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
    process.off('SIGCONT', continued);
    process.off('SIGTSTP', suspend);
    for (const signal of ENDING) process.off(signal, end);
    if (!isSuspended) leave();
  };
  const end = (signal: NodeJS.Signals): void => {
    restore();
    process.kill(process.pid, signal);
  };
  const gone = (): void => {
    if (isOpen) end('SIGHUP');
  };
  const resized = (): void => {
    shown = null;
    changed();
  };
  const continued = (): void => {
    if (!isOpen) return;
    if (waitForStop !== null) clearTimeout(waitForStop);
    waitForStop = null;
    // Stopped by SIGSTOP, the terminal was not left; the shell has changed its mode all the same.
    if (!isSuspended) leave();
    isSuspended = false;
    process.on('SIGTSTP', suspend);
    enter();
    resized();
  };
  const suspend = (): void => {
    if (!isOpen || isSuspended) return;
    isSuspended = true;
    leave();
    process.off('SIGTSTP', suspend);
    waitForStop = setTimeout(continued, NOT_STOPPED_MS);
    // The group, as the terminal does: a script that runs the client stops too.
    process.kill(0, 'SIGTSTP');
  };

  process.on('exit', restore);
  // An error is printed on the screen of the shell.
  process.on('uncaughtExceptionMonitor', restore);
  process.on('SIGCONT', continued);
  process.on('SIGTSTP', suspend);
  for (const signal of ENDING) process.on(signal, end);
  stdin.on('data', keys.push);
  stdin.on('end', gone);
  stdin.on('close', gone);
  // It stays: a terminal that is gone reports errors also while it is restored.
  if (!stdin.listeners('error').includes(ignore)) stdin.on('error', ignore);
  stdout.on('resize', resized);
  enter();
  return {
    size: () => ({ columns: Math.max(1, stdout.columns || 80), rows: Math.max(1, stdout.rows || 24) }),
    draw: (lines) => {
      wanted = lines;
      show();
    },
    forget: () => {
      shown = null;
    },
    suspend,
    restore,
  };
}

/** The stream closes after its error. */
function ignore(): void {}
