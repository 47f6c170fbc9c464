/**
 * Groups with another number of processes of a program than `numprocs` asks for.
 *
 * @module
 */
import { isSameProcess } from './diff.ts';
import {
  type Config,
  ConfigError,
  type GroupConfig,
  type ProcessConfig,
  type ScalableProgram,
} from './types.ts';

/** Numbers of processes by `group:program`. */
export type Scales = ReadonlyMap<string, number>;

/** The key of a program in `Scales`. */
export function scaleKey(group: string, program: string): string {
  return `${group}:${program}`;
}

/** The limit for a program without `numprocs_max`, so that a typing error does not fill the memory. */
const MOST = 1000;

/** The numbers of processes that a program may have. */
export function rangeOf({ count, limits }: ScalableProgram): {
  readonly least: number;
  readonly most: number;
} {
  return { least: limits.least, most: limits.most ?? Math.max(MOST, count) };
}

/** The number within the limits of the program. */
export function withinLimits(program: ScalableProgram, count: number): number {
  const { least, most } = rangeOf(program);
  return Math.min(Math.max(count, least), most);
}

export function scalableIn({ scalable = [] }: GroupConfig, program: string): ScalableProgram | undefined {
  return scalable.find(({ name }) => name === program);
}

/** How many processes of a program a group has. */
export function countIn({ processes }: GroupConfig, program: string): number {
  return processes.filter((process) => programOf(process) === program).length;
}

/**
 * The group with this number of processes of the program. Processes in which the number changes nothing are the same
 * objects as before.
 *
 * @throws ConfigError where a value cannot be expanded for that number, or two processes would have one name
 */
export function scaledGroup(group: GroupConfig, program: ScalableProgram, count: number): GroupConfig {
  const { name, followers } = program;
  const own = unchangedKept(group, program, program.expand(count));
  const others = group.processes.filter((process) => programOf(process) !== name);
  requireNames(own, others);
  const behind = new Set(followers);
  const first = group.processes.findIndex((process) => programOf(process) === name);
  const follower = others.findIndex((process) => behind.has(programOf(process)));
  const at = first >= 0 ? first : follower >= 0 ? follower : others.length;
  return { ...group, processes: [...others.slice(0, at), ...own, ...others.slice(at)] };
}

/**
 * The configuration with the numbers of processes that were set. A program that can have no such number, or is not
 * configured, is left as it is.
 *
 * @param onFailure called with the reason why a program is left out
 */
export function scaledConfig(config: Config, scales: Scales, onFailure: (reason: string) => void): Config {
  const groups = config.groups.map((before) => {
    let group = before;
    for (const program of before.scalable ?? []) {
      const key = scaleKey(group.name, program.name);
      const wanted = scales.get(key);
      if (wanted === undefined) continue;
      try {
        group = scaledGroup(group, program, withinLimits(program, wanted));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        onFailure(`${key} cannot have ${wanted} processes: ${error.message}`);
      }
    }
    return group;
  });
  return { ...config, groups };
}

/** Name of the program that a process is of. */
export function programOf({ name, program = name }: ProcessConfig): string {
  return program;
}

/** A process may have another configuration than the program by now: it keeps it, unless the number is part of it. */
function unchangedKept(
  group: GroupConfig,
  program: ScalableProgram,
  own: readonly ProcessConfig[],
): readonly ProcessConfig[] {
  const active = new Map(group.processes.map((process) => [process.name, process]));
  const before = new Map(
    program.expand(countIn(group, program.name)).map((process) => [process.name, process]),
  );
  return own.map((process) => {
    const [kept, same] = [active.get(process.name), before.get(process.name)];
    const isKept = kept !== undefined && programOf(kept) === program.name;
    return isKept && same !== undefined && isSameProcess(same, process) ? kept : process;
  });
}

function requireNames(own: readonly ProcessConfig[], others: readonly ProcessConfig[]): void {
  const taken = new Set(others.map(({ name }) => name));
  for (const { name } of own) {
    if (taken.has(name)) throw new ConfigError(`two processes would have the name ${name}`);
    taken.add(name);
  }
}
