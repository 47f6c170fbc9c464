/**
 * Signal names and numbers of Linux, as the reference's Python knows them.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { decimalInteger, strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';

/** Where a number has two names, the later one is printed. */
const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGIOT: 6,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCLD: 17,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPOLL: 29,
  SIGPWR: 30,
  SIGSYS: 31,
  SIGRTMIN: 34,
  SIGRTMAX: 64,
};

const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(SIGNALS));
const NAMES: ReadonlyMap<number, string> = new Map([...NUMBERS].map(([name, number]) => [number, name]));

/**
 * A signal from its name (any case, with or without SIG) or number; 0 is allowed and signals nothing.
 *
 * @throws ConfigError
 */
export function signalNumber(text: string): number {
  const number = decimalInteger(text);
  if (number === null) {
    const name = strip(text).toUpperCase();
    const named = NUMBERS.get(name.startsWith('SIG') ? name : `SIG${name}`);
    if (named === undefined) throw new ConfigError(`value ${pythonRepr(text)} is not a valid signal name`);
    return named;
  }
  if (number !== 0 && !NAMES.has(number)) {
    throw new ConfigError(`value ${pythonRepr(text)} is not a valid signal number`);
  }
  return number;
}

/** `SIGTERM`, or `signal 99` for a number without a name. */
export function signalName(number: number): string {
  return NAMES.get(number) ?? `signal ${number}`;
}
