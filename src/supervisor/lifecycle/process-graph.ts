/**
 * The graph of dependencies of a configuration, and of the processes of a daemon.
 *
 * @module
 */
import { type Config, ConfigError, type GroupConfig } from '../../config/types.ts';
import { pythonRepr } from '../../python/repr.ts';
import { buildGraph, type Graph, GraphError, type GraphNode, linkGraph } from '../../schedule/graph.ts';
import { processId } from './process-id.ts';

/** @throws ConfigError for an unknown name and for a cycle, which it shows whole */
export function requireDependencies(config: Config): void {
  try {
    buildGraph(nodesOf(config.groups));
  } catch (error) {
    if (!(error instanceof GraphError)) {
      throw error;
    }
    const section = sectionOf(config, error.node);
    const file = config.includedFrom.get(section) ?? config.file;
    const located = new ConfigError(
      `${error.message} in section ${pythonRepr(section)} (file: ${pythonRepr(file)})`,
    );
    located.place = { section, key: 'depends_on' };
    throw located;
  }
}

function sectionOf({ groups }: Config, { group, process, program }: GraphNode): string {
  const config = groups.find(({ name }) => name === group);
  if (config?.pool !== undefined) {
    return `eventlistener:${program}`;
  }
  const isFcgi = config?.processes.find(({ name }) => name === process)?.socket !== undefined;
  return `${isFcgi ? 'fcgi-program' : 'program'}:${program}`;
}

/** The graph of active groups; a name that stands for nothing active has no edge. */
export function graphOf(groups: Iterable<GroupConfig>): Graph {
  return linkGraph(nodesOf(groups));
}

function nodesOf(groups: Iterable<GroupConfig>): GraphNode[] {
  const nodes: GraphNode[] = [];
  for (const { name: group, processes } of groups) {
    for (const { name, program = name, type, dependencies } of processes) {
      nodes.push({
        id: processId(group, name),
        group,
        process: name,
        program,
        isOneshot: type === 'oneshot',
        dependsOn: dependencies.on,
        partOf: dependencies.partOf,
      });
    }
  }
  return nodes;
}
