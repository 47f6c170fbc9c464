/**
 * Restarts with `restart_mode=start_first`: the next process is started beside the one that runs, which is stopped when
 * the next one is RUNNING.
 *
 * @module
 */
import type { Group } from '../../process/group.ts';
import type { Process } from '../../process/process.ts';
import { processId } from '../lifecycle/process-id.ts';
import { awaitRun, type Replacement, restartProcess, SUPERSEDED } from './restart-process.ts';
import { type SuccessionHost, succeed } from './succession.ts';

export class StartFirst {
  readonly #host: SuccessionHost;
  /** Those that are under way, by the id of the process. */
  readonly #successions = new Map<string, Promise<unknown>>();

  constructor(host: SuccessionHost) {
    this.#host = host;
  }

  /** Resolves when nothing is under way for the process. */
  async settled(groupName: string, name: string): Promise<void> {
    const id = processId(groupName, name);
    for (let one = this.#successions.get(id); one !== undefined; one = this.#successions.get(id)) {
      await one;
    }
  }

  /**
   * Replaces a process; one that is not RUNNING is restarted, or started. Resolves when the former process has ended,
   * with null, or with the reason why the former one still has the name.
   *
   * @param replacement null where the configuration stays
   * @param reason of the restart, for the log
   */
  async replace(
    { groupName, config: { name } }: Process,
    replacement: Replacement | null,
    reason: string,
  ): Promise<string | null> {
    await this.settled(groupName, name);
    const group = this.#host.groups.get(groupName);
    const process = group?.processes.get(name);
    if (group === undefined || process === undefined) return 'it was removed';
    if (replacement?.isWanted() === false) return SUPERSEDED;
    if (process.state !== 'RUNNING') return restartProcess(process, replacement, reason);
    const config = replacement?.config ?? process.config;
    const former = process.runId;
    this.#host.log.info(`${name} is replaced: ${reason}`);
    try {
      group.addBeside(process, config, { role: 'successor', record: null }).start(true);
    } catch (error) {
      return (error as Error).message;
    }
    const failure = await this.goOn(group, process);
    const current = group.processes.get(name);
    return failure === null && current !== undefined ? awaitRun(current, former) : failure;
  }

  /** Goes on with the process beside this one, which an earlier daemon may have started. */
  goOn(group: Group, process: Process): Promise<string | null> {
    const id = processId(group.name, process.config.name);
    const end = succeed({ host: this.#host, group, current: process }).finally(() => {
      if (this.#successions.get(id) === end) this.#successions.delete(id);
    });
    this.#successions.set(id, end);
    return end;
  }
}
