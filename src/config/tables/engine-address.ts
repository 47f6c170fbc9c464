/**
 * The value of `engine=` of `[fleet]`: the members of the store through which the nodes agree.
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { strip } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { ValueType } from './option.ts';

export interface EngineMember {
  readonly host: string;
  readonly port: number;
}

const SCHEME = 'etcd://';
const DEFAULT_PORT = 2379;
const MEMBER = /^(?:\[([0-9A-Fa-f:.]+)\]|([^\s:/,[\]]+))(?::([0-9]{1,5}))?$/;

/** `etcd://HOST:PORT,HOST:PORT,...` */
export const engineAddress: ValueType<readonly EngineMember[]> = {
  name: 'engine',
  about: '`etcd://HOST:PORT,HOST:PORT,...` with all members of the store. The default port is 2379.',
  parse: (value) => {
    const text = strip(value);
    if (!text.startsWith(SCHEME)) {
      throw new ConfigError(`${pythonRepr(value)} is not an engine: write etcd://HOST:PORT,HOST:PORT`);
    }
    return text
      .slice(SCHEME.length)
      .split(',')
      .map((member) => readMember(strip(member)));
  },
  format: (members) =>
    SCHEME + members.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(','),
  schema: { type: 'string' },
};

function readMember(text: string): EngineMember {
  const [, bracketed, plain, digits] = MEMBER.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? DEFAULT_PORT : Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new ConfigError(`${pythonRepr(text)} is not a member of an engine: write HOST:PORT`);
  }
  return { host, port };
}
