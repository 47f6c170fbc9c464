/**
 * Stops everything at the end of the daemon: group by group, the highest priority first.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';
import { type Group, stopOrGiveUp } from '../process/group.ts';
import { STOPPED_STATES } from '../process/machine/states.ts';
import type { Process } from '../process/process.ts';

export interface OrderedStopOptions {
  /** By rising priority. */
  readonly groups: readonly Group[];
  readonly log: MainLog;
  /** Calls the listener after every change of any process, until the returned function is called. */
  readonly onProcessChange: (listener: () => void) => () => void;
  /** False for a process that has to wait for others to stop; null where none has. */
  readonly mayStop: ((process: Process) => boolean) | null;
  /** Called once, when nothing is left to be stopped. */
  readonly onStopped: () => void;
}

const REPORT_MS = 3000;

/** Begins at once and goes on with every process that stops. */
export function stopInOrder(options: OrderedStopOptions): void {
  const { groups, log, onProcessChange, onStopped, mayStop } = options;
  const stopNext = mayStop === null ? groupByGroup(groups) : dependentsFirst(groups, mayStop);
  let isPending = false;

  const goOn = (): void => {
    isPending = false;
    if (!stopNext()) {
      return;
    }
    clearInterval(reporter);
    unsubscribe();
    onStopped();
  };

  const unsubscribe = onProcessChange(() => {
    // The listener is called in the middle of a step; the next group is stopped when that step is done.
    if (!isPending) {
      isPending = true;
      setImmediate(goOn);
    }
  });
  const reporter = setInterval(() => reportUnstopped(groups, log), REPORT_MS);
  goOn();
  reportUnstopped(groups, log);
}

/** Stops the next group; true when nothing is left to be stopped. */
function groupByGroup(groups: readonly Group[]): () => boolean {
  const remaining = [...groups];
  return () => {
    for (let group = remaining.at(-1); group !== undefined; group = remaining.at(-1)) {
      group.stopAll();
      if (group.unstopped().length > 0) {
        return false;
      }
      remaining.pop();
    }
    return true;
  };
}

/**
 * Stops the processes without running dependents that have the highest priority among them; true when nothing is
 * left to be stopped.
 */
function dependentsFirst(groups: readonly Group[], mayStop: (process: Process) => boolean): () => boolean {
  return () => {
    for (;;) {
      const unstopped = groups.flatMap((group) => group.unstopped().map((process) => ({ group, process })));
      const free = unstopped.filter(({ process }) => mayStop(process));
      const highest = Math.max(...free.map(({ group }) => group.priority));
      const wave = free.filter(({ group }) => group.priority === highest);
      for (const { process } of wave) {
        stopOrGiveUp(process);
      }
      if (wave.some(({ process }) => !STOPPED_STATES.has(process.state))) {
        return false;
      }
      if (wave.length === 0) {
        return unstopped.length === 0;
      }
    }
  };
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
