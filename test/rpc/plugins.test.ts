import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RpcInterfaceConfig } from '../../src/config/types.ts';
import { CallScope } from '../../src/rpc/call-scope.ts';
import { callMethod } from '../../src/rpc/dispatcher.ts';
import { RpcFault } from '../../src/rpc/faults.ts';
import type { MethodTable } from '../../src/rpc/method.ts';
import { loadPlugin } from '../../src/rpc/plugins/load-plugin.ts';
import { createMethodTable, loadPlugins, RpcInterfaceError } from '../../src/rpc/rpc-interfaces.ts';
import type { RpcParameter } from '../../src/xmlrpc/values.ts';
import { writeResponse } from '../../src/xmlrpc/writer.ts';
import { FakeSupervisor, group, processConfig } from './fakes.ts';
import { deserializeResponse } from './package-codec.ts';

const SAMPLES = fileURLToPath(new URL('../../docs/sample/', import.meta.url));

let folder: string;
let modules = 0;
let supervisor: FakeSupervisor;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'visord-plugins-'));
  supervisor = new FakeSupervisor([group('web', [processConfig('a'), processConfig('b')])]);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The section of a module with this text; its factory is `make`. */
function section(text: string, extension = 'mjs'): RpcInterfaceConfig {
  modules += 1;
  const path = join(folder, `plugin-${modules}.${extension}`);
  writeFileSync(path, text);
  return moduleSection(path);
}

function moduleSection(path: string, exportName = 'make'): RpcInterfaceConfig {
  const text = `${path}:${exportName}`;
  return { name: 'mine', factory: text, options: { key: 'value' }, plugin: { text, path, exportName } };
}

async function open(config: RpcInterfaceConfig, ended?: AbortSignal): Promise<MethodTable> {
  const interfaces = [...supervisor.config.rpcInterfaces, config];
  const plugins = await loadPlugins(interfaces);
  return createMethodTable(supervisor, interfaces, { plugins, ...(ended && { ended: () => ended }) });
}

/** A plugin whose factory returns this object. */
function returning(object: string): Promise<MethodTable> {
  return open(section(`export const make = (supervisor, options) => (${object});`));
}

/** The answer as a client reads it; a fault is `CODE TEXT`. */
async function call(table: MethodTable, name: string, ...args: RpcParameter[]): Promise<unknown> {
  try {
    const answer = await callMethod(table, name, args, new CallScope());
    return await deserializeResponse(writeResponse(answer).toString());
  } catch (error) {
    if (error instanceof RpcFault) return `${error.code} ${error.message}`;
    throw error;
  }
}

async function causeOf(config: RpcInterfaceConfig): Promise<string> {
  const error = await open(config).then(
    () => null,
    (caught: unknown) => caught,
  );
  if (!(error instanceof RpcInterfaceError)) throw new Error(`no RpcInterfaceError: ${String(error)}`);
  expect(error.message).toBe('Could not make mine rpc interface');
  return (error.cause as Error).message;
}

