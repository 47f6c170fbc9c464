/**
 * Carries actions out, and shows their results.
 *
 * @module
 */
import {
  ACTIONS,
  type Action,
  type ActionName,
  type Call,
  type Scale,
  scaleName,
  type Target,
  targetText,
} from '../model/actions.ts';
import { routed } from '../model/nodes.ts';
import { type Failure, outcomeOf } from '../model/outcome.ts';
import { countText } from '../model/units.ts';
import { call, messageOf } from './api.ts';
import { refresh } from './live.ts';
import { ask, askNumber, close, show } from './messages.ts';
import { ownNode, readNodes } from './nodes.ts';

/** Calls that wait at a time: a browser has few connections to one server. */
const AT_A_TIME = 3;

export async function perform(name: ActionName, target: Target): Promise<void> {
  const action = ACTIONS[name];
  if (target.kind === 'program' && action.isNumbered) {
    await performNumbered(action, target);
    return;
  }
  if (action.warning !== null && !(await isWanted(action, target))) return;
  await run(action, target, action.calls(target));
}

async function performNumbered(action: Action, target: Target & { kind: 'program' }): Promise<void> {
  const program = await currentScale(target.program);
  const { numprocs, configured, set, min, max } = program;
  const number = await askNumber(
    {
      title: `${action.label} ${targetText(target)}`,
      text: 'Surplus processes are stopped, the last ones first. The number holds until another one is set.',
      confirm: action.label,
      isHarmful: false,
    },
    {
      label: `Number of processes, ${min} to ${max}`,
      first: numprocs,
      least: min,
      most: max,
      other: set ? `As configured (${configured})` : null,
    },
  );
  if (number === undefined) return;
  const done =
    number === null ? 'scaled as configured' : `scaled to ${countText(number, 'process', 'processes')}`;
  await run({ ...action, done }, target, action.calls(target, number));
}

/** The number may have changed since the list was read. */
async function currentScale(known: Scale): Promise<Scale> {
  try {
    const scales = await call<readonly Scale[]>('visord.getScales');
    return scales.find((one) => scaleName(one) === scaleName(known)) ?? known;
  } catch {
    return known;
  }
}

/** @param what as `USR1 sent to` */
export async function runCall(what: string, done: string, target: Target, one: Call): Promise<void> {
  await run({ doing: what, done }, target, [one]);
}

async function isWanted({ label, warning }: Action, target: Target): Promise<boolean> {
  const [one, several] = warning ?? ['', ''];
  return ask({
    title: `${label} ${targetText(target)}?`,
    text: target.kind === 'process' ? one : several,
    confirm: label,
    isHarmful: label !== 'Restart',
  });
}

async function run(
  action: Pick<Action, 'doing' | 'done'>,
  target: Target,
  calls: readonly Call[],
): Promise<void> {
  const working = show('working', `${action.doing} ${targetText(target)} …`);
  const results: unknown[] = [];
  const faults: Failure[] = [];
  const queue = [...calls];
  const next = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      try {
        const { method, params, node } = routed(one, ownNode());
        results.push(await call(method, params, undefined, node));
      } catch (error) {
        faults.push({ title: titleOf(one, target), reason: messageOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, next));
  await Promise.all([refresh(), readNodes()]);
  close(working);
  const { isError, text, failures } = outcomeOf(action, target, results, faults);
  show(isError ? 'error' : 'done', text, failures);
}

function titleOf({ params, node }: Call, target: Target): string {
  const [id = node] = params;
  const rows = target.kind === 'some' || target.kind === 'group' ? target.rows : [];
  return rows.find((row) => row.id === id)?.title ?? String(id ?? targetText(target));
}
