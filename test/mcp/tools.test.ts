import { expect, test } from 'vitest';
import { methodTools } from '../../src/mcp/tools.ts';
import { NAMESPACES } from '../../src/rpc/namespaces.ts';

const tool = (name: string) => {
  const found = methodTools(true).find((one) => one.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test('each method but those of system is a tool, with control only where it changes something', () => {
  const all = NAMESPACES.filter(({ name }) => name !== 'system').flatMap(({ methods }) => methods);
  expect(methodTools(true)).toHaveLength(all.length);
  const reading = methodTools(false);
  expect(reading.every(({ annotations }) => annotations.readOnlyHint)).toBe(true);
  const names = reading.map(({ name }) => name);
  expect(names).toContain('supervisor_getAllProcessInfo');
  expect(names).toContain('visord_getHistory');
  for (const name of ['supervisor_stopProcess', 'visord_setEnabled', 'supervisor_shutdown']) {
    expect(names).not.toContain(name);
  }
  for (const { name } of methodTools(true)) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
});

test('the hints are those of methods that read, that add, and that end something', () => {
  const hints = (name: string) => {
    const { readOnlyHint, destructiveHint } = tool(name).annotations;
    return [readOnlyHint, destructiveHint];
  };
  expect(hints('supervisor_getState')).toEqual([true, false]);
  expect(hints('supervisor_startProcess')).toEqual([false, false]);
  expect(hints('supervisor_stopProcess')).toEqual([false, true]);
  expect(hints('supervisor_clearProcessLogs')).toEqual([false, true]);
  expect(hints('visord_applyConfig')).toEqual([false, true]);
});

test('the schema of a tool has the parameters of the method', () => {
  expect(tool('visord_getHistory').inputSchema).toMatchObject({
    type: 'object',
    properties: {
      name: { type: 'string' },
      limit: { type: 'integer', default: 100 },
    },
    required: ['name'],
    additionalProperties: false,
  });
});

test('arguments by name are put in their order, with the defaults of those before them', () => {
  const { argumentsOf } = tool('visord_startProcess');
  expect(argumentsOf({ name: 'web' })).toEqual(['web']);
  expect(argumentsOf({ ignore_dependencies: true, name: 'web' })).toEqual(['web', true, true]);
  expect(() => argumentsOf({ name: 'web', nope: 1 })).toThrow('unknown argument nope');
  expect(() => argumentsOf({ wait: false })).toThrow('missing argument name');
});