describe('a module', () => {
  test.each([
    ['ESM', 'mjs', 'export const make = (supervisor, options) => ({ key: () => options.key });'],
    [
      'ESM with a default',
      'mjs',
      'export default { make: (supervisor, options) => ({ key: () => options.key }) };',
    ],
    ['CommonJS', 'cjs', 'exports.make = (supervisor, options) => ({ key: () => options.key });'],
    [
      'CommonJS of a whole',
      'cjs',
      'module.exports = { make: (_, options) => ({ key: () => options.key }) };',
    ],
  ])('of kind %s is loaded, and gets the keys of its section', async (_kind, extension, text) => {
    const table = await open(section(text, extension));
    expect(await call(table, 'mine.key')).toBe('value');
    expect(await call(table, 'supervisor.getAPIVersion')).toBe('3.0');
  });

  test.each([
    ['throws', 'throw new Error("no such luck");', 'no such luck'],
    ['exports nothing of that name', 'export const other = 1;', /exports no function make$/],
    ['exports no function', 'export const make = {};', /exports no function make$/],
    ['imports a missing module', 'import "./nothing.mjs";', /Cannot find module|Failed to load/],
    [
      'has a factory that throws',
      'export const make = () => { throw new Error("not today"); };',
      'not today',
    ],
    [
      'has a factory that returns nothing',
      'export const make = () => {};',
      /returned undefined, not an object/,
    ],
    ['has a factory that returns null', 'export const make = () => null;', /returned null, not an object/],
    ['has a factory that returns a text', 'export const make = () => "x";', /returned string, not an object/],
    [
      'has an asynchronous factory',
      'export const make = async () => ({ a: () => 1 });',
      /returned a promise/,
    ],
    [
      'has an asynchronous factory that fails',
      'export const make = async () => { throw new Error("x"); };',
      /returned a promise/,
    ],
    ['offers nothing', 'export const make = () => ({ _a: () => 1, b: 2 });', /has no methods$/],
    [
      'asks for an odd right',
      'export const make = () => ({ a: { handle() {}, right: "all" } });',
      /^a\.right has to be read, operate or admin/,
    ],
    [
      'describes an odd type',
      'export const make = () => ({ a: { handle() {}, returns: { type: "number" } } });',
      /^a\.returns\.type has to be one of string, int,/,
    ],
    [
      'describes a parameter without a name',
      'export const make = () => ({ a: { handle() {}, parameters: [{ type: "int" }] } });',
      'a.parameters[0].name has to be a text',
    ],
    [
      'describes parameters that are not a list',
      'export const make = () => ({ a: { handle() {}, parameters: "x" } });',
      'a.parameters has to be an array',
    ],
    [
      'describes an optional parameter before one that is not',
      'export const make = () => ({ a: { handle() {}, parameters: [{ name: "x", type: "int", optional: true }, { name: "y", type: "int" }] } });',
      'a.parameters: only the last parameters can be optional',
    ],
    [
      'has help that is not text',
      'export const make = () => ({ a: { handle() {}, help: 5 } });',
      'a.help has to be a text',
    ],
  ])('that %s cannot be made, and the reason is logged', async (_what, text, why) => {
    expect(await causeOf(section(text))).toMatch(why);
  });

  test('that is gone cannot be made', async () => {
    expect(await causeOf(moduleSection(join(folder, 'nothing.cjs')))).toMatch(
      /Cannot find module|Failed to load/,
    );
  });

  test('that never ends is given up', async () => {
    const { plugin } = section('await new Promise(() => {}); export const make = () => ({});');
    if (!plugin) throw new Error('no plugin');
    await expect(loadPlugin(plugin, 20)).rejects.toThrow('the module is still not loaded after 0.02 s');
  });

  test('can be left out, and all others answer', async () => {
    const interfaces = [section('throw new Error("broken");'), ...supervisor.config.rpcInterfaces];
    const broken: RpcInterfaceError[] = [];
    const table = createMethodTable(supervisor, interfaces, {
      plugins: await loadPlugins(interfaces),
      onBroken: (error) => broken.push(error),
    });
    expect(broken.map(({ interfaceName }) => interfaceName)).toEqual(['mine']);
    expect(await call(table, 'supervisor.getAPIVersion')).toBe('3.0');
    expect(await call(table, 'mine.anything')).toBe('1 UNKNOWN_METHOD');
  });
});

