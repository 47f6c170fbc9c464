/**
 * The lines for the results of a start, a stop, a signal and a clearing.
 *
 * @module
 */
import { FAULT_CODES, type FaultName } from '../rpc/faults.ts';

export interface Outcome {
  /** `group:process`, or one word where both are the same. */
  readonly name: string;
  /** The code of a fault, 80 for success. */
  readonly code: number;
  readonly text: string;
}

const START_TROUBLES: Partial<Record<FaultName, string>> = {
  BAD_NAME: 'no such process',
  NO_FILE: 'no such file',
  NOT_EXECUTABLE: 'file is not executable',
  ALREADY_STARTED: 'already started',
  SPAWN_ERROR: 'spawn error',
  ABNORMAL_TERMINATION: 'abnormal termination',
};

const SIGNAL_TROUBLES: Partial<Record<FaultName, string>> = {
  BAD_NAME: 'no such process',
  BAD_SIGNAL: 'bad signal name',
  NOT_RUNNING: 'not running',
};

const RELOAD_TROUBLES: Partial<Record<FaultName, string>> = {
  BAD_NAME: 'no such process',
  NOT_RUNNING: 'not running',
};

const CLEAR_TROUBLES: Partial<Record<FaultName, string>> = { BAD_NAME: 'no such process', FAILED: 'failed' };

/** @throws Error for a code that a start never has */
export function describeStart(outcome: Outcome): string {
  return describe(outcome, 'started', START_TROUBLES);
}

/** @throws Error for a code that a stop never has */
export function describeStop(outcome: Outcome): string {
  return outcome.code === FAULT_CODES.FAILED ? outcome.text : describe(outcome, 'stopped', SIGNAL_TROUBLES);
}

/** @throws Error for a code that a signal never has */
export function describeSignal(outcome: Outcome): string {
  return outcome.code === FAULT_CODES.FAILED ? outcome.text : describe(outcome, 'signalled', SIGNAL_TROUBLES);
}

/** @throws Error for a code that a reload never has */
export function describeReload(outcome: Outcome): string {
  return outcome.code === FAULT_CODES.FAILED
    ? `${outcome.name}: ERROR (${outcome.text.replace(/^FAILED: /, '')})`
    : describe(outcome, 'reloaded', RELOAD_TROUBLES);
}

/** @throws Error for a code that a clearing never has */
export function describeClear(outcome: Outcome): string {
  return describe(outcome, 'cleared', CLEAR_TROUBLES);
}

function describe(
  { name, code, text }: Outcome,
  success: string,
  troubles: Partial<Record<FaultName, string>>,
): string {
  if (code === FAULT_CODES.SUCCESS) return `${name}: ${success}`;
  const fault = (Object.keys(troubles) as FaultName[]).find((candidate) => FAULT_CODES[candidate] === code);
  if (fault === undefined) throw new Error(`${name}: ${text} (fault ${code})`);
  return `${name}: ERROR (${troubles[fault]})`;
}
