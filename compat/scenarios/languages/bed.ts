/**
 * The set-up for clients in other languages: one configuration, one list of calls, several ways to connect.
 *
 * @module
 */
import type { CommandResult, Json, Side } from '../../scenario.ts';
import { type Call, describeCall, fullName, hidePids, untilExecuted, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

/** An address of the daemon, in the form for clients of any language. */
export interface Target {
  readonly over: string;
  readonly host: string;
  readonly port: number;
  /** Path of a unix socket, which is then used in place of host and port. */
  readonly socket: string;
  readonly username: string;
  readonly password: string;
}

/** Runs a client to its end; it prints a list of answers, one for each call, as JSON. */
export type Client = (target: Target, calls: string) => Promise<CommandResult>;

const TEXT = 'Grüße, 世界 🦜 <&>';

/** Without credentials and with them, over inet, and over unix where the client can. */
export async function observeClient(side: Side, client: Client, canUnix: boolean): Promise<void> {
  await withServers(side, async (targets) => {
    for (const target of targets.filter(({ socket }) => socket === '' || canUnix)) {
      await observeTarget(side, client, target);
    }
  });
}

/** Makes every call at one address, and reads the text back where the login succeeded. */
export async function observeTarget(side: Side, client: Client, target: Target): Promise<void> {
  const isLetIn = await observeAnswers(side, client, target, CALLS);
  if (!isLetIn) return;
  await side.waitFor('the text is echoed', () => side.readFile('cat.log').includes(TEXT));
  await observeAnswers(side, client, target, AFTERWARDS);
}

/** Runs the work on a daemon whose inet server asks for no password, and on one whose does. */
export async function withServers(
  side: Side,
  work: (targets: readonly Target[]) => Promise<void>,
): Promise<void> {
  const port = await side.freePort();
  const plain: Target = { over: 'inet', host: '127.0.0.1', port, socket: '', username: '', password: '' };
  const known = { ...plain, over: 'inet with a password', username: 'user', password: 'pass' };
  const unix = { ...plain, over: 'unix', socket: side.path('s.sock') };
  const stranger = { ...known, over: 'inet with a wrong password', password: 'word' };
  for (const { targets, keys } of [
    { targets: [plain, unix], keys: '' },
    { targets: [known, stranger, { ...plain, over: 'inet without the password' }], keys: CREDENTIALS },
  ]) {
    side.writeFile('cat.log', '');
    side.writeFile(
      'supervisord.conf',
      `${side.preamble}
[inet_http_server]
port=127.0.0.1:${port}
${keys}
${program('cat', '/bin/cat', 'autostart=true', `stdout_logfile=${side.path('cat.log')}`)}
${program('off', '/bin/cat')}
${program('slow', '/bin/cat', 'startsecs=1')}`,
    );
    const daemon = await side.start();
    await untilState(side, 'cat', 'RUNNING');
    await untilExecuted(side);
    await work(targets);
    side.observe(`exit code after ${targets[0]?.over}`, await daemon.stop());
  }
}

const CREDENTIALS = 'username=user\npassword=pass';

const CALLS: readonly Call[] = [
  ['getState'],
  ['getAllProcessInfo'],
  ['startProcess', 'slow'],
  ['stopProcess', 'slow', true],
  ['startProcess', 'off', false],
  ['getProcessInfo', 'nope'],
  ['startProcess', 'Grüße'],
  ['nope'],
  ['system.listMethods'],
  ['system.methodSignature', 'supervisor.startProcess'],
  [
    'system.multicall',
    [
      { methodName: 'supervisor.getState', params: [] },
      { methodName: 'supervisor.getProcessInfo', params: ['nope'] },
      { methodName: 'supervisor.getAPIVersion', params: [] },
    ],
  ],
  ['stopAllProcesses'],
  ['startProcess', 'cat'],
  ['sendProcessStdin', 'cat', `${TEXT}\n`],
];

const AFTERWARDS: readonly Call[] = [
  ['readProcessStdoutLog', 'cat', 0, 0],
  ['clearProcessLogs', 'cat'],
  ['readProcessStdoutLog', 'cat', 0, 0],
];

/** Observes the answer to each call; false when the last one was refused. */
async function observeAnswers(
  side: Side,
  client: Client,
  target: Target,
  calls: readonly Call[],
): Promise<boolean> {
  const named = calls.map(([method, ...params]) => [fullName(method), ...params]);
  const { stdout, stderr } = await client(target, JSON.stringify(named));
  if (stdout === '') throw new Error(stderr);
  const answers: readonly Json[] = JSON.parse(stdout);
  for (const [index, call] of calls.entries()) {
    side.observe(`${target.over}: ${describeCall(call)}`, hidePids(steady(call, answers[index] ?? null)));
  }
  return JSON.stringify(answers.at(-1)).startsWith('{"result":');
}

/** Programs that are stopped together end in any order. */
function steady([method]: Call, answer: Json): Json {
  if (method !== 'stopAllProcesses' || answer === null || typeof answer !== 'object') return answer;
  if (!('result' in answer) || !Array.isArray(answer.result)) return answer;
  return { result: answer.result.map((item) => JSON.stringify(item)).sort() };
}