describe('a method', () => {
  test('explains itself as it is described', async () => {
    const table = await returning(`{
      greet: {
        help: 'Greet a person.',
        parameters: [
          { name: 'name', type: 'string', help: 'its name' },
          { name: 'times', type: 'int', help: 'how often', optional: true },
        ],
        returns: { type: 'string', help: 'greeting the words' },
        handle: (name, times = 1) => 'hello '.repeat(times) + name,
      },
    }`);
    expect(await call(table, 'mine.greet', 'you')).toBe('hello you');
    expect(await call(table, 'mine.greet', 'you', 2)).toBe('hello hello you');
    expect(await call(table, 'mine.greet')).toBe('2 INCORRECT_PARAMETERS');
    expect(await call(table, 'mine.greet', 'you', 2, 3)).toBe('2 INCORRECT_PARAMETERS');
    expect(await call(table, 'system.methodSignature', 'mine.greet')).toEqual(['string', 'string', 'int']);
    expect(String(await call(table, 'system.methodHelp', 'mine.greet')).split(/\n */)).toEqual([
      ' Greet a person.',
      '',
      '@param string name      its name',
      '@param int times        how often',
      '@return string greeting the words',
      '',
    ]);
  });

  test('without a description takes as many arguments as its function declares', async () => {
    const table = await returning('{ add: (a, b) => a + b }');
    expect(await call(table, 'mine.add', 1, 2)).toBe(3);
    expect(await call(table, 'mine.add', 1)).toBe('2 INCORRECT_PARAMETERS');
    expect(await call(table, 'system.methodSignature', 'mine.add')).toEqual(['any', 'any', 'any']);
    expect(await call(table, 'system.methodHelp', 'mine.add')).toContain('No description.');
  });

  test('can be one of a class, and knows its object', async () => {
    const table = await open(
      section(`class Base { inherited() { return 'base'; } }
        class Counter extends Base {
          #count = 0; plain = 1;
          get peek() { throw new Error('not asked for'); }
          next() { return ++this.#count; }
          _hidden() { return 1; }
        }
        Counter.prototype.next.help = 'Count.';
        export const make = () => new Counter();`),
    );
    expect(await call(table, 'mine.next')).toBe(1);
    expect(await call(table, 'mine.next')).toBe(2);
    expect(await call(table, 'mine.inherited')).toBe('base');
    expect(await call(table, 'system.methodHelp', 'mine.next')).toContain('Count.');
    const names = [...table.keys()].filter((name) => name.startsWith('mine.'));
    expect(names.sort()).toEqual(['mine.inherited', 'mine.next']);
  });

  test.each(['mine._hidden', 'mine.constructor', 'mine.toString', 'mine.__proto__', 'mine.data'])(
    '%s cannot be called',
    async (name) => {
      const table = await returning('{ shown: () => 1, _hidden: () => 1, data: { x: 1 } }');
      expect(await call(table, name)).toBe('1 UNKNOWN_METHOD');
    },
  );

  test('answers when its promise is fulfilled', async () => {
    const table = await returning(
      '{ later: async (value) => { await null; return [value, { x: value }]; } }',
    );
    expect(await call(table, 'mine.later', 'v')).toEqual(['v', { x: 'v' }]);
  });

  test.each([
    ['an error', 'throw new Error("it broke")', '30 FAILED: it broke'],
    ['a text', 'throw "it broke"', '30 FAILED: it broke'],
    ['nothing', 'throw undefined', '30 FAILED: undefined'],
    [
      'an error of the system',
      'throw Object.assign(new Error("ENOENT: x"), { code: "ENOENT" })',
      '30 FAILED: ENOENT: x',
    ],
    ['a promise that is rejected', 'return Promise.reject(new Error("too late"))', '30 FAILED: too late'],
  ])('that throws %s is a fault, and in the log', async (_what, body, fault) => {
    const table = await returning(`{ go() { ${body}; } }`);
    expect(await call(table, 'mine.go')).toBe(fault);
    expect(supervisor.log.lines.join('\n')).toMatch(
      /^error: XML-RPC method mine\.go\(\) raised an unexpected/,
    );
  });

  test.each([
    ['a fault by name', 'throw supervisor.fault("BAD_NAME", "x")', '10 BAD_NAME: x'],
    ['a fault by name alone', 'throw supervisor.fault("NOT_RUNNING")', '70 NOT_RUNNING'],
    ['a known code', 'throw supervisor.fault(10, "x")', '10 BAD_NAME: x'],
    ['a code of its own', 'throw supervisor.fault(1000, "BUSY: x")', '1000 BUSY: x'],
    ['an error with a code', 'throw Object.assign(new Error("BUSY"), { code: 1000 })', '1000 BUSY'],
    ['an object with a code and a text', 'throw { code: 1001, text: "BUSY" }', '1001 BUSY'],
    [
      'what a call was answered',
      'return supervisor.call("supervisor.startProcess", "no")',
      '10 BAD_NAME: no',
    ],
  ])('that throws %s is that fault, and not in the log', async (_what, body, fault) => {
    const table = await returning(`{ go() { ${body}; } }`);
    expect(await call(table, 'mine.go')).toBe(fault);
    expect(supervisor.log.lines).toEqual([]);
  });

  test('is a fault inside a multicall too', async () => {
    const table = await returning('{ go() { throw new Error("it broke"); }, fine: () => 1 }');
    const calls = ['mine.go', 'mine.fine'].map((methodName) => ({ methodName, params: [] }));
    expect(await call(table, 'system.multicall', calls)).toEqual([
      { faultCode: 30, faultString: 'FAILED: it broke' },
      1,
    ]);
  });
});

