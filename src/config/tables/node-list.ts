/**
 * The value of `nodes=` of `[fleet]`: the hosts, each with its name and the address of its daemon.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

export interface NodeAddress {
  readonly name: string;
  /** `http://HOST:PORT`, `https://HOST:PORT` or `unix:///PATH`. */
  readonly url: string;
}

/** Names stand in front of a `/` in `NODE/group:process`, and patterns are matched with them. */
export const NODE_NAME = /^[A-Za-z0-9_.-]+$/;
const URL = /^(?:https?:\/\/[^/]|unix:\/\/\/.)/;

/** `NAME=URL`, with commas or line ends between. */
export const nodeList: ValueType<readonly NodeAddress[]> = {
  name: 'nodes',
  about: '`NAME=URL` with commas between; the URL is http://HOST:PORT, https://HOST:PORT or unix:///PATH',
  parse: (value) => {
    const nodes = value
      .split(/[,\n]/)
      .map(strip)
      .filter((entry) => entry !== '')
      .map(readNode);
    const seen = new Set<string>();
    for (const { name } of nodes) {
      if (seen.has(name)) throw new ConfigError(`the node ${name} is in the list twice`);
      seen.add(name);
    }
    if (nodes.length === 0) throw new ConfigError('the list of nodes is empty');
    return nodes;
  },
  format: (nodes) => nodes.map(({ name, url }) => `${name}=${url}`).join(','),
  schema: { type: 'string' },
};

function readNode(entry: string): NodeAddress {
  const equals = entry.indexOf('=');
  const name = strip(entry.slice(0, Math.max(0, equals)));
  const url = strip(entry.slice(equals + 1));
  if (!NODE_NAME.test(name) || !URL.test(url)) {
    throw new ConfigError(`${pythonRepr(entry)} is not a node: write NAME=URL`);
  }
  return { name, url };
}
