/**
 * The graph of dependencies between processes: which process waits for which, in what order they start and stop.
 * It knows names and edges only; whether a dependency is met is decided in `conditions.ts`.
 *
 * @module
 */
import type { Condition, DependencyEntry } from '../config/tables/dependency-list.ts';

/** A process as the graph sees it. */
export interface GraphNode {
  /** `group:process`, unique. */
  readonly id: string;
  readonly group: string;
  readonly process: string;
  /** Name of the program section; several processes may share it. */
  readonly program: string;
  readonly isOneshot: boolean;
  readonly dependsOn: readonly DependencyEntry[];
  /** Names of programs or processes: this process stops and restarts with them, and waits for them to be running. */
  readonly partOf: readonly DependencyEntry[];
}

/** One dependency of one process on one other. */
export interface Edge {
  /** The id of the dependent. */
  readonly from: string;
  /** The id of its dependency. */
  readonly to: string;
  readonly condition: Condition;
  /** The name of the dependency as the configuration writes it. */
  readonly written: string;
  /** Set where `part_of` alone has the name. */
  readonly isPart?: true;
}

export interface Graph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** What each process waits for before it starts; processes without dependencies are not in it. */
  readonly dependencies: ReadonlyMap<string, readonly Edge[]>;
  /** The same edges by dependency. */
  readonly dependents: ReadonlyMap<string, readonly Edge[]>;
  /** For each process, the processes that stop and restart with it (`part_of=`). */
  readonly parts: ReadonlyMap<string, readonly string[]>;
}

/** A graph with an unknown name or a cycle. `program` is the section with the error. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
  readonly node: GraphNode;

  constructor(message: string, node: GraphNode) {
    super(message);
    this.node = node;
  }
}

/**
 * Builds the graph of all processes.
 *
 * @throws GraphError for an unknown name, a process that depends on itself, and a cycle (the text shows it whole)
 */
export function buildGraph(nodes: readonly GraphNode[]): Graph {
  const graph = linkGraph(nodes, (name, node, key) => {
    throw new GraphError(`${key} names ${name}, but there is no such program, group or process`, node);
  });
  const cycle = findCycle(graph);
  const first = cycle === null ? undefined : graph.nodes.get(cycle[0] ?? '');
  if (cycle !== null && first !== undefined) {
    const way = cycle.map((id) => shortName(graph, id)).join(' -> ');
    throw new GraphError(`${keysOf(graph, cycle)} a cycle: ${way}`, first);
  }
  return graph;
}

/** `depends_on has`, `part_of has`, or both, for the edges of a cycle. */
function keysOf(graph: Graph, cycle: readonly string[]): string {
  const isPart = cycle.slice(1).map((to, index) => {
    const from = cycle[index] ?? to;
    return graph.dependencies.get(from)?.find((edge) => edge.to === to)?.isPart === true;
  });
  if (isPart.every((part) => part)) return 'part_of has';
  return isPart.some((part) => part) ? 'depends_on and part_of have' : 'depends_on has';
}

/**
 * Links processes by their names without refusing anything: a running daemon may have lost the process that a name
 * stands for. A name that is not found is reported to the callback and has no edge.
 */
export function linkGraph(
  nodes: readonly GraphNode[],
  onUnknown: (name: string, node: GraphNode, key: 'depends_on' | 'part_of') => void = () => {},
): Graph {
  const index = new NameIndex(nodes);
  const dependencies = new Map<string, Edge[]>();
  const dependents = new Map<string, Edge[]>();
  const parts = new Map<string, string[]>();
  for (const node of nodes) {
    for (const { target, condition } of node.dependsOn) {
      const found = index.find(target);
      if (found.length === 0) {
        onUnknown(target, node, 'depends_on');
      }
      for (const dependency of found) {
        const needed = condition ?? (dependency.isOneshot ? 'completed' : 'running');
        const edge = { from: node.id, to: dependency.id, condition: needed, written: target };
        append(dependencies, edge.from, edge);
        append(dependents, edge.to, edge);
      }
    }
    for (const { target } of node.partOf) {
      const found = index.find(target);
      if (found.length === 0) {
        onUnknown(target, node, 'part_of');
      }
      for (const whole of found) {
        if (whole.id === node.id) {
          continue;
        }
        append(parts, whole.id, node.id);
        if (!dependencies.get(node.id)?.some(({ to }) => to === whole.id)) {
          const edge: Edge = {
            from: node.id,
            to: whole.id,
            condition: 'running',
            written: target,
            isPart: true,
          };
          append(dependencies, edge.from, edge);
          append(dependents, edge.to, edge);
        }
      }
    }
  }
  return { nodes: new Map(nodes.map((node) => [node.id, node])), dependencies, dependents, parts };
}

