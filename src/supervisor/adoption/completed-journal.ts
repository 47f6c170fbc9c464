/**
 * Completes the journal of an earlier daemon with programs that run and that it does not name.
 *
 * @module
 */
import type { ProcessRecord } from '../../process/adoption/process-record.ts';
import { isOfThisBoot, thisDaemon } from '../journal/daemon-identity.ts';
import type { JournalContents } from '../journal/read-journal.ts';
import type { Supervisor } from '../supervisor.ts';
import type { ProcessesLeftBehind } from './processes-left-behind.ts';
import { recordsOfUnjournaled } from './unjournaled.ts';
import { recordsOfUnrecorded } from './unrecorded.ts';

/** The journal, and the programs that it does not have. */
export function completedJournal(
  { log, config, serverUrl }: Pick<Supervisor, 'log' | 'config' | 'serverUrl'>,
  contents: JournalContents | null,
  { holders, orphans, daemonPid }: ProcessesLeftBehind,
  folders: readonly string[],
): JournalContents | null {
  const isCurrent = contents !== null && isOfThisBoot(contents.daemon);
  const { records, besides } = isCurrent ? contents : NOTHING_RECORDED;
  const { groups } = config;
  const recorded = [...records, ...besides.map(({ record }) => record)];
  const unrecorded =
    holders.length === 0
      ? { records: [], besides: [] }
      : recordsOfUnrecorded({ holders, log, groups, records: recorded, folders: new Set(folders) });
  const unjournaled =
    orphans.length === 0
      ? []
      : recordsOfUnjournaled({
          orphans,
          log,
          groups,
          serverUrl,
          daemonPid,
          records: [...recorded, ...unrecorded.records, ...unrecorded.besides.map(({ record }) => record)],
        });
  const found = [...unrecorded.records, ...unjournaled];
  if (found.length + unrecorded.besides.length === 0) return contents;
  const base = isCurrent ? contents : { ...NOTHING_RECORDED, daemon: thisDaemon() };
  const isNewer = ({ groupName, config: { name } }: ProcessRecord): boolean =>
    found.some((one) => one.groupName === groupName && one.config.name === name);
  return {
    ...base,
    records: [...records.filter((record) => !isNewer(record)), ...found],
    besides: [...besides, ...unrecorded.besides],
  };
}

const NOTHING_RECORDED: Omit<JournalContents, 'daemon'> = {
  visord: null,
  configFile: null,
  records: [],
  besides: [],
  isLeaving: false,
  handover: null,
  unknownLines: [],
  damage: [],
};
