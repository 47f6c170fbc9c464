/**
 * `cache.*` of the Python package supervisor_cache: values by key, kept until the daemon exits.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { type ArgumentType, required, secret, unchecked } from '../arguments.ts';
import { RpcFault } from '../faults.ts';
import { type BoundMethod, bind, type Method, type Returned, stockMethods } from '../method.ts';
import { answerValue, UnanswerableError } from './answer-value.ts';

/** What `getAPIVersion` of the package's last release answers. */
const API_VERSION = '0.2';

interface CacheContext {
  readonly values: Map<string, RpcParameter>;
}

const method = stockMethods<CacheContext>();

/** A key; the fault for anything else is in the package's words. */
const key: ArgumentType<string> = {
  name: 'string',
  read: (value) => {
    if (typeof value === 'string' && value !== '') return value;
    throw new RpcFault('BAD_NAME', 'Cache key must be a non-empty string');
  },
};
const KEY = required(key, 'Key of the value', 'release');
const ALWAYS_TRUE: Returned = { type: 'boolean', name: 'result', help: 'Always true' };

/** The methods, in the order of the package. */
export const CACHE_METHODS: readonly Method<CacheContext>[] = [
  method({
    name: 'getAPIVersion',
    right: 'read',
    help: 'Return the version of these methods',
    parameters: {},
    returns: { type: 'string', name: 'version', help: 'The version' },
    handle: () => API_VERSION,
  }),
  method({
    name: 'getKeys',
    right: 'read-all',
    help: 'Return the keys of all values',
    parameters: {},
    returns: { type: 'array', name: 'keys', help: 'The keys, sorted' },
    handle: (_args, { values }) => [...values.keys()].sort(),
  }),
  method({
    name: 'getCount',
    right: 'read-all',
    help: 'Return the number of values',
    parameters: {},
    returns: { type: 'int', name: 'count', help: 'The number' },
    handle: (_args, { values }) => values.size,
  }),
  method({
    name: 'store',
    right: 'operate-all',
    help: 'Store a value under a key. It replaces the former value of the key',
    parameters: { key: KEY, data: secret(required(unchecked('any'), 'The value, of any type', '12')) },
    returns: ALWAYS_TRUE,
    faults: ['BAD_NAME'],
    handle: ({ key, data }, { values }) => {
      values.set(key, data);
      return true;
    },
  }),
  method({
    name: 'fetch',
    right: 'read-all',
    help: 'Return the value of a key',
    parameters: { key: KEY },
    returns: { type: 'any', name: 'data', help: 'The value' },
    faults: ['BAD_NAME', 'FAILED'],
    handle: ({ key }, { values }) => fetchValue(values, key),
  }),
  method({
    name: 'delete',
    right: 'operate-all',
    help: 'Delete the value of a key, if it has one',
    parameters: { key: KEY },
    returns: ALWAYS_TRUE,
    faults: ['BAD_NAME'],
    handle: ({ key }, { values }) => {
      values.delete(key);
      return true;
    },
  }),
  method({
    name: 'clear',
    right: 'operate-all',
    help: 'Delete all values',
    parameters: {},
    returns: ALWAYS_TRUE,
    handle: (_args, { values }) => {
      values.clear();
      return true;
    },
  }),
];

/** The methods of one section, which has its own values; other keys of the section are ignored. */
export function cacheMethods(supervisor: SupervisorView): readonly BoundMethod[] {
  return bind(CACHE_METHODS, { values: new Map() }, () => {
    if (supervisor.state === 'SHUTDOWN') throw new RpcFault('SHUTDOWN_STATE');
  });
}

/** @throws RpcFault BAD_NAME for a key without a value, FAILED for a nil, which a request can carry and an answer cannot */
function fetchValue(cache: ReadonlyMap<string, RpcParameter>, key: string): RpcValue {
  const value = cache.get(key);
  if (value === undefined) throw new RpcFault('BAD_NAME');
  try {
    return answerValue(value);
  } catch (error) {
    if (error instanceof UnanswerableError) throw new RpcFault('FAILED', error.message);
    throw error;
  }
}
