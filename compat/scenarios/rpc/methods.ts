/**
 * Every method of `supervisor.*` and `system.*`, with right and with wrong arguments.
 *
 * @module
 */
import type { Json, Scenario, Side } from '../../scenario.ts';
import {
  type Call,
  callMethod,
  observeCalls,
  observeStates,
  resultOf,
  untilState,
} from '../support/calls.ts';
import { writePrograms } from '../support/programs.ts';

export const rpcMethods: Scenario = {
  name: 'rpc-methods',
  title: 'every XML-RPC method: signatures, argument counts and types, names',
  differences: ['fault-for-traceback', 'own-methods', 'reported-version'],
  run: async (side) => {
    side.writeFile('supervisord.conf', side.preamble + writePrograms(side));
    const daemon = await side.start();
    await untilState(side, 'cat', 'RUNNING');

    await observeCalls(side, GETTERS);
    side.observe('getPID is the pid of the daemon', (await resultOf(side, 'getPID')) === daemon.pid);
    await observeIntrospection(side);
    await observeCounts(side);
    await observeCalls(side, [['visord.getVersion']]);
    await observeCalls(side, WRONG_TYPES, { title: 'wrong types' });
    await observeCalls(side, NO_SUCH_METHODS, { title: 'no such method' });
    for (const name of NAMES) {
      await observeCalls(
        side,
        NAMED_METHODS.map((call) => [call[0], name, ...call.slice(1)]),
        { title: 'names' },
      );
    }
    await observeStates(side, 'states at the end');
  },
};

const GETTERS: readonly Call[] = [
  ['getAPIVersion'],
  ['getVersion'],
  ['getSupervisorVersion'],
  ['getIdentification'],
  ['getState'],
  ['getAllProcessInfo'],
  ['getProcessInfo', 'cat'],
  ['getProcessInfo', 'cat:cat'],
  ['getProcessInfo', 'pair:left'],
  ['getProcessInfo', 'many:many_2'],
  ['getProcessInfo', 'päron'],
  ['sendRemoteCommEvent', 'kind', 'data'],
  ['sendRemoteCommEvent', 'art', 'Größe'],
  ['sendRemoteCommEvent', '', ''],
];

/** Names of no process, or of a whole group. */
const NAMES = [
  '',
  'nope',
  'nope:nope',
  'nope:*',
  'nope:',
  ':',
  '*',
  ':*',
  'pair:nope',
  'pair:left:x',
  'pair',
  'left',
  'CAT',
  ' cat',
];

const NAMED_METHODS: readonly Call[] = [
  ['getProcessInfo'],
  ['startProcess'],
  ['startProcess', false],
  ['stopProcess'],
  ['startProcessGroup'],
  ['stopProcessGroup'],
  ['signalProcess', 'HUP'],
  ['signalProcessGroup', 'HUP'],
  ['readProcessLog', 0, 0],
  ['readProcessStdoutLog', 0, 0],
  ['readProcessStderrLog', 0, 0],
  ['tailProcessLog', 0, 100],
  ['tailProcessStdoutLog', 0, 100],
  ['tailProcessStderrLog', 0, 100],
  ['clearProcessLog'],
  ['clearProcessLogs'],
  ['sendProcessStdin', 'text\n'],
  ['addProcessGroup'],
  ['removeProcessGroup'],
];

const WRONG_TYPES: readonly Call[] = [
  ['getProcessInfo', 5],
  ['getProcessInfo', true],
  ['getProcessInfo', ['cat']],
  ['getProcessInfo', { name: 'cat' }],
  ['startProcess', 5],
  ['startProcess', 'cat', 'yes'],
  ['startProcess', 'cat', 0],
  ['stopProcess', 1.5],
  ['stopProcess', 'off', 'no'],
  ['startProcessGroup', 5],
  ['stopProcessGroup', ['pair']],
  ['signalProcess', 'off', true],
  ['signalProcess', 'off', []],
  ['signalProcess', 5, 'HUP'],
  ['readLog', 'a', 'b'],
  ['readLog', '0', '0x10'],
  ['readLog', [], {}],
  ['readProcessStdoutLog', 'cat', 'a', 'b'],
  ['readProcessStdoutLog', 'cat', [], 0],
  ['readProcessStdoutLog', 'cat', '0', '10'],
  ['readProcessStdoutLog', 'cat', 0.9, 1.9],
  ['readProcessStdoutLog', 'cat', true, false],
  ['tailProcessStdoutLog', 'cat', 'a', 'b'],
  ['tailProcessStdoutLog', 'cat', {}, 0],
  ['sendProcessStdin', 'cat', 5],
  ['sendProcessStdin', 'cat', ['x']],
  ['sendProcessStdin', 'cat', true],
  ['sendProcessStdin', 5, 'x'],
  ['clearProcessLogs', 5],
  ['addProcessGroup', 5],
  ['removeProcessGroup', 5],
  ['addProcessGroup', []],
  ['removeProcessGroup', []],
  ['system.methodHelp', 5],
  ['system.methodHelp', ['x']],
  ['system.methodSignature', 5],
];

