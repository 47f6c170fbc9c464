/**
 * `visord.scaleProgram` and `visord.getScales`: how many processes programs have.
 *
 * @module
 */
import { programOf } from '../../config/scale.ts';
import {
  NOT_SCALABLE,
  type ProgramScale,
  ScaleError,
  type ScaleRequest,
} from '../../supervisor/scale/scaling.ts';
import { StateError } from '../../supervisor/state-file.ts';
import type { Scaled, SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { UpdateResult } from '../../supervisor/update/update-result.ts';
import type { RpcParameter, RpcStruct } from '../../xmlrpc/values.ts';
import { FAULT_CODES, RpcFault } from '../faults.ts';
import type { Answer } from '../method.ts';

/**
 * @param name a program, or `group:program`
 * @param numprocs a number, `+2`, `-1` or `file`
 * @throws RpcFault BAD_NAME, INCORRECT_PARAMETERS, FAILED
 */
export function scaleProgram(
  supervisor: SupervisorView,
  name: string,
  numprocs: RpcParameter,
  wait: boolean,
): Answer {
  const request = readRequest(numprocs);
  const program = findProgram(supervisor, name);
  if (program === null) {
    if (request.kind === 'file' && forgets(supervisor, name)) return answerOf(name, name, 0, 0, []);
    throw new RpcFault('BAD_NAME', name);
  }
  const { before, count, done } = begin(supervisor, program, request);
  const answer = (results: readonly UpdateResult[]): RpcStruct =>
    answerOf(program.group, program.name, before, count, results);
  if (wait) return done.then(answer);
  done.catch((error: Error) => supervisor.log.error(`scale of ${name}: ${error.message}`));
  return answer([]);
}

/** The programs that can be scaled. */
export function scales(supervisor: SupervisorView): RpcStruct[] {
  return supervisor.programScales().map(({ group, name, count, configured, isSet, least, most }) => ({
    group,
    name,
    numprocs: count,
    configured,
    set: isSet,
    min: least,
    max: most,
  }));
}

function readRequest(numprocs: RpcParameter): ScaleRequest {
  if (typeof numprocs === 'number' && Number.isSafeInteger(numprocs) && numprocs >= 0) {
    return { kind: 'set', count: numprocs };
  }
  if (numprocs === 'file') return { kind: 'file' };
  const [, sign, digits] = (typeof numprocs === 'string' && NUMBER.exec(numprocs)) || [];
  if (digits === undefined) throw new RpcFault('INCORRECT_PARAMETERS');
  const number = Number(digits);
  if (!sign) return { kind: 'set', count: number };
  return { kind: 'by', delta: sign === '-' ? -number : number };
}

const NUMBER = /^([+-]?)(\d{1,9})$/;

/** Null where no active program has the name. @throws RpcFault FAILED where it cannot be scaled, or is in several groups */
function findProgram(supervisor: SupervisorView, name: string): ProgramScale | null {
  const { group, program } = splitProgram(name);
  const found = supervisor
    .programScales()
    .filter((one) => one.name === program && (group === null || one.group === group));
  const [first] = found;
  if (first === undefined) {
    if (isActive(supervisor, group, program))
      throw new RpcFault('FAILED', `${name} cannot be scaled: ${NOT_SCALABLE}`);
    return null;
  }
  if (found.length === 1) return first;
  const names = found.map((one) => `${one.group}:${one.name}`).join(', ');
  throw new RpcFault('FAILED', `${name} is in several groups: ${names}`);
}

function splitProgram(name: string): { readonly group: string | null; readonly program: string } {
  const colon = name.indexOf(':');
  return colon < 0
    ? { group: null, program: name }
    : { group: name.slice(0, colon), program: name.slice(colon + 1) };
}

function isActive({ groups }: SupervisorView, group: string | null, program: string): boolean {
  return [...groups.values()].some(
    ({ name, processes }) =>
      (group === null || name === group) &&
      [...processes.values()].some(({ config }) => programOf(config) === program),
  );
}

/** Of a program that is not active any more. */
function forgets(supervisor: SupervisorView, name: string): boolean {
  const { group, program } = splitProgram(name);
  return refusing(() => supervisor.forgetScale(group ?? program, program));
}

function begin(supervisor: SupervisorView, program: ProgramScale, request: ScaleRequest): Scaled {
  return refusing(() => supervisor.scaleProgram(program, request));
}

function refusing<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ScaleError || error instanceof StateError)
      throw new RpcFault('FAILED', error.message);
    throw error;
  }
}

function answerOf(
  group: string,
  name: string,
  before: number,
  numprocs: number,
  results: readonly UpdateResult[],
): RpcStruct {
  const changes = results.flatMap(({ group: groupName, process, action, failure }): RpcStruct[] =>
    process === null
      ? []
      : [
          {
            group: groupName,
            name: process,
            action,
            status: failure === null ? FAULT_CODES.SUCCESS : FAULT_CODES.FAILED,
            description: failure ?? 'OK',
          },
        ],
  );
  return { group, name, before, numprocs, changes };
}
