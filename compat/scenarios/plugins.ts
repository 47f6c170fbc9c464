/**
 * RPC interfaces of others: what a module adds, how one that cannot be loaded is refused, and the packages that are
 * built in, compared with what their authors have published.
 *
 * @module
 */
import type { Json, Scenario, Side } from '../scenario.ts';
import { describeCall, fullName, hidePids } from './support/calls.ts';
import { program } from './support/programs.ts';
import { PYTHON_SERVER } from './support/python.ts';

export const pluginsModules: Scenario = {
  name: 'plugins-modules',
  title: 'RPC interfaces of modules: Python on one side, JavaScript on the other',
  differences: ['fault-for-traceback', 'own-methods', 'python-modules'],
  run: async (side) => {
    await observeRefusals(side);
    await observeSections(side);
    await observeModule(side);
  },
};

const MAIN = 'supervisor.rpcinterface:make_main_rpcinterface';

/** A module in the language of each side: they do the same. */
interface Module {
  readonly python: string;
  readonly javascript: string;
}

const ECHO: Module = {
  python: `
from supervisor.xmlrpc import Faults, RPCError

class Echo:
    def __init__(self, options):
        self.options = options

    def add(self, first, second):
        """ Add two numbers.

        @param int first   the one
        @param int second  the other
        @return int sum    the sum
        """
        return first + second

    def options_(self):
        """ Tell the options.

        @return struct options  the keys of the section
        """
        return self.options

    def echo(self, value):
        """ Give back.

        @param any value   anything
        @return any value  the same
        """
        return value

    def refuse(self, code, text):
        """ Fail on purpose.

        @param int code      the code of the fault
        @param string text   its text
        @return boolean none nothing
        """
        raise RPCError(code, text)

    def _hidden(self):
        return True

    def fail(self):
        """ Fail by accident.

        @return boolean none nothing
        """
        raise ValueError('it broke')

    def nothing(self):
        """ Say nothing.

        @return boolean none nothing
        """
        return None

def make(supervisord, **options):
    return Echo(options)

def throws(supervisord, **options):
    raise ValueError('not today')
`,
  javascript: `
const nothing = { type: 'boolean', help: 'none nothing' };

export const make = (supervisor, options) => ({
  add: {
    help: 'Add two numbers.',
    parameters: [
      { name: 'first', type: 'int', help: 'the one' },
      { name: 'second', type: 'int', help: 'the other' },
    ],
    returns: { type: 'int', help: 'sum the sum' },
    handle: (first, second) => first + second,
  },
  options_: {
    help: 'Tell the options.',
    returns: { type: 'struct', help: 'options the keys of the section' },
    handle: () => options,
  },
  echo: {
    help: 'Give back.',
    parameters: [{ name: 'value', type: 'any', help: 'anything' }],
    returns: { type: 'any', help: 'value the same' },
    handle: (value) => value,
  },
  refuse: {
    help: 'Fail on purpose.',
    parameters: [
      { name: 'code', type: 'int', help: 'the code of the fault' },
      { name: 'text', type: 'string', help: 'its text' },
    ],
    returns: nothing,
    handle: (code, text) => { throw supervisor.fault(code, text); },
  },
  _hidden: () => true,
  fail: {
    help: 'Fail by accident.',
    returns: nothing,
    handle: () => { throw new Error('it broke'); },
  },
  nothing: { help: 'Say nothing.', returns: nothing, handle: () => null },
});

export const throws = () => { throw new Error('not today'); };
`,
};

/** Writes the module of the side; returns what a section calls an export of it. */
function writeModule(side: Side, name: string, { python, javascript }: Module): (exported: string) => string {
  if (side.label === 'reference') {
    side.writeFile(`${name}.py`, python);
    return (exported) => `${name}:${exported}`;
  }
  side.writeFile(`${name}.mjs`, javascript);
  return (exported) => `./${name}.mjs:${exported}`;
}

function section(name: string, factory: string, keys = ''): string {
  return `[rpcinterface:${name}]\nsupervisor.rpcinterface_factory=${factory}\n${keys}`;
}

async function observeRefusals(side: Side): Promise<void> {
  const echo = writeModule(side, 'echo', ECHO);
  const cases: readonly (readonly [string, string])[] = [
    ['no such module', section('other', 'no_such.module:make')],
    ['no such name', section('other', 'supervisor.rpcinterface:make_nothing')],
    ['not a factory', section('other', 'not a factory')],
    ['no factory', '[rpcinterface:other]\nkey=value\n'],
    ['a name that cannot be expanded', section('other', '%(nothing)s:make')],
    ['an option that cannot be expanded', section('other', echo('make'), 'key=%(nothing)s\n')],
    ['a factory that throws', section('other', echo('throws'))],
    ['an option of the main factory', section('other', MAIN, 'unused=1\n')],
  ];
  for (const [what, sections] of cases) {
    const config = side.writeFile('refused.conf', `${side.preamble}${sections}`);
    const { stderr, code } = await side.supervisord(['-n', '-c', config], {
      environment: { PYTHONPATH: side.dir },
    });
    const text = stderr.split('\n').filter((line) => line.startsWith('Error: '));
    side.observe(`refused: ${what}`, { stderr: text.map(shortNames), code });
    side.observe(`refused: ${what}: left behind`, side.readFile('supervisord.pid'));
  }
}