const NO_SUCH_METHODS: readonly Call[] = [
  ['nope'],
  ['_update', 'x'],
  ['_getAllProcesses'],
  ['__init__', 1],
  ['__class__'],
  ['supervisord'],
  ['update_text'],
  ['supervisor.supervisord.options.execve', 'x'],
  ['supervisor.supervisord.options', 'x'],
  ['supervisor.'],
  ['.getPID'],
  ['.'],
  ['system.getPID'],
  ['system._listMethods'],
  ['system.namespaces'],
  ['other.getPID'],
  ['system.nope'],
  ['Supervisor.getPID'],
  ['supervisor.getpid'],
  ['supervisor.constructor'],
  ['supervisor.toString'],
  ['toString.call'],
  ['__proto__.toString'],
];

async function observeIntrospection(side: Side): Promise<void> {
  const methods = await resultOf(side, 'system.listMethods');
  side.observe('system.listMethods()', methods);
  for (const method of stockMethods(methods)) {
    await observeCalls(side, [['system.methodSignature', method]]);
    const help = await resultOf(side, 'system.methodHelp', method);
    side.observe(`layout of methodHelp of ${method}`, layoutOf(String(help)));
  }
  await observeCalls(side, [
    ['system.methodHelp', 'nope'],
    ['system.methodHelp', 'supervisor._update'],
    ['system.methodSignature', 'nope'],
    ['system.methodSignature', 'getPID'],
  ]);
}

/**
 * How a help text is laid out; its words may differ. Tools parse the tags: of a parameter the type and the name,
 * of the result the type.
 */
function layoutOf(help: string): Json {
  const lines = help.split('\n');
  const tagsAt = lines.findIndex((line) => line.trim().startsWith('@'));
  return {
    startsInFirstLine: lines[0] !== '',
    endsWithFullStop: lines.slice(0, tagsAt).join('').endsWith('.'),
    beforeTags: lines[tagsAt - 1] ?? '',
    indents: [...new Set(lines.slice(1).map((line) => /^ */.exec(line)?.[0].length ?? 0))]
      .filter((indent) => indent !== LIST_INDENT)
      .sort((a, b) => a - b),
    lastLine: lines.at(-1) ?? '',
    tags: lines
      .map((line) => line.trim())
      .filter((line) => line.startsWith('@'))
      .map((line) =>
        line
          .split(/\s+/)
          .slice(0, line.startsWith('@param') ? 3 : 2)
          .join(' '),
      ),
  };
}

/** What a list of points in a description is indented by. */
const LIST_INDENT = 10;

/** Every method with one argument too few and with far too many. */
async function observeCounts(side: Side): Promise<void> {
  const methods = await resultOf(side, 'system.listMethods');
  for (const method of stockMethods(methods)) {
    const signature = await resultOf(side, 'system.methodSignature', method);
    const required = (Array.isArray(signature) ? signature.length - 1 : 0) - (OPTIONAL.test(method) ? 1 : 0);
    if (required > 0) {
      const few = Array<string>(required - 1).fill('cat');
      side.observe(`too few: ${method}/${few.length}`, await callMethod(side, [method, ...few]));
    }
    side.observe(`too many: ${method}/7`, await callMethod(side, [method, 1, 2, 3, 4, 5, 6, 7]));
  }
}

/** The methods that both sides have. */
function stockMethods(methods: Json): string[] {
  const names = Array.isArray(methods) ? methods.map(String) : [];
  return names.filter((name) => !name.startsWith('visord.'));
}

/** Methods whose last argument, `wait`, may be left out. */
const OPTIONAL = /\.(start|stop)(Process|ProcessGroup|AllProcesses)$/;
