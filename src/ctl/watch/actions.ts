/**
 * Starts, stops and restarts processes and groups for the live view, each by calls of its own.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { joinName } from '../names/names.ts';
import { describeStart, describeStop, type Outcome } from '../outcomes.ts';
import { describeRestart, hasRestartMode } from '../restart-modes.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { type ProcessResult, supervisorAt } from '../wire/supervisor-api.ts';
import { explainTrouble, FaultError } from '../wire/trouble.ts';
import { getRestartModes, type RestartMode, restartGroup } from '../wire/visord-api.ts';

export type Verb = 'start' | 'stop' | 'restart';

/** A process, or a whole group. */
export interface ActionTarget {
  readonly connection: Connection;
  /** `NODE/` in a fleet, else nothing. */
  readonly prefix: string;
  /** As calls of a process take it; the name of the group for a group. */
  readonly name: string;
  readonly isGroup: boolean;
}

export interface Result {
  readonly isDone: boolean;
  readonly line: string;
}

/** Requests to one daemon at the same time, at most. */
const AT_ONCE = 32;

/** Acts on all targets; a failure of one does not concern the others. */
export async function act(verb: Verb, targets: readonly ActionTarget[]): Promise<readonly Result[]> {
  const modes = verb === 'restart' ? await modesOf(targets) : new Map<Connection, readonly RestartMode[]>();
  const left = [...targets.entries()];
  const results: (readonly Result[])[] = [];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [index, target] = next;
      results[index] = await actOn(verb, target, modes.get(target.connection) ?? []);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, work));
  return results.flat();
}

/** Errors first, then what was done: its line for one process, a count for several. */
export function summarise(verb: Verb, results: readonly Result[]): string {
  const failed = results.filter(({ isDone }) => !isDone).map(({ line }) => line);
  const done = results.filter(({ isDone }) => isDone).map(({ line }) => line);
  const [only, second] = done;
  const past = { start: 'started', stop: 'stopped', restart: 'restarted' }[verb];
  const success = second === undefined ? (only ?? '') : `${done.length} processes: ${past}`;
  const text = [...failed, success].filter((part) => part !== '').join('; ');
  return text === '' ? `no process to ${verb}` : text;
}

async function modesOf(targets: readonly ActionTarget[]): Promise<Map<Connection, readonly RestartMode[]>> {
  const modes = new Map<Connection, readonly RestartMode[]>();
  for (const connection of new Set(targets.map((target) => target.connection))) {
    // A host that does not answer fails with its own call.
    modes.set(connection, await getRestartModes(connection).catch(() => []));
  }
  return modes;
}

async function actOn(
  verb: Verb,
  target: ActionTarget,
  modes: readonly RestartMode[],
): Promise<readonly Result[]> {
  const { connection, prefix, name, isGroup } = target;
  const whole = isGroup ? `${name}:*` : name;
  try {
    if (verb === 'restart' && hasRestartMode(whole, modes)) {
      return (await restartGroup(connection, whole)).map((result) => ({
        isDone: result.status === FAULT_CODES.SUCCESS,
        line: describeRestart(prefix + joinName(result.group, result.name), result),
      }));
    }
    const stopped = verb === 'start' ? [] : await apply(target, 'stop');
    if (verb === 'stop') return stopped.map(resultOfStop);
    const started = (await apply(target, 'start')).map(resultOfStart);
    return verb === 'start' ? started : restarted(stopped, started);
  } catch (error) {
    return [{ isDone: false, line: `${prefix}${whole}: ${explainTrouble(error, connection.serverUrl)}` }];
  }
}

async function apply(
  { connection, prefix, name, isGroup }: ActionTarget,
  verb: 'start' | 'stop',
): Promise<readonly Outcome[]> {
  const supervisor = supervisorAt(connection);
  if (isGroup) {
    const call = verb === 'start' ? supervisor.startProcessGroup : supervisor.stopProcessGroup;
    return (await call(name)).map((result) => outcomeOf(prefix, result));
  }
  try {
    await (verb === 'start' ? supervisor.startProcess(name) : supervisor.stopProcess(name));
    return [{ name: prefix + name, code: FAULT_CODES.SUCCESS, text: '' }];
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return [{ name: prefix + name, code: error.code, text: error.message }];
  }
}

function outcomeOf(prefix: string, { group, name, status, description }: ProcessResult): Outcome {
  return { name: prefix + joinName(group, name), code: status, text: description };
}

function resultOfStart(outcome: Outcome): Result {
  return resultOf(describeStart, outcome);
}

function resultOfStop(outcome: Outcome): Result {
  return resultOf(describeStop, outcome);
}

/** The words of the commands have no line for some faults; those show their own text. */
function resultOf(describe: (outcome: Outcome) => string, outcome: Outcome): Result {
  const isDone = outcome.code === FAULT_CODES.SUCCESS;
  try {
    return { isDone, line: describe(outcome) };
  } catch {
    return { isDone, line: `${outcome.name}: ERROR (${outcome.text})` };
  }
}

/** A process that did not run is started all the same: only other failures of the stop count. */
function restarted(stopped: readonly Outcome[], started: readonly Result[]): readonly Result[] {
  const failed = stopped.filter(
    ({ code }) => code !== FAULT_CODES.SUCCESS && code !== FAULT_CODES.NOT_RUNNING,
  );
  return [...failed.map(resultOfStop), ...started];
}
