import { expect, test } from 'vitest';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';
import { type Call, caller } from './call.ts';
import { FakeSupervisor } from './fakes.ts';

const FACTORY = 'supervisor_cache.rpcinterface:make_cache_rpcinterface';

function open(): { readonly supervisor: FakeSupervisor; readonly call: Call } {
  const supervisor = new FakeSupervisor();
  const rpcInterfaces = [{ name: 'cache', factory: FACTORY, options: { what: 'ever' } }];
  supervisor.config = { ...supervisor.config, rpcInterfaces };
  return { supervisor, call: caller(supervisor) };
}

test('the cache keeps values by key until they are deleted', async () => {
  const { call } = open();
  expect(await call('cache.getAPIVersion')).toBe('0.2');
  expect(await call('cache.getKeys')).toEqual([]);
  expect(await call('cache.store', 'foo', 'bar baz')).toBe(true);
  expect(await call('cache.store', 'bar', 1)).toBe(true);
  expect(await call('cache.fetch', 'foo')).toBe('bar baz');
  expect(await call('cache.getKeys')).toEqual(['bar', 'foo']);
  expect(await call('cache.store', 'foo', 'other')).toBe(true);
  expect(await call('cache.fetch', 'foo')).toBe('other');
  expect(await call('cache.getCount')).toBe(2);
  expect(await call('cache.delete', 'foo')).toBe(true);
  expect(await call('cache.delete', 'foo')).toBe(true);
  expect(await call('cache.fetch', 'foo')).toBe('10 BAD_NAME');
  expect(await call('cache.clear')).toBe(true);
  expect(await call('cache.getCount')).toBe(0);
});

const VALUES: readonly RpcParameter[] = [
  [1, 2.5, [true, { a: 'b' }]],
  { '': '' },
  false,
  -1,
  'é',
  '',
  [],
  {},
];

test.each(VALUES.map((value) => [value] as const))('the cache gives %j back', async (value) => {
  const { call } = open();
  expect(await call('cache.store', 'key', value)).toBe(true);
  expect(await call('cache.fetch', 'key')).toEqual(value);
});

test('the cache gives a date back', async () => {
  const { call } = open();
  const date = new Date(2024, 0, 2, 3, 4, 5);
  await call('cache.store', 'key', date);
  expect(await call('cache.fetch', 'key')).toEqual(date);
});

test('the cache takes a nil, which it cannot give back', async () => {
  const { call } = open();
  expect(await call('cache.store', 'key', [null])).toBe(true);
  expect(await call('cache.fetch', 'key')).toBe(
    '30 FAILED: the result[0] is null, which XML-RPC cannot carry',
  );
});

test.each(['', 5, null, ['x']])('the cache has no key %j', async (key) => {
  const { call } = open();
  const fault = '10 BAD_NAME: Cache key must be a non-empty string';
  expect(await call('cache.store', key, 'x')).toBe(fault);
  expect(await call('cache.fetch', key)).toBe(fault);
  expect(await call('cache.delete', key)).toBe(fault);
});

test.each(['__proto__', 'constructor', 'toString'])('the cache knows nothing of %s', async (key) => {
  expect(await open().call('cache.fetch', key)).toBe('10 BAD_NAME');
});

test('the cache refuses everything once the daemon ends', async () => {
  const { supervisor, call } = open();
  supervisor.shutdown();
  expect(await call('cache.getKeys')).toBe('6 SHUTDOWN_STATE');
});
