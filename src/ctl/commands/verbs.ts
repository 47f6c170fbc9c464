/**
 * What commands do to processes: one verb for a process, a group or all, and the lines for its results.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, splitName } from '../names/names.ts';
import type { Outcome } from '../outcomes.ts';
import type { Session } from '../session.ts';
import type { ProcessResult } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { hintAtName } from './hints.ts';
import { detailOf } from './visord-only.ts';

/** One verb: its methods, and the words for its results. */
export interface Verb {
  readonly forAll: () => Promise<readonly ProcessResult[]>;
  readonly forGroup: (group: string) => Promise<readonly ProcessResult[]>;
  readonly forProcess: (name: string) => Promise<unknown>;
  readonly describe: (outcome: Outcome) => string;
  /** The fault that is not a failure: the process is in the wanted state already. */
  readonly harmless?: number;
  /** The exit code for an unknown group. */
  readonly noGroupExit: number;
}

/** Applies the verb to each name, and prints the results. */
export async function apply(session: Session, verb: Verb, names: readonly string[]): Promise<void> {
  if (names.includes('all')) {
    report(session, verb, await verb.forAll());
    return;
  }
  for (const name of names) {
    const { group, process } = splitName(name);
    if (process === null) await applyToGroup(session, verb, group);
    else await applyToProcess(session, verb, name, group, process);
  }
}

async function applyToGroup(session: Session, verb: Verb, group: string): Promise<void> {
  try {
    report(session, verb, await verb.forGroup(group));
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    if (error.code === FAULT_CODES.FAILED) {
      session.fail(`${group}: ERROR (${detailOf(error)})`, EXIT.generic);
      return;
    }
    if (error.code !== FAULT_CODES.BAD_NAME) throw error;
    session.fail(`${group}: ERROR (no such group)`, verb.noGroupExit);
    await hintAtName(session, group);
  }
}

async function applyToProcess(
  session: Session,
  verb: Verb,
  fullName: string,
  group: string,
  name: string,
): Promise<void> {
  let status: number = FAULT_CODES.SUCCESS;
  let description = 'OK';
  try {
    await verb.forProcess(fullName);
  } catch (error) {
    if (!(error instanceof FaultError) || error.code === FAULT_CODES.UNKNOWN_METHOD) throw error;
    status = error.code;
    description = error.message;
  }
  report(session, verb, [{ name, group, status, description }]);
  if (status === FAULT_CODES.BAD_NAME) await hintAtName(session, fullName);
}

function report(session: Session, verb: Verb, results: readonly ProcessResult[]): void {
  for (const { name, group, status, description } of results) {
    session.print(verb.describe({ name: joinName(group, name), code: status, text: description }));
    session.noteResult(status, verb.harmless);
  }
}
