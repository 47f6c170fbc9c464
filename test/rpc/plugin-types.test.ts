/** The types of `visord/plugin` are those of the daemon, and a plugin in TypeScript is checked by them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import type * as published from '../../plugin/index.d.mts';
import { definePlugin, defineResultHandler } from '../../plugin/index.mjs';
import type { SupervisorEvent } from '../../src/events/event.ts';
import type { FaultName } from '../../src/rpc/faults.ts';
import type { PluginSupervisor } from '../../src/rpc/plugins/plugin-supervisor.ts';
import type { ProcessInfo } from '../../src/rpc/process-info.ts';
import type { RpcTypeName } from '../../src/rpc/types.ts';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const PLUGIN = `
import { definePlugin, defineResultHandler, type PluginSupervisor } from 'visord/plugin';

export const makeCounter = definePlugin((supervisor, options) => {
  let count = Number(options.start ?? 0);
  return {
    count: () => count,
    running: async () => supervisor.processes().filter(({ pid }) => pid > 0).map(({ name }) => name),
    increase: {
      help: 'Increase the count.',
      parameters: [{ name: 'by', type: 'int', help: 'the step' }],
      returns: { type: 'int', help: 'count the new count' },
      handle(by: number) {
        if (by < 0) throw supervisor.fault('BAD_ARGUMENTS', String(by));
        count += by;
        return count;
      },
    },
    _helper: () => undefined,
  };
});

class Names {
  constructor(readonly _supervisor: PluginSupervisor) {}
  list(): string[] {
    return this._supervisor.groups();
  }
}
export const makeNames = definePlugin((supervisor) => new Names(supervisor));

export const judge = defineResultHandler(async (event, result) => {
  if (result.length === 0) throw Object.assign(new Error(event.payload), { name: 'RejectEvent' });
});
`;

const [, PAGE_EXAMPLE = ''] =
  /```ts\n(.*?)```/s.exec(readFileSync(join(ROOT, 'docs/plugins.md'), 'utf8')) ?? [];

/** Each line is an error: what is wrong, and the code of TypeScript. */
const MISTAKES = `
import { definePlugin } from 'visord/plugin';
export const a = definePlugin(() => ({ nothing: () => null }));
export const b = definePlugin(() => ({ parse: () => new Map() }));
export const c = definePlugin((supervisor) => ({ fail: () => { throw supervisor.fault('NO_SUCH'); } }));
export const d = definePlugin(() => ({ typed: { parameters: [{ name: 'x', type: 'text' }], handle: (x: string) => x } }));
export const e = definePlugin(async () => ({ late: () => true }));
`;

/** A type without its index signature. */
type Named<T> = { [Name in keyof T as string extends Name ? never : Name]: T[Name] };

test('the published types are those of the daemon', () => {
  expectTypeOf<published.FaultName>().toEqualTypeOf<FaultName>();
  expectTypeOf<published.RpcType>().toEqualTypeOf<RpcTypeName>();
  expectTypeOf<published.RpcValue>().toEqualTypeOf<RpcParameter>();
  expectTypeOf<PluginSupervisor>().toExtend<published.PluginSupervisor>();
  expectTypeOf<keyof PluginSupervisor>().toEqualTypeOf<keyof published.PluginSupervisor>();
  expectTypeOf<PluginSupervisor['state']>().toEqualTypeOf<published.PluginSupervisor['state']>();
  expectTypeOf<Named<ProcessInfo>>().toEqualTypeOf<published.ProcessInfo>();
  expectTypeOf<SupervisorEvent>().toExtend<published.ListenerEvent>();
});

test('the functions return what they get', () => {
  const factory = () => ({ one: () => 1 });
  const handler = () => true;
  expect([definePlugin(factory), defineResultHandler(handler)]).toEqual([factory, handler]);
});

test('a plugin in TypeScript, as ESM and as CommonJS, is accepted, and mistakes are errors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'visord-types-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/visord'));
  symlinkSync(join(ROOT, 'node_modules/@types'), join(folder, 'node_modules/@types'));
  const sources = [
    ['plugin.mts', PLUGIN],
    ['plugin.cts', PLUGIN],
    ['mistakes.mts', MISTAKES],
    ['page.mts', PAGE_EXAMPLE],
  ] as const;
  for (const [name, text] of sources) writeFileSync(join(folder, name), text);
  expect(PAGE_EXAMPLE).toContain('definePlugin');
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'node16',
    '--target',
    'es2022',
    '--types',
    'node',
  ];
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...sources.map(([name]) => name)],
    { cwd: folder, encoding: 'utf8' },
  );
  const places = [...stdout.matchAll(/^([^\s(]+)\((\d+),\d+\): error/gm)].map(
    ([, file, line]) => `${file}:${line}`,
  );
  expect([...new Set(places)], stdout).toEqual([3, 4, 5, 6, 7].map((line) => `mistakes.mts:${line}`));
});
