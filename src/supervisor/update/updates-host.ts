/**
 * What an update needs of the daemon.
 *
 * @module
 */
import type { GroupConfig, ProcessConfig } from '../../config/types.ts';
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import type { ProgramLifecycle } from '../lifecycle/lifecycle.ts';
import type { Replacements, Restarted } from '../restarts/restarts.ts';
import type { StartFirst } from '../restarts/start-first.ts';

export interface UpdatesHost {
  readonly groups: ReadonlyMap<string, Group>;
  readonly lifecycle: ProgramLifecycle | null;
  mayStart(): boolean;
  prepareFor(processes: readonly ProcessConfig[]): void;
  addGroup(config: GroupConfig): boolean;
  removeGroup(name: string): boolean;
  addProcesses(groupName: string, configs: readonly ProcessConfig[]): boolean;
  removeProcess(groupName: string, name: string): boolean;
  /** A group continues with another configuration. */
  changeGroup(config: GroupConfig): void;
  /** Restarts that are under way with start_first. */
  readonly startFirst: Pick<StartFirst, 'settled'>;
  /** Starts a process that has autostart and was never started. */
  startByItself(process: Process): void;
  /**
   * Restarts processes of a group by their new restart_mode.
   *
   * @throws RestartUnderWayError
   */
  restartWith(groupName: string, replacements: Replacements): Promise<readonly Restarted[]>;
}

/**
 * Changes the active groups or processes. Returns why that failed, or null.
 *
 * @param change returns false where it has changed nothing
 */
export function attempt(host: Pick<UpdatesHost, 'mayStart'>, change: () => boolean): string | null {
  if (!host.mayStart()) {
    return 'the daemon shuts down';
  }
  try {
    return change() ? null : 'is not active, or active already';
  } catch (error) {
    return (error as Error).message;
  }
}
