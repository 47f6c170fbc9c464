/**
 * Numbers of processes that a client sets: they hold over restarts of the daemon, until the client asks for those of the
 * configuration again.
 *
 * @module
 */
import {
  countIn,
  rangeOf,
  type Scales,
  scalableIn,
  scaledConfig,
  scaledGroup,
  scaleKey,
} from '../../config/scale.ts';
import { type Config, ConfigError, type GroupConfig, type ScalableProgram } from '../../config/types.ts';
import type { MainLog } from '../../logs/main-log.ts';

/** What a client asks for. */
export type ScaleRequest =
  | { readonly kind: 'set'; readonly count: number }
  | { readonly kind: 'by'; readonly delta: number }
  /** The number of the configuration; nothing is remembered any more. */
  | { readonly kind: 'file' };

/** A program that can have any number of processes. */
export interface ProgramScale {
  readonly group: string;
  readonly name: string;
  /** How many processes it has. */
  readonly count: number;
  /** `numprocs` */
  readonly configured: number;
  /** A number was set, and holds. */
  readonly isSet: boolean;
  readonly least: number;
  readonly most: number;
}

/** The number is refused; nothing was changed. */
export class ScaleError extends Error {
  override readonly name = 'ScaleError';
}

export interface ScaledDaemon {
  /** As it was last read. */
  readonly config: Config;
  readonly groups: ReadonlyMap<string, { readonly config: GroupConfig }>;
  readonly stateFile: { readonly scales: Scales };
}

/** The programs of the active groups. */
export function programScales({ config, groups, stateFile }: ScaledDaemon): ProgramScale[] {
  return [...groups.values()].flatMap(({ config: active }) =>
    (active.scalable ?? []).map((program): ProgramScale => {
      const { name } = program;
      const configured = configuredIn(config, active.name, program);
      return {
        group: active.name,
        name,
        count: countIn(active, name),
        configured: configured.count,
        isSet: stateFile.scales.has(scaleKey(active.name, name)),
        ...rangeOf(configured),
      };
    }),
  );
}

export interface ScalePlan {
  readonly before: number;
  readonly count: number;
  /** What is remembered; null is nothing. */
  readonly remembered: number | null;
  /** The active group with the new number. */
  readonly group: GroupConfig;
  /** The configuration as it was last read, with the new number. */
  readonly config: Config;
}

/**
 * @param isRestarting processes of the group are being restarted in turn
 * @throws ScaleError
 */
export function planScale(
  { config, groups }: ScaledDaemon,
  { group: groupName, name }: { readonly group: string; readonly name: string },
  request: ScaleRequest,
  isRestarting: boolean,
): ScalePlan {
  if (isRestarting) throw new ScaleError(`a restart of ${groupName} is under way`);
  const active = groups.get(groupName)?.config;
  const program = active && scalableIn(active, name);
  if (active === undefined || program === undefined) throw new ScaleError(NOT_SCALABLE);
  const configured = configuredIn(config, groupName, program);
  const before = countIn(active, name);
  const count = wantedCount(request, before, configured.count);
  requireInRange(configured, count);
  try {
    return {
      before,
      count,
      remembered: request.kind === 'file' ? null : count,
      group: scaledGroup(active, program, count),
      config: {
        ...config,
        groups: config.groups.map((one) => {
          const own = one.name === groupName ? scalableIn(one, name) : undefined;
          return own === undefined ? one : scaledGroup(one, own, count);
        }),
      },
    };
  } catch (error) {
    if (error instanceof ConfigError) throw new ScaleError(error.message);
    throw error;
  }
}

/** Why a program has the number of processes that its section describes. */
export const NOT_SCALABLE = 'its process_name has no %(process_num)';

/** The configuration with the numbers that were set; one that cannot be used is logged. */
export function withScales(config: Config, scales: Scales, log: Pick<MainLog, 'warn'>): Config {
  return scaledConfig(config, scales, (reason) => log.warn(`scale: ${reason}`));
}

/** A line for each program that has another number of processes than its section describes. */
export function describeSetScales(daemon: ScaledDaemon): string[] {
  return programScales(daemon)
    .filter(isHeld)
    .map(
      ({ group, name, count, configured }) =>
        `program ${group === name ? name : `${group}:${name}`} is scaled to ${count}; numprocs=${configured} is not used`,
    );
}

export function isHeld({ isSet, count, configured }: ProgramScale): boolean {
  return isSet && count !== configured;
}

function configuredIn({ groups }: Config, group: string, program: ScalableProgram): ScalableProgram {
  const configured = groups.find(({ name }) => name === group);
  return (configured && scalableIn(configured, program.name)) ?? program;
}

function wantedCount(request: ScaleRequest, before: number, configured: number): number {
  switch (request.kind) {
    case 'set':
      return request.count;
    case 'by':
      return before + request.delta;
    case 'file':
      return Math.max(0, configured);
  }
}

function requireInRange(program: ScalableProgram, count: number): void {
  const { least, most } = rangeOf(program);
  if (count < least) throw new ScaleError(`${count} is below numprocs_min=${least}`);
  if (count <= most) return;
  throw new ScaleError(
    program.limits.most === null
      ? `${count} is above ${most}: numprocs_max is not set`
      : `${count} is above numprocs_max=${most}`,
  );
}
