/**
 * The lines of `update` and `update --diff`.
 *
 * @module
 */
import { escapeControls } from '../../python/repr.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { joinName } from '../names/names.ts';
import type { ConfigChange, KeyChange } from '../wire/visord-api.ts';

/** What has been done; for whole groups in the words of the reference. */
export function describeChange(change: ConfigChange): string[] {
  const { group, name, action, keys, status, description } = change;
  const isDone = status === FAULT_CODES.SUCCESS;
  if (name !== '') {
    return [
      isDone
        ? `${joinName(group, name)}: ${DONE[action]}${namesOf(keys)}`
        : `${joinName(group, name)}: ERROR (${description})`,
    ];
  }
  switch (action) {
    case 'add':
      return [isDone ? `${group}: added process group` : `${group}: ERROR (${description})`];
    case 'remove':
      return [
        `${group}: stopped`,
        isDone ? `${group}: removed process group` : `${group}: has problems; not removing`,
      ];
    case 'live':
      return [`${group}: ${DONE.live}${namesOf(keys)}`];
    default:
      return [
        `${group}: stopped`,
        isDone ? `${group}: updated process group` : `${group}: ERROR (${description})`,
      ];
  }
}

/** What would be done, and a line for each key that differs. */
export function describePlan({ group, name, action, keys }: ConfigChange): string[] {
  const subject = name === '' ? group : joinName(group, name);
  const what = name === '' && action !== 'live' ? 'process group would' : 'would';
  return [`${subject}: ${what} be ${PLANNED[action]}`, ...keys.map((key) => `  ${describeKey(key)}`)];
}

type Action = ConfigChange['action'];

const DONE: Readonly<Record<Action, string>> = {
  add: 'added',
  remove: 'removed',
  replace: 'restarted',
  restart: 'restarted',
  live: 'updated',
};

const PLANNED: Readonly<Record<Action, string>> = {
  ...DONE,
  live: 'updated without a restart',
};

function namesOf(keys: readonly KeyChange[]): string {
  return keys.length === 0 ? '' : ` (${keys.map(({ key }) => key).join(', ')})`;
}

function describeKey({ key, change, old, new: after, variables }: KeyChange): string {
  const values =
    variables.length > 0 ? variables.map(escapeControls).join(', ') : `${shown(old)} -> ${shown(after)}`;
  return `${key} (${change}): ${values}`;
}

function shown(value: string): string {
  return value === '' ? '(not set)' : escapeControls(value);
}
