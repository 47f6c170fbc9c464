/**
 * Stops everything at the end of the daemon: group by group, the highest priority first.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import type { Group } from '../process/group.ts';

export interface OrderedStopOptions {
  /** By rising priority. */
  readonly groups: readonly Group[];
  readonly log: MainLog;
  /** Calls the listener after every change of any process, until the returned function is called. */
  readonly onProcessChange: (listener: () => void) => () => void;
  /** Called once, when nothing is left to be stopped. */
  readonly onStopped: () => void;
}

const REPORT_MS = 3000;

/** Begins at once and goes on with every process that stops. */
export function stopInOrder({ groups, log, onProcessChange, onStopped }: OrderedStopOptions): void {
  const remaining = [...groups];
  let isPending = false;

  const goOn = (): void => {
    isPending = false;
    for (let group = remaining.at(-1); group !== undefined; group = remaining.at(-1)) {
      group.stopAll();
      if (group.unstopped().length > 0) {
        return;
      }
      remaining.pop();
    }
    clearInterval(reporter);
    unsubscribe();
    onStopped();
  };

  const unsubscribe = onProcessChange(() => {
    // A change is told in the middle of a step; the next group is stopped when that step is done.
    if (!isPending) {
      isPending = true;
      setImmediate(goOn);
    }
  });
  const reporter = setInterval(() => reportUnstopped(groups, log), REPORT_MS);
  goOn();
  reportUnstopped(groups, log);
}

function reportUnstopped(groups: readonly Group[], log: MainLog): void {
  const unstopped = groups.flatMap((group) => group.unstopped());
  if (unstopped.length === 0) {
    return;
  }
  log.info(`waiting for ${unstopped.map(({ config }) => config.name).join(', ')} to die`);
  for (const { config, state } of unstopped) {
    log.blather(`${config.name} state: ${state}`);
  }
}
