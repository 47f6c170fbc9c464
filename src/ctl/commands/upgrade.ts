/**
 * `upgrade`: the daemon goes on as the installed version, under the same pid.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import type { Session } from '../session.ts';
import { ConnectionError, FaultError } from '../wire/trouble.ts';
import { getStartTime, getVersions, upgrade as requestUpgrade, type Versions } from '../wire/visord-api.ts';
import { type Command, command } from './command.ts';
import { refuseArguments } from './refuse-arguments.ts';
import { VISORD_EXITS, withVisord } from './visord-only.ts';

/** The daemon waits at most 60 seconds for a moment without requests; in milliseconds. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 100;

export const upgrade: Command = command({
  name: 'upgrade',
  arguments: [],
  options: {},
  summary: 'Re-executes the daemon with the installed version; no program is restarted.',
  help: 'upgrade \t\tRe-execute the installed supervisord under the same pid',
  details: [
    'The installed version is tested first. If its files or the configuration have an error, the command prints it, and ' +
      'nothing changes. The command waits until the new version answers.',
  ],
  exits: {
    ...VISORD_EXITS,
    generic:
      'The command has an argument, the upgrade is refused, or the new version does not answer in time.',
  },
  isStock: false,
  since: '0.2.0',
  run: async (session, { argument }) => {
    if (refuseArguments(session, upgrade, argument)) return;
    await withVisord(session, async () => {
      const { connection } = session;
      const [before, startedBefore] = [await getVersions(connection), await getStartTime(connection)];
      await requestUpgrade(connection);
      if (await isUpgraded(session, startedBefore)) {
        const [after, pid] = [await getVersions(connection), await session.supervisor.getPID()];
        session.print(`upgraded: ${describe(before)} -> ${describe(after)}, pid ${pid}`);
      } else {
        session.fail('ERROR (the upgrade has not taken place; the main log has the reason)', EXIT.generic);
      }
    });
  },
});

/** False where the new program does not answer in time. */
async function isUpgraded({ connection }: Session, startedBefore: number): Promise<boolean> {
  const endsAt = performance.now() + PATIENCE_MS;
  while (performance.now() < endsAt) {
    const started = await startTimeNow(connection);
    if (started !== null && started !== startedBefore) return true;
    await sleep(PAUSE_MS);
  }
  return false;
}

/** Null where the upgrade has cut off the request; NaN of a version that does not know the method. */
async function startTimeNow(connection: Session['connection']): Promise<number | null> {
  try {
    return await getStartTime(connection);
  } catch (error) {
    if (error instanceof FaultError && error.code === FAULT_CODES.UNKNOWN_METHOD) return Number.NaN;
    if (error instanceof ConnectionError) return null;
    throw error;
  }
}

function describe({ version, node }: Versions): string {
  return `visord ${version} (Node.js ${node})`;
}
