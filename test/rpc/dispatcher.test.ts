import { expect, test } from 'vitest';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callAndTrace } from '../../src/rpc/dispatcher.ts';
import { FakeSupervisor } from './fakes.ts';

test('a line end in the name of a method begins no line of its own in the log', () => {
  const { log } = new FakeSupervisor([], []);
  const name = 'a\n2026-01-01 00:00:00,000 CRIT forged\r\u0085\u2028';
  expect(() => callAndTrace(new Map(), name, [], new CallScope(), log)).toThrow('UNKNOWN_METHOD');
  const shown = String.raw`a\n2026-01-01 00:00:00,000 CRIT forged\r\x85\u2028`;
  expect(log.lines).toEqual([
    `trace: XML-RPC method called: ${shown}()`,
    `trace: XML-RPC method ${shown}() returned fault: [1] UNKNOWN_METHOD`,
  ]);
});
