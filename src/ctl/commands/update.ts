/**
 * `update`: applies the configuration files, process by process. With a stock supervisord it does so group by group.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines, switchOption } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName } from '../names/names.ts';
import type { Session } from '../session.ts';
import { FaultError } from '../wire/trouble.ts';
import { type AppliedConfig, applyConfig } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { updateByGroup } from './update-by-group.ts';
import { describeChange, describePlan } from './update-lines.ts';

export const update: Command = command({
  name: 'update',
  arguments: [{ name: 'group', kind: 'group', isOptional: true, isRepeated: true }],
  options: {
    diff: switchOption(
      '--diff',
      'Print what would be done, with old and new values; change nothing.',
      '0.2.0',
    ),
  },
  summary: 'Reads the configuration files again and applies what differs.',
  help: lines(
    'update\t\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update all\t\tReload config and add/remove as necessary, and will restart affected programs',
    'update <gname> [...]\tUpdate specific groups',
  ),
  details: [
    'Groups that disappeared are stopped and removed, and new groups are added. In a group that changed only the ' +
      'processes that differ are restarted, added or removed. A process that differs only in keys that need no restart ' +
      'gets the new values and runs on. The reference of the configuration shows what each key needs.',
    'With a stock supervisord, groups that changed are stopped, removed, and added again.',
  ],
  exits: {
    generic: 'A group is unknown or does not stop, the files have an error, or the server did not answer.',
    unimplemented: 'With --diff: the server has no visord namespace.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options }) => {
    const names = new Set(words);
    if (names.has('all')) names.clear();
    let applied: AppliedConfig;
    try {
      applied = await applyConfig(session.connection, [...names], options.diff);
    } catch (error) {
      const code = error instanceof FaultError ? error.code : null;
      if (code === FAULT_CODES.SHUTDOWN_STATE) session.fail('ERROR: already shutting down', EXIT.generic);
      else if (code !== FAULT_CODES.UNKNOWN_METHOD) throw error;
      else if (!options.diff) await updateByGroup(session, names);
      else
        session.fail(
          'ERROR: the server does not have this method; it is not a visord daemon',
          EXIT.unimplemented,
        );
      return;
    }
    for (const name of applied.unknown) session.fail(`ERROR: no such group: ${name}`, EXIT.generic);
    if (options.diff) printPlan(session, applied);
    else printChanges(session, applied);
    for (const { group, name, numprocs, configured } of applied.scaled ?? []) {
      session.print(`${joinName(group, name)}: scaled to ${numprocs}; numprocs=${configured} is not used`);
    }
  },
});

function printPlan(session: Session, { changes }: AppliedConfig): void {
  if (changes.length === 0) session.print('No config updates to processes');
  for (const change of changes) {
    for (const line of describePlan(change)) session.print(line);
  }
}

/** For a group whose processes were all restarted, the line of the group is printed, and those of failures. */
function printChanges(session: Session, { changes }: AppliedConfig): void {
  const whole = new Set(
    changes.filter(({ name, action }) => name === '' && action === 'restart').map(({ group }) => group),
  );
  for (const change of changes) {
    const isFailed = change.status !== FAULT_CODES.SUCCESS;
    if (whole.has(change.group) && change.name !== '' && !isFailed) continue;
    for (const line of describeChange(change)) session.print(line);
    if (isFailed) session.exitStatus = EXIT.generic;
  }
}
