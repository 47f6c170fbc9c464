/**
 * `cache.*` of the Python package supervisor_cache: values by key, for as long as the daemon lives.
 *
 * @module
 */
import type { SupervisorView } from '../../supervisor/supervisor-view.ts';
import type { RpcParameter, RpcValue } from '../../xmlrpc/values.ts';
import { RpcFault } from '../faults.ts';
import type { RpcMethod } from '../method.ts';
import { answerValue, UnanswerableError } from './answer-value.ts';

/** What `getAPIVersion` of the package's last release answers. */
const API_VERSION = '0.2';

const KEY = { name: 'key', type: 'string', help: 'the key of the value' } as const;
const ALWAYS_TRUE = { type: 'boolean', help: 'result true' } as const;

/** The methods of one section; the section's keys mean nothing to them. */
export function cacheMethods(supervisor: SupervisorView): readonly RpcMethod[] {
  const cache = new Map<string, RpcParameter>();
  const methods: readonly RpcMethod[] = [
    {
      name: 'getAPIVersion',
      help: 'Tell the version of these methods.',
      parameters: [],
      returns: { type: 'string', help: 'version the version' },
      handle: () => API_VERSION,
    },
    {
      name: 'getKeys',
      help: 'Tell the keys of all values, sorted.',
      parameters: [],
      returns: { type: 'array', help: 'keys the keys' },
      handle: () => [...cache.keys()].sort(),
    },
    {
      name: 'getCount',
      help: 'Tell how many values there are.',
      parameters: [],
      returns: { type: 'int', help: 'count the number of values' },
      handle: () => cache.size,
    },
    {
      name: 'store',
      help: 'Keep a value under a key; one that the key has already is replaced.',
      parameters: [KEY, { name: 'data', type: 'any', help: 'the value, of any type' }],
      returns: ALWAYS_TRUE,
      handle: ([key, data = null]) => {
        cache.set(checkedKey(key), data);
        return true;
      },
    },
    {
      name: 'fetch',
      help: 'Tell the value of a key.',
      parameters: [KEY],
      returns: { type: 'any', help: 'data the value' },
      handle: ([key]) => fetchValue(cache, checkedKey(key)),
    },
    {
      name: 'delete',
      help: 'Forget the value of a key, if it has one.',
      parameters: [KEY],
      returns: ALWAYS_TRUE,
      handle: ([key]) => {
        cache.delete(checkedKey(key));
        return true;
      },
    },
    {
      name: 'clear',
      help: 'Forget all values.',
      parameters: [],
      returns: ALWAYS_TRUE,
      handle: () => {
        cache.clear();
        return true;
      },
    },
  ];
  return methods.map((method) => ({
    ...method,
    handle: (args, scope) => {
      if (supervisor.state === 'SHUTDOWN') throw new RpcFault('SHUTDOWN_STATE');
      return method.handle(args, scope);
    },
  }));
}

/** @throws RpcFault BAD_NAME in the package's words */
function checkedKey(key: RpcParameter | undefined): string {
  if (typeof key === 'string' && key !== '') return key;
  throw new RpcFault('BAD_NAME', 'Cache key must be a non-empty string');
}

/** @throws RpcFault BAD_NAME for a key without a value, FAILED for a nil, which a client may send but not be answered */
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
