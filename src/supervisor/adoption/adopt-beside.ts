/**
 * Adopts the second process of a name: the restart with `restart_mode=start_first` goes on, or the process is
 * stopped.
 *
 * @module
 */
import type { MainLog } from '../../logs/main-log.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { StartFirst } from '../restarts/start-first.ts';
import type { InheritedBeside } from './inherited-processes.ts';
import { stopOnlyConfig } from './stop-only-config.ts';

export interface BesideAdopter {
  readonly log: MainLog;
  readonly startFirst: StartFirst;
}

/**
 * @param process that has the name, and is adopted
 * @param isWanted it is to take over when it is RUNNING
 */
export function adoptBeside(
  { log, startFirst }: BesideAdopter,
  group: Group,
  process: Process,
  { record, pid, input, ends }: InheritedBeside,
  isWanted: boolean,
): void {
  const { name } = process.config;
  const config = isWanted ? process.config : stopOnlyConfig(record.config);
  let beside: Process;
  try {
    beside = group.addBeside(process, config, { role: isWanted ? 'successor' : 'leaving', record });
  } catch (error) {
    log.critical(
      `a second process of ${name} (pid ${pid}) cannot be adopted, and runs on without supervision: ${(error as Error).message}`,
    );
    return;
  }
  beside.adopt({ record, pid, input, ends });
  void startFirst.goOn(group, process);
}
