/**
 * Gives the programs of the daemon the numbers of processes that clients have set.
 *
 * @module
 */
import { scaleKey } from '../../config/scale.ts';
import type { Config, GroupConfig } from '../../config/types.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { StateFile } from '../state-file.ts';
import type { Scaled } from '../supervisor-view.ts';
import type { UpdateResult } from '../update/update-result.ts';
import {
  describeSetScales,
  type ProgramScale,
  planScale,
  programScales,
  type ScaleRequest,
  withScales,
} from './scaling.ts';

export interface ScaledProgramsHost {
  readonly log: MainLog;
  readonly stateFile: StateFile;
  readonly groups: ReadonlyMap<string, { readonly config: GroupConfig }>;
  /** As it was last read. */
  readonly config: Config;
  replaceConfig(config: Config): void;
  /** Processes of the group are being restarted in turn. */
  isRestarting(groupName: string): boolean;
  /** Changes an active group into this one. */
  updateGroup(config: GroupConfig): Promise<UpdateResult[]>;
}

export class ScaledPrograms {
  readonly #host: ScaledProgramsHost;
  /** Groups as they were read, where a number of processes was set before they were applied. */
  readonly #unapplied = new Map<string, GroupConfig>();

  constructor(host: ScaledProgramsHost) {
    this.#host = host;
  }

  /** A configuration with the numbers that were set. */
  scaled(config: Config): Config {
    const { log, stateFile } = this.#host;
    return stateFile.scales.size === 0 ? config : withScales(config, stateFile.scales, log);
  }

  /** @param config one that was read; that of the daemon if not given */
  report(config: Config = this.#host.config): ProgramScale[] {
    const { groups, stateFile } = this.#host;
    return programScales({ config, groups, stateFile });
  }

  /** Logs the programs that have another number than their section describes. */
  log(): void {
    const { log, stateFile } = this.#host;
    if (stateFile.scales.size === 0) return;
    for (const line of describeSetScales(this.#host)) log.info(line);
  }

  /** @throws ScaleError */
  scale(program: { readonly group: string; readonly name: string }, request: ScaleRequest): Scaled {
    const host = this.#host;
    const active = host.groups.get(program.group)?.config;
    const { before, count, remembered, group, config } = planScale(
      host,
      program,
      request,
      host.isRestarting(program.group),
    );
    host.stateFile.setScale(scaleKey(program.group, program.name), remembered);
    const isUnapplied = host.config.groups.some((one) => one.name === program.group && one !== active);
    host.replaceConfig(config);
    const next = config.groups.find((one) => one.name === program.group);
    if (isUnapplied && next !== undefined) this.#unapplied.set(program.group, next);
    return { before, count, done: host.updateGroup(group) };
  }

  /** @returns false where no number was set */
  forget(group: string, program: string): boolean {
    const { stateFile } = this.#host;
    const key = scaleKey(group, program);
    if (!stateFile.scales.has(key)) return false;
    stateFile.setScale(key, null);
    return true;
  }

  /** The daemon has another configuration, which is all that was read. */
  configRead(): void {
    this.#unapplied.clear();
  }

  /** The configuration with the changed group. */
  configuredOf(changed: GroupConfig): GroupConfig {
    return this.#unapplied.get(changed.name) ?? changed;
  }
}
