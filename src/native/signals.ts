/**
 * Signals that are held back while nothing can take them.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon } from './addon.ts';
import { launchRecord } from './launch.ts';
import { checked } from './posix-error.ts';

/** Those that the launcher blocks; src/bin/launcher/hold-signals.c has the same. */
const HELD = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const;

const numbersOf = (names: readonly (typeof HELD)[number][]): Int32Array =>
  Int32Array.from(names, (name) => constants.signals[name]);

/**
 * Unblocks the signals that the launcher has blocked; to be called when the handlers are installed. Pending signals
 * arrive at once.
 */
export function releaseSignals(): void {
  checked('sigprocmask', addon.blockSignals(numbersOf(HELD), false));
}

/**
 * For a process that ends soon and has no handlers: unblocks signals with their default action. SIGUSR1 stays
 * blocked, since Node.js opens a debugger for it.
 */
export function releaseSignalsToDefault(): void {
  const names = HELD.filter((name) => name !== 'SIGUSR1');
  checked('sigprocmask', addon.blockSignals(numbersOf(names), false));
}

/**
 * Blocks signals while this process executes another program: they wait for its handlers. Does nothing without a
 * launcher, which would keep them blocked until then.
 */
export function holdSignals(): void {
  if (launchRecord?.holdsSignals) checked('sigprocmask', addon.blockSignals(numbersOf(HELD), true));
}