describe('a result', () => {
  test.each([
    ['text', '"\\u00e9 <&> \\u0000"', 'é <&> \ufffd'],
    ['a flag', 'false', false],
    ['a number', '-2147483648', -(2 ** 31)],
    ['a fraction', '1.5', 1.5],
    ['a large number', '2 ** 40', 2 ** 40],
    ['bytes', 'new Uint8Array([0, 255])', Buffer.from([0, 255])],
    ['a part of bytes', 'Buffer.from("abcd").subarray(1, 3)', Buffer.from('bc')],
    ['a date', 'new Date(2024, 0, 2, 3, 4, 5)', new Date(2024, 0, 2, 3, 4, 5)],
    ['an object without a prototype', 'Object.assign(Object.create(null), { a: [1, "x"] })', { a: [1, 'x'] }],
    ['the same object twice', '((x) => [x, x])({ a: 1 })', [{ a: 1 }, { a: 1 }]],
  ])('that is %s comes as it is', async (_what, value, read) => {
    expect(await call(await returning(`{ go: () => ${value} }`), 'mine.go')).toEqual(read);
  });

  test.each([
    ['null', 'the result is null'],
    ['undefined', 'the result is undefined'],
    ['{ a: [1, null] }', 'the result.a[1] is null'],
    ['{ a: undefined }', 'the result.a is undefined'],
    ['[, 1]', 'the result[0] is undefined'],
    ['NaN', 'the result is NaN'],
    ['-1 / 0', 'the result is -Infinity'],
    ['10n', 'the result is bigint'],
    ['Symbol()', 'the result is symbol'],
    ['() => 1', 'the result is function'],
    ['new Map()', 'the result is an object of class Map'],
    ['new Date(NaN)', 'the result is a date that is none'],
    ['[Promise.resolve(1)]', 'the result[0] is an object of class Promise'],
    ['((x) => { x.x = x; return x; })({})', 'the result.x is a value inside itself'],
    ['((x) => { for (let i = 0; i < 1e5; i++) x = [x]; return x; })(1)', 'is nested too deeply'],
  ])('that is %s is a fault, and in the log', async (value, what) => {
    const fault = String(await call(await returning(`{ go: () => (${value}) }`), 'mine.go'));
    expect(fault).toMatch(/^30 FAILED: the result.*, which XML-RPC cannot carry$/);
    expect(fault).toContain(what);
    expect(supervisor.log.lines[0]).toContain(what);
  });
});