/** The names that could have been expanded are those of the machine's environment. */
function shortNames(text: string): string {
  return text.replace(/Available names: .*/, 'Available names: …');
}

async function observeSections(side: Side): Promise<void> {
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}${section('other', MAIN)}${section('system', MAIN)}[ctlplugin:x]\nsupervisor.ctl_factory=no_such:thing\n`,
  );
  const daemon = await side.start();
  const methods = await side.rpc('system.listMethods');
  side.observe('sections of the main factory: methods', { ...methods });
  for (const method of ['other.getAPIVersion', 'system.getAPIVersion', 'other._update', 'third.getState']) {
    side.observe(`sections of the main factory: ${method}`, { ...(await side.rpc(method)) });
  }
  side.observe(
    'sections of the main factory: log',
    side
      .readFile('main.log')
      .split('\n')
      .filter((line) => line.includes('RPC interface'))
      .slice(-3),
  );
  await daemon.stop();
}

async function observeModule(side: Side): Promise<void> {
  const echo = writeModule(side, 'echo', ECHO);
  const keys = 'first=1\nSecond = two words ; and a comment\nhere=%(ENV_HOME)s\n';
  side.writeFile(
    'supervisord.conf',
    `${side.preamble}${section('echo', echo('make'), keys)}${section('again', echo('make'))}`,
  );
  const daemon = await side.start({ environment: { PYTHONPATH: side.dir } });
  const methods = await side.rpc('system.listMethods');
  const own = 'result' in methods && Array.isArray(methods.result) ? methods.result.map(String) : [];
  side.observe(
    'module: methods',
    own.filter((name) => /^(echo|again)\./.test(name)),
  );
  for (const name of own.filter((method) => method.startsWith('echo.'))) {
    side.observe(`module: signature of ${name}`, { ...(await side.rpc('system.methodSignature', [name])) });
    const help = await side.rpc('system.methodHelp', [name]);
    side.observe(`module: help of ${name}`, 'result' in help ? helpLines(String(help.result)) : { ...help });
  }
  for (const [method, ...params] of MODULE_CALLS) {
    side.observe(`module: ${describeCall([method, ...params])}`, {
      ...(await side.rpc(fullName(method), params)),
    });
  }
  await daemon.stop();
}

function helpLines(help: string): string[] {
  return help.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
}

const MODULE_CALLS: readonly (readonly [string, ...Json[]])[] = [
  ['echo.add', 1, 2],
  ['echo.add', 1],
  ['echo.add', 1, 2, 3],
  ['echo.options_'],
  ['again.options_'],
  ['echo.echo', ''],
  ['echo.echo', 'é <&>'],
  ['echo.echo', true],
  ['echo.echo', -2147483648],
  ['echo.echo', 1.5],
  ['echo.echo', [1, ['x', {}], []]],
  ['echo.echo', { a: { b: [true] } }],
  ['echo.refuse', 10, 'web'],
  ['echo.refuse', 92, ''],
  ['echo._hidden'],
  ['echo.missing'],
  ['echo.constructor'],
  ['echo.__init__'],
  ['echo'],
  ['echo.add.x'],
  ['echo.fail'],
  ['echo.nothing'],
  [
    'system.multicall',
    [
      { methodName: 'echo.add', params: [1, 2] },
      { methodName: 'echo.refuse', params: [10, 'x'] },
    ],
  ],
];

export const pluginsPackages: Scenario = {
  name: 'plugins-packages',
  title:
    'twiddler and cache through Python, as their pages show it (the packages are not run, only what they say)',
  run: async (side) => {
    const answers = side.label === 'ours' ? await askPackages(side) : PUBLISHED.map(([, answer]) => answer);
    for (const [index, [line]] of PUBLISHED.entries()) side.observe(line, answers[index] ?? null);
  },
};

async function askPackages(side: Side): Promise<Json[]> {
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      '[group:group_name]\nprograms=\n',
      program('cat', '/bin/cat'),
      section('twiddler', 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface'),
      section('narrow', 'supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface', 'whitelist=log\n'),
      section('cache', 'supervisor_cache.rpcinterface:make_cache_rpcinterface'),
    ].join(''),
  );
  await side.start();
  const lines = JSON.stringify(PUBLISHED.map(([line]) => line));
  const { stdout, stderr } = await side.python(CLIENT, [side.path('s.sock'), lines]);
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as Json[]).map(hidePids);
}

/** Evaluates each line with `s`, the server; a call that fails is tried again for a while when its line starts with `until`. */
const CLIENT = `${PYTHON_SERVER}
import json, sys, time, xmlrpc.client as x