/** The ids of one cycle, the first again at the end, or null. */
export function findCycle(graph: Graph): readonly string[] | null {
  const finished = new Set<string>();
  for (const start of graph.dependencies.keys()) {
    const cycle = cycleFrom(graph, start, finished);
    if (cycle !== null) {
      return cycle;
    }
  }
  return null;
}

/** A process and all that it depends on, directly and indirectly; dependencies stand before their dependents. */
export function withDependencies(graph: Graph, id: string): readonly string[] {
  return collect([id], (one) => graph.dependencies.get(one)?.map(({ to }) => to) ?? []);
}

/** The processes that stop and restart with one, directly and indirectly, without itself; nearest first. */
export function partsOf(graph: Graph, id: string): readonly string[] {
  const found = new Set<string>([id]);
  for (const one of found) {
    for (const part of graph.parts.get(one) ?? []) {
      found.add(part);
    }
  }
  found.delete(id);
  return [...found];
}

/** Those that can be stopped now: none of the others depends on them. Never empty while the graph has no cycle. */
export function free(graph: Graph, remaining: ReadonlySet<string>): readonly string[] {
  return [...remaining].filter(
    (id) => !(graph.dependents.get(id) ?? []).some(({ from }) => from !== id && remaining.has(from)),
  );
}

/** The level of each process: 0 without dependencies, else one more than its highest dependency. */
export function levels(graph: Graph): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const order = collect(graph.nodes.keys(), (id) => graph.dependencies.get(id)?.map(({ to }) => to) ?? []);
  for (const id of order) {
    const below = (graph.dependencies.get(id) ?? []).map(({ to }) => (found.get(to) ?? 0) + 1);
    found.set(id, Math.max(0, ...below));
  }
  return found;
}

/** `name` where group and process have the same name, else `group:name`. */
export function shortName(graph: Graph, id: string): string {
  const node = graph.nodes.get(id);
  return node !== undefined && node.group === node.process ? node.process : id;
}

/** Finds processes by the names that people write. */
class NameIndex {
  readonly #byId = new Map<string, GraphNode>();
  readonly #byProgram = new Map<string, GraphNode[]>();
  readonly #byGroup = new Map<string, GraphNode[]>();

  constructor(nodes: readonly GraphNode[]) {
    for (const node of nodes) {
      this.#byId.set(node.id, node);
      append(this.#byProgram, node.program, node);
      append(this.#byGroup, node.group, node);
    }
  }

  /** A program's processes come before a group's of the same name, and both before a process in a group of its name. */
  find(name: string): readonly GraphNode[] {
    if (name.includes(':')) {
      const [group = '', process = ''] = name.split(':');
      const one = this.#byId.get(name);
      return process === '*' ? (this.#byGroup.get(group) ?? []) : one === undefined ? [] : [one];
    }
    return this.#byProgram.get(name) ?? this.#byGroup.get(name) ?? [];
  }
}

/** Depth first without recursion: a chain may be thousands long. */
function cycleFrom(graph: Graph, start: string, finished: Set<string>): readonly string[] | null {
  const path: { readonly id: string; readonly next: Iterator<Edge> }[] = [];
  const onPath = new Set<string>();
  const enter = (id: string): void => {
    path.push({ id, next: (graph.dependencies.get(id) ?? []).values() });
    onPath.add(id);
  };
  if (!finished.has(start)) {
    enter(start);
  }
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const { done, value } = top.next.next();
    if (done) {
      path.pop();
      onPath.delete(top.id);
      finished.add(top.id);
    } else if (onPath.has(value.to)) {
      const ids = path.map(({ id }) => id);
      return [...ids.slice(ids.indexOf(value.to)), value.to];
    } else if (!finished.has(value.to)) {
      enter(value.to);
    }
  }
  return null;
}

/** What is reachable from the given nodes, each once, after all that is reachable from it. */
function collect(starts: Iterable<string>, next: (id: string) => readonly string[]): readonly string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const path: { readonly id: string; readonly next: Iterator<string> }[] = [];
  const enter = (id: string): void => {
    if (!seen.has(id)) {
      seen.add(id);
      path.push({ id, next: next(id).values() });
    }
  };
  for (const start of starts) {
    enter(start);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { done, value } = top.next.next();
      if (done) {
        order.push(top.id);
        path.pop();
      } else {
        enter(value);
      }
    }
  }
  return order;
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}