describe('the supervisor that a plugin sees', () => {
  test('reports what runs, and calls its methods', async () => {
    supervisor.process('a', 'web').become('RUNNING', { pid: 7 });
    const table = await returning(`{
      look: () => [supervisor.state, supervisor.identifier, supervisor.configFile, supervisor.groups()],
      names: () => supervisor.processes().map(({ group, name, statename, pid }) => [group, name, statename, pid]),
      all: async () => (await supervisor.call('supervisor.getAllProcessInfo')).map(({ name }) => name),
      version: () => supervisor.call('supervisor.getAPIVersion'),
      own: () => supervisor.call('mine.version'),
    }`);
    expect(await call(table, 'mine.look')).toEqual(['RUNNING', 'supervisor', 'supervisord.conf', ['web']]);
    expect(await call(table, 'mine.names')).toEqual([
      ['web', 'a', 'RUNNING', 7],
      ['web', 'b', 'STOPPED', 0],
    ]);
    expect(await call(table, 'mine.all')).toEqual(['a', 'b']);
    expect(await call(table, 'mine.own')).toBe('3.0');
    supervisor.shutdown();
    expect(await call(table, 'mine.look')).toContain('SHUTDOWN');
  });

  test('writes to the main log', async () => {
    await returning('(supervisor.log.info("hello"), supervisor.log.critical(5), { a: () => 1 })');
    expect(supervisor.log.lines).toEqual(['info: hello', 'critical: 5']);
  });

  test('reports when it ends', async () => {
    const ending = new AbortController();
    const text = 'export const make = ({ ended }) => ({ hasEnded: () => ended.aborted });';
    const table = await open(section(text), ending.signal);
    expect(await call(table, 'mine.hasEnded')).toBe(false);
    ending.abort();
    expect(await call(table, 'mine.hasEnded')).toBe(true);
  });

  test('cannot be changed', async () => {
    const text = 'export const make = (supervisor) => { supervisor.call = null; return { a: () => 1 }; };';
    expect(await causeOf(section(text))).toMatch(/read only|Cannot assign/);
  });
});

describe('sections', () => {
  test('of one module have a state each', async () => {
    const counting = section('export const make = () => { let n = 0; return { next: () => ++n }; };');
    const interfaces = [counting, { ...counting, name: 'other' }];
    const table = createMethodTable(supervisor, interfaces, { plugins: await loadPlugins(interfaces) });
    expect(await call(table, 'mine.next')).toBe(1);
    expect(await call(table, 'mine.next')).toBe(2);
    expect(await call(table, 'other.next')).toBe(1);
  });

  test('of the main factory take no other keys, as in the reference', () => {
    const interfaces = supervisor.config.rpcInterfaces.map((config) => ({ ...config, options: { x: '1' } }));
    expect(() => createMethodTable(supervisor, interfaces)).toThrow(
      'Could not make supervisor rpc interface',
    );
  });

  test('named system are hidden', async () => {
    const config = {
      ...section('export const make = () => ({ extra: () => 1, listMethods: () => [] });'),
      name: 'system',
    };
    const table = await open(config);
    expect(await call(table, 'system.extra')).toBe('1 UNKNOWN_METHOD');
    expect(await call(table, 'system.listMethods')).toContain('supervisor.getState');
  });
});

describe('the example of the documentation', () => {
  const example = (options: Record<string, string> = {}) => ({
    ...moduleSection(join(SAMPLES, 'rolling-restart.mjs'), 'makeRollingRestart'),
    options,
  });

  test('is printed there as it is', () => {
    const page = readFileSync(join(SAMPLES, '../plugins.md'), 'utf8');
    expect(page).toContain(`\`\`\`js\n${readFileSync(join(SAMPLES, 'rolling-restart.mjs'), 'utf8')}\`\`\``);
  });

  test('restarts what runs, one process after the other', async () => {
    const events: string[] = [];
    for (const name of ['a', 'b']) {
      const process = supervisor.process(name, 'web');
      process.become('RUNNING');
      process.onStateChange(() => events.push(`${name} ${process.state}`));
      process.onStop = () => {
        process.become('STOPPED');
        return null;
      };
      process.onStart = () => process.become('RUNNING');
    }
    const table = await open(example({ pause_seconds: '0.001' }));
    const restarting = call(table, 'mine.restartGroup', 'web');
    expect(await call(table, 'mine.getBusyGroups')).toEqual(['web']);
    expect(await call(table, 'mine.restartGroup', 'web')).toBe('1000 BUSY: web');
    expect(await restarting).toEqual(['a', 'b']);
    expect(events).toEqual(['a STOPPED', 'a RUNNING', 'b STOPPED', 'b RUNNING']);
    expect(await call(table, 'mine.getBusyGroups')).toEqual([]);
    expect(await call(table, 'mine.restartGroup', 'none')).toBe('10 BAD_NAME: none');
  });

  test('refuses a pause that is none', async () => {
    expect(await causeOf(example({ pause_seconds: 'x' }))).toBe(
      'pause_seconds = x is not a number of seconds',
    );
  });
});