s = server(sys.argv[1])
answers = []
for line in json.loads(sys.argv[2]):
    try:
        answers.append(eval(line))
    except x.Fault as fault:
        answers.append({'fault': fault.faultCode, 'text': fault.faultString})
print(json.dumps(answers, default=str))
`;

const LS = "{'command': 'echo total 0', 'autostart': 'false', 'autorestart': 'false', 'startsecs': '0'}";

/** Calls, and their answers by the packages' pages and tests (supervisor_twiddler 1.0, supervisor_cache 1.1). */
const PUBLISHED: readonly (readonly [line: string, answer: Json])[] = [
  ['s.twiddler.getAPIVersion()', '1.0'],
  ['s.twiddler.getGroupNames()', ['cat', 'group_name']],
  [`s.twiddler.addProgramToGroup('group_name', 'ls', ${LS})`, true],
  ["s.supervisor.startProcess('group_name:ls')", true],
  [
    "[time.sleep(0.05) for _ in range(600) if not s.supervisor.readProcessLog('group_name:ls', 0, 50)][:0]",
    [],
  ],
  ["s.supervisor.readProcessLog('group_name:ls', 0, 50)", 'total 0\n'],
  [`s.twiddler.addProgramToGroup('group_name', 'ls', ${LS})`, { fault: 10, text: 'BAD_NAME: ls' }],
  [
    "s.twiddler.addProgramToGroup('group_name', 'many', {'command': 'cat', 'numprocs': 2, 'process_name': 'n%(process_num)d', 'startsecs': 0})",
    true,
  ],
  [
    "[time.sleep(0.05) for _ in range(600) if s.supervisor.getProcessInfo('group_name:n1')['statename'] != 'RUNNING'][:0]",
    [],
  ],
  ["s.supervisor.getProcessInfo('group_name:n1')['statename']", 'RUNNING'],
  ["s.twiddler.removeProcessFromGroup('group_name', 'n1')", { fault: 91, text: 'STILL_RUNNING: n1' }],
  ["s.supervisor.stopProcess('group_name:n1')", true],
  ["s.twiddler.removeProcessFromGroup('group_name', 'n1')", true],
  ["s.supervisor.getProcessInfo('group_name:n1')", { fault: 10, text: 'BAD_NAME: group_name:n1' }],
  ["s.twiddler.removeProcessFromGroup('group_name', 'nope')", { fault: 10, text: 'BAD_NAME: nope' }],
  ["s.twiddler.removeProcessFromGroup('nope', 'ls')", { fault: 10, text: 'BAD_NAME: group: nope' }],
  ["s.twiddler.addProgramToGroup('nope', 'ls', {})", { fault: 10, text: 'BAD_NAME: group: nope' }],
  ["s.twiddler.addProgramToGroup('group_name', 'x', 42)", { fault: 2, text: 'INCORRECT_PARAMETERS' }],
  ["s.twiddler.log('This is an informational message', 'INFO')", true],
  ["s.twiddler.log('a warning', 30)", true],
  ["s.twiddler.log('hello', 'bad_level')", { fault: 2, text: 'INCORRECT_PARAMETERS' }],
  ["s.twiddler.log('hello', 9999)", { fault: 2, text: 'INCORRECT_PARAMETERS' }],
  [
    "[line.split(' ', 2)[2] for line in s.supervisor.readLog(-200, 0).splitlines() if 'warning' in line]",
    ['WARN a warning'],
  ],
  ["s.narrow.log('x')", true],
  ['s.narrow.getGroupNames()', { fault: 230, text: 'UNKNOWN: getGroupNames' }],
  ['s.cache.getAPIVersion()', '0.2'],
  ['s.cache.getKeys()', []],
  ["s.cache.store('foo', 'bar baz')", true],
  ["s.cache.fetch('foo')", 'bar baz'],
  ['s.cache.getKeys()', ['foo']],
  ["s.cache.store('list', [1, 2, 3])", true],
  ["s.cache.fetch('list')", [1, 2, 3]],
  ['s.cache.getCount()', 2],
  ["s.cache.fetch('')", { fault: 10, text: 'BAD_NAME: Cache key must be a non-empty string' }],
  ["s.cache.store(42, 'data')", { fault: 10, text: 'BAD_NAME: Cache key must be a non-empty string' }],
  ["s.cache.fetch('nonexistant-key')", { fault: 10, text: 'BAD_NAME' }],
  ["s.cache.delete('nonexistant-key')", true],
  ["s.cache.delete('foo')", true],
  ['s.cache.clear()', true],
  ['s.cache.getCount()', 0],
];
