/**
 * XML-RPC calls whose answers become observations.
 *
 * @module
 */
import { commandLine } from '../../harness/processes.ts';
import type { Address, Json, RpcAnswer, Side } from '../../scenario.ts';

/** A method without its `supervisor.` (a name with a dot is taken as it is), and its parameters. */
export type Call = readonly [method: string, ...params: Json[]];

export interface CallOptions {
  /** What the observations' names start with. */
  readonly title?: string;
  readonly address?: Address;
}

/** Makes the calls one after the other and observes each answer. */
export async function observeCalls(
  side: Side,
  calls: readonly Call[],
  options: CallOptions = {},
): Promise<void> {
  for (const call of calls) {
    const answer = await callMethod(side, call, options.address);
    side.observe(`${options.title === undefined ? '' : `${options.title}: `}${describeCall(call)}`, answer);
  }
}

/** One call, with pids in the answer made the same on every run. */
export async function callMethod(side: Side, call: Call, address?: Address): Promise<Json> {
  const [method, ...params] = call;
  if (SIGNALLING.test(method)) await untilExecuted(side, address);
  const answer = hidePids(asJson(await side.rpc(fullName(method), params, address)));
  return method.startsWith('stop') ? sortedByName(answer) : answer;
}

/** Processes that are stopped together end in any order, and the parts of the answer come in any order too. */
function sortedByName(answer: Json): Json {
  if (answer === null || typeof answer !== 'object' || !('result' in answer)) return answer;
  if (!Array.isArray(answer.result)) return answer;
  return { result: [...answer.result].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) };
}

const SIGNALLING = /^(stop|signal|shutdown|restart)/;

/**
 * Waits until every process executes its own program. Between fork and exec the reference's child
 * has the daemon's signal handlers, and a signal is lost.
 */
export async function untilExecuted(side: Side, address?: Address): Promise<void> {
  await side.waitFor('every process executes its program', async () => {
    const infos = await side.rpc('supervisor.getAllProcessInfo', [], address);
    const pids =
      'result' in infos && Array.isArray(infos.result) ? infos.result.map((info) => Number(info.pid)) : [];
    return !pids.some((pid) => pid > 0 && commandLine(pid).includes(side.path('supervisord.conf')));
  });
}

/** The result of a call that must succeed. */
export async function resultOf(side: Side, ...call: Call): Promise<Json> {
  const [method, ...params] = call;
  if (SIGNALLING.test(method)) await untilExecuted(side);
  const answer = await side.rpc(fullName(method), params);
  if ('result' in answer) return answer.result;
  throw new Error(`${describeCall(call)}: ${JSON.stringify(answer)}`);
}

/** Waits until a process is in the state; one that is RUNNING executes its own program then. */
export async function untilState(side: Side, name: string, state: string, seconds = 60): Promise<void> {
  await side.waitFor(
    `${name} is ${state}`,
    async () => {
      const info = await resultOf(side, 'getProcessInfo', name);
      return info !== null && typeof info === 'object' && 'statename' in info && info.statename === state;
    },
    seconds,
  );
  if (state === 'RUNNING') await untilExecuted(side);
}

/** Waits until the stdout log of a process has the text. */
export async function untilLogged(side: Side, name: string, text: string): Promise<void> {
  await side.waitFor(`${name} logs ${text}`, async () =>
    String(await resultOf(side, 'readProcessStdoutLog', name, 0, 0)).includes(text),
  );
}

/** Name, state and description of every process: one line each. */
export async function observeStates(side: Side, what: string): Promise<void> {
  const infos = await resultOf(side, 'getAllProcessInfo');
  const lines = Array.isArray(infos)
    ? infos.map((info) =>
        ['group', 'name', 'statename', 'exitstatus', 'spawnerr', 'description']
          .map((key) => info[key])
          .join(' | '),
      )
    : [String(infos)];
  side.observe(what, lines);
}

/**
 * The main log as it stands, but for two things that timing decides: the lines about what a stop waits for,
 * and the order in which processes that are stopped together end.
 */
export function observeMainLog(side: Side, what: string, file = 'main.log'): void {
  const lines = side.readFile(file).split('\n');
  const ends: string[] = [];
  const shown: string[] = [];
  for (const line of lines.filter((item) => !/waiting for \S+ to (stop|die)$/.test(item))) {
    if (/ stopped: /.test(line)) {
      ends.push(side.normalise(line));
    } else {
      shown.push(...ends.splice(0).sort(), line);
    }
  }
  side.observe(what, [...shown, ...ends.sort()].join('\n'));
}

/**
 * The main log as one list of lines for each process and one for the daemon itself:
 * how the lines of several processes interleave depends on timing.
 */
export function observeLogByProcess(side: Side, what: string, file = 'main.log'): void {
  const lives: Record<string, string[]> = {};
  for (const line of side.readFile(file).split('\n')) {
    if (/waiting for \S+ to (stop|die)$/.test(line)) continue;
    const name =
      PROCESS_LINE.exec(line)
        ?.slice(1)
        .find((part) => part !== undefined) ?? 'the daemon';
    lives[name] = [...(lives[name] ?? []), line];
  }
  side.observe(what, lives);
}

const PROCESS_LINE = /(?:spawned|killing|process) '([^']+)'|(?:success|exited|stopped|gave up): (\S+)/;

export function describeCall([method, ...params]: Call): string {
  return `${method}(${params.map((param) => JSON.stringify(param)).join(', ')})`;
}

export function fullName(method: string): string {
  return method.includes('.') ? method : `supervisor.${method}`;
}

/** Every `pid` member of a struct that is not 0 becomes `$PID`. */
export function hidePids(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(hidePids);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'pid' && typeof item === 'number' && item > 0 ? '$PID' : hidePids(item),
    ]),
  );
}

function asJson(answer: RpcAnswer): Json {
  return { ...answer };
}
