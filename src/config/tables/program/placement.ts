/**
 * The keys of a program that runs on some of the nodes of a fleet only.
 *
 * @module
 */
import { pythonRepr } from '../../../python/repr.ts';
import { strip } from '../../../python/text.ts';
import { ConfigError } from '../../config-error.ts';
import { extension, type ValueType } from '../option.ts';
import { names, word } from '../values.ts';

const ROW = { since: '0.2.0', scope: 'section', change: 'restart' } as const;

const MOST_NODES = 1000;

/** 0 is all. */
const nodeCount: ValueType<number> = {
  name: 'nodes',
  about: '`all`, `one`, or a number.',
  parse: (value) => {
    const text = strip(value).toLowerCase();
    if (text === 'all') return 0;
    if (text === 'one') return 1;
    const count = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > MOST_NODES) {
      throw new ConfigError(`not a number of nodes: ${pythonRepr(value)}: write all, one, or a number`);
    }
    return count;
  },
  format: (count) => (count === 0 ? 'all' : count === 1 ? 'one' : String(count)),
  schema: { type: ['integer', 'string'], pattern: String.raw`\s*([Aa][Ll][Ll]|[Oo][Nn][Ee]|\d+)\s*` },
};

export const PLACEMENT_OPTIONS = {
  run_on: extension({
    ...ROW,
    field: 'placement.count',
    type: nodeCount,
    default: 'all',
    help: 'On how many of the nodes that have this program each of its processes runs; anything but all needs engine in [fleet].',
    check: (known, section) => checkPlacement(known, section),
  }),
  prefer_nodes: extension({
    ...ROW,
    field: 'placement.preferred',
    type: names,
    default: '',
    help: 'With run_on: the nodes that take a free slot of the program before all other nodes do, the most preferred first.',
    change: 'live',
    example: 'app1,app2',
  }),
  on_partition: extension({
    ...ROW,
    field: 'placement.onPartition',
    type: word('action', ['stop', 'keep']),
    default: 'stop',
    help: 'With run_on: what follows when the engine cannot be reached. stop: the program is stopped before another node can start it. keep: it runs on, and may run twice.',
    change: 'live',
  }),
} as const;

/** Defaults of a program with `run_on`: while its process group runs, the program counts as running. */
export const PLACED_DEFAULTS: ReadonlyMap<string, string> = new Map([['kill_mode', 'group']]);

/** @throws ConfigError where two processes of a program may run at a time */
function checkPlacement(known: (key: string) => unknown, section: string): void {
  if (known('run_on') === 0) return;
  if (section.startsWith('eventlistener:')) {
    throw new ConfigError('run_on cannot be used for event listeners');
  }
  if (known('restart_mode') === 'start_first') {
    throw new ConfigError('run_on cannot be used with restart_mode=start_first');
  }
}
