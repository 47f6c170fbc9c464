/** Arguments that are made to cost time: each method takes or refuses 1 MiB in time that grows with the length. */
import { describe, expect, test } from 'vitest';
import {
  CACHE_RPC_FACTORY,
  MAIN_RPC_FACTORY,
  TWIDDLER_RPC_FACTORY,
} from '../../src/config/sections/rpc-interfaces.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import { createMethodTable } from '../../src/rpc/rpc-interfaces.ts';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';
import { cpuMilliseconds } from '../python/cpu-time.ts';
import { FakeSupervisor } from './fakes.ts';

const MIB = 1 << 20;
/** A call takes milliseconds; what is quadratic takes hours. */
const MOST_MS = 8000;

const TEXTS: readonly string[] = [
  `1${' '.repeat(MIB)}x`,
  `${' '.repeat(MIB)}x`,
  '1'.repeat(MIB),
  `${'1_'.repeat(MIB / 2)}x`,
  ':'.repeat(MIB),
  `SIG${'A'.repeat(MIB)}`,
  `${'a\n'.repeat(MIB / 2)}`,
  `${'\u001b'.repeat(MIB)}`,
  `${'%('.repeat(MIB / 2)}`,
  `${"'\\".repeat(MIB / 2)}`,
];

const table = createMethodTable(new FakeSupervisor(), [
  { name: 'supervisor', factory: MAIN_RPC_FACTORY, options: {} },
  { name: 'twiddler', factory: TWIDDLER_RPC_FACTORY, options: {} },
  { name: 'cache', factory: CACHE_RPC_FACTORY, options: {} },
]);

const METHODS = [...table].filter(([, { parameters }]) => parameters.length > 0);

async function called(name: string, args: readonly RpcParameter[]): Promise<void> {
  try {
    await callMethod(table, name, args, new CallScope());
  } catch (error) {
    if (!(error instanceof RpcFault)) throw error;
  }
}

describe('1 MiB of text', () => {
  test.each(METHODS)('as each argument of %s costs no more than its length', (name, method) => {
    for (const text of TEXTS) {
      for (const at of method.parameters.keys()) {
        // Before it stand arguments that are fine, so that it is reached.
        const args = method.parameters.map(({ type }, index): RpcParameter => {
          if (index === at) return text;
          return type === 'int' ? 0 : 'web';
        });
        const spent = cpuMilliseconds(() => void called(name, args));
        expect(spent, `${name}: ${JSON.stringify(text.slice(0, 10))} as argument ${at}`).toBeLessThan(
          MOST_MS,
        );
      }
    }
  });
});
