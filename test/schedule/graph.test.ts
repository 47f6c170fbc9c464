import { describe, expect, it } from 'vitest';
import { parseDependencyList } from '../../src/config/tables/dependency-list.ts';
import {
  buildGraph,
  findCycle,
  free,
  type GraphNode,
  levels,
  linkGraph,
  partsOf,
  withDependencies,
} from '../../src/schedule/graph.ts';
import { fc } from '../properties.ts';

function node(id: string, dependsOn = '', more: Partial<GraphNode> = {}): GraphNode {
  const [group = '', process = group] = id.split(':');
  return {
    id: `${group}:${process}`,
    group,
    process,
    program: process,
    isOneshot: false,
    dependsOn: parseDependencyList(dependsOn),
    partOf: [],
    ...more,
  };
}

describe('names', () => {
  it('takes a program name for all its processes, in whatever group they are', () => {
    const graph = buildGraph([
      node('all:web_0', '', { program: 'web' }),
      node('all:web_1', '', { program: 'web' }),
      node('proxy', 'web'),
    ]);
    expect(graph.dependencies.get('proxy:proxy')?.map(({ to }) => to)).toEqual(['all:web_0', 'all:web_1']);
  });

  it('takes a group name, group:* and group:process', () => {
    const nodes = [
      node('db:main'),
      node('db:replica'),
      node('a', 'db'),
      node('b', 'db:*'),
      node('c', 'db:replica'),
    ];
    const { dependencies } = buildGraph(nodes);
    expect(dependencies.get('a:a')).toHaveLength(2);
    expect(dependencies.get('b:b')).toHaveLength(2);
    expect(dependencies.get('c:c')?.map(({ to }) => to)).toEqual(['db:replica']);
  });

  it('waits for a oneshot to be completed where no condition is written', () => {
    const { dependencies } = buildGraph([node('migrate', '', { isOneshot: true }), node('api', 'migrate')]);
    expect(dependencies.get('api:api')?.[0]?.condition).toBe('completed');
  });

  it('refuses a name that is unknown', () => {
    expect(() => buildGraph([node('api', 'nosuch')])).toThrow(
      'depends_on names nosuch, but there is no such program, group or process',
    );
  });
});

describe('cycles', () => {
  it('shows the whole cycle', () => {
    const nodes = [node('a', 'b'), node('b', 'c'), node('c', 'a'), node('d', 'a')];
    expect(() => buildGraph(nodes)).toThrow('depends_on has a cycle: a -> b -> c -> a');
  });

  it('names the keys that have it', () => {
    const part = (name: string, whole: string) => node(name, '', { partOf: parseDependencyList(whole) });
    expect(() => buildGraph([part('a', 'b'), part('b', 'a')])).toThrow('part_of has a cycle: a -> b -> a');
    expect(() => buildGraph([part('a', 'b'), node('b', 'a')])).toThrow(
      'depends_on and part_of have a cycle: a -> b -> a',
    );
  });

  it('finds a program that depends on itself', () => {
    expect(() => buildGraph([node('a', 'a:running')])).toThrow('a -> a');
  });

  it('takes a chain of 20,000 processes', () => {
    const nodes = Array.from({ length: 20_000 }, (_, at) => node(`p${at}`, at === 0 ? '' : `p${at - 1}`));
    expect(levels(buildGraph(nodes)).get('p19999:p19999')).toBe(19_999);
    expect(findCycle(linkGraph(nodes))).toBeNull();
  });
});

it('gives the parts of parts', () => {
  const part = (id: string, of: string): GraphNode => node(id, '', { partOf: parseDependencyList(of) });
  const graph = buildGraph([node('db'), part('api', 'db'), part('web', 'api')]);
  expect(partsOf(graph, 'db:db')).toEqual(['api:api', 'web:web']);
});

/** Graphs without cycles: a process depends only on processes before it. */
const acyclic = fc
  .array(fc.array(fc.nat({ max: 30 }), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((rows) =>
    rows.map((row, at) =>
      node(`p${at}`, [...new Set(row.filter((to) => to < at))].map((to) => `p${to}`).join(',')),
    ),
  );

describe('every graph without a cycle', () => {
  it('has an order in which dependencies stand before their dependents', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const graph = buildGraph(nodes);
        for (const { id } of nodes) {
          const order = withDependencies(graph, id);
          expect(order.at(-1)).toBe(id);
          for (const [at, one] of order.entries()) {
            for (const { to } of graph.dependencies.get(one) ?? []) {
              expect(order.indexOf(to)).toBeLessThan(at);
              expect(order.indexOf(to)).toBeGreaterThanOrEqual(0);
            }
          }
        }
      }),
    );
  });

  it('can be stopped in waves, in which a dependency never stops before its dependents', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const graph = buildGraph(nodes);
        const remaining = new Set(graph.nodes.keys());
        const stopped = new Set<string>();
        while (remaining.size > 0) {
          const wave = free(graph, remaining);
          expect(wave.length).toBeGreaterThan(0);
          for (const id of wave) {
            for (const { from } of graph.dependents.get(id) ?? []) {
              expect(stopped).toContain(from);
            }
          }
          for (const id of wave) {
            remaining.delete(id);
          }
          for (const id of wave) {
            stopped.add(id);
          }
        }
      }),
    );
  });

  it('has levels that rise along every edge', () => {
    fc.assert(
      fc.property(acyclic, (nodes) => {
        const graph = buildGraph(nodes);
        const found = levels(graph);
        for (const edges of graph.dependencies.values()) {
          for (const { from, to } of edges) {
            expect(found.get(from)).toBeGreaterThan(found.get(to) ?? -1);
          }
        }
      }),
    );
  });
});
