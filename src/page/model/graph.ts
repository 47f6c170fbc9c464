/**
 * The picture of dependencies: boxes in columns, and lines between them.
 *
 * @module
 */
import type { StateName } from '../../process/machine/states.ts';

/** The answer of `visord.getGraph`. */
export interface Graph {
  readonly processes: readonly GraphProcess[];
}

export interface GraphProcess {
  readonly name: string;
  readonly statename: StateName;
  readonly level: number;
  readonly dependencies: readonly {
    readonly name: string;
    readonly condition: string;
    readonly met: boolean;
  }[];
}

export interface Box {
  readonly name: string;
  readonly statename: StateName;
  readonly x: number;
  readonly y: number;
}

export interface Link {
  readonly from: Box;
  readonly to: Box;
  readonly condition: string;
  readonly isMet: boolean;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly links: readonly Link[];
}

export const BOX = { width: 168, height: 30 } as const;
const GAP = { x: 64, y: 10 } as const;

/** The process, all processes that it depends on, and all that depend on it, directly or not. */
export function relatedGraph({ processes }: Graph, name: string): Graph {
  const byName = new Map(processes.map((process) => [process.name, process]));
  const dependents = new Map<string, string[]>();
  for (const process of processes) {
    for (const { name: on } of process.dependencies) {
      dependents.set(on, [...(dependents.get(on) ?? []), process.name]);
    }
  }
  const below = reached(name, (one) =>
    (byName.get(one)?.dependencies ?? []).map((dependency) => dependency.name),
  );
  const above = reached(name, (one) => dependents.get(one) ?? []);
  return { processes: processes.filter((process) => below.has(process.name) || above.has(process.name)) };
}

function reached(start: string, next: (name: string) => readonly string[]): Set<string> {
  const found = new Set([start]);
  for (const name of found) for (const one of next(name)) found.add(one);
  return found;
}

/** A column for each level. Processes of level 0, which depend on nothing, are at the left. */
export function pictureOf({ processes }: Graph): Picture {
  const columns = new Map<number, GraphProcess[]>();
  for (const process of processes) {
    columns.set(process.level, [...(columns.get(process.level) ?? []), process]);
  }
  const levels = [...columns.keys()].sort((a, b) => a - b);
  const tallest = Math.max(0, ...[...columns.values()].map(({ length }) => length));
  const height = Math.max(0, tallest * (BOX.height + GAP.y) - GAP.y);
  const boxes = levels.flatMap((level, column) => {
    const members = columns.get(level) ?? [];
    const top = (height - (members.length * (BOX.height + GAP.y) - GAP.y)) / 2;
    return members.map(({ name, statename }, index) => ({
      name,
      statename,
      x: column * (BOX.width + GAP.x),
      y: top + index * (BOX.height + GAP.y),
    }));
  });
  const byName = new Map(boxes.map((box) => [box.name, box]));
  const links = processes.flatMap(({ name, dependencies }) =>
    dependencies.flatMap(({ name: on, condition, met }): Link[] => {
      const [from, to] = [byName.get(on), byName.get(name)];
      return from && to ? [{ from, to, condition, isMet: met }] : [];
    }),
  );
  const width = Math.max(0, levels.length * (BOX.width + GAP.x) - GAP.x);
  return { width, height, boxes, links };
}
