/** What the end-to-end tests share: a real daemon in a folder of its own, and short words to drive it with. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';
import { PYTHON } from '../../compat/harness/debian.ts';
import { isAtRest, isStopped, killMarked, wasPolling } from '../../compat/harness/processes.ts';
import { openFolders, openSide } from '../../compat/harness/side.ts';
import type { Daemon, Json, RpcAnswer, Side, StartOptions } from '../../compat/scenario.ts';

export { cpuSeconds } from '../../compat/harness/processes.ts';
export { isRoot } from '../needs.ts';

/** A user id without a user: its processes are ours alone, so that limits for a user count only them. */
export const STRANGER = 54_321;

/** The command under test, as `npm run build` makes it. */
export const SUPERVISORD = fileURLToPath(new URL('../../dist/bin/supervisord', import.meta.url));

/** How much of the main log is shown with a failed test, in characters. */
const LAST_CHARACTERS = 20_000;

// The test runner has been killed, and this process ends without the end of its test.
process.once('disconnect', () => {
  for (const folder of openFolders) killMarked(folder);
});

/** A test with a fresh folder; every daemon started in it, and all that descends from one, ends with the test. */
export const test = base.extend<{ side: Side }>({
  side: async ({ onTestFailed }, use) => {
    if (!existsSync(SUPERVISORD)) {
      throw new Error(`${SUPERVISORD} is not there: run npm run build`);
    }
    const running = openSide('ours', {
      supervisord: [SUPERVISORD],
      supervisorctl: ['supervisorctl'],
      python: [PYTHON],
    });
    let log = '';
    onTestFailed(() => {
      process.stderr.write(`main.log of the failed test:\n${log}\n`);
    });
    try {
      await use(running.side);
    } finally {
      log = running.side.readFile('main.log').slice(-LAST_CHARACTERS);
      await running.end(false);
    }
  },
});

/** The same for tests that compute little, and wait for moments of the clock: those of a file run at once. */
export const waitingTest = test.concurrent as typeof test;

/** The text of a program section. */
export function program(name: string, keys: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(keys).map(([key, value]) => `${key}=${value}\n`);
  return `[program:${name}]\n${lines.join('')}`;
}

/** Writes the configuration and starts the daemon on it. */
export function startWith(side: Side, sections: string, options?: StartOptions): Promise<Daemon> {
  side.writeFile('supervisord.conf', side.preamble + sections);
  return side.start(options);
}

/** Writes an executable shell script and returns its path. */
export function script(side: Side, name: string, body: string): string {
  return side.writeFile(name, `#!/bin/sh\n${body}\n`, 0o755);
}

/** A script that ignores TERM, and makes a file `up` once it does. */
export function deafScript(side: Side): string {
  return script(side, 'deaf.sh', 'trap "" TERM; touch "$(dirname "$0")/up"; while :; do sleep 0.1; done');
}

/** What a test repeats its proof for: all of it with `npm test -- --slow`, as every night, and otherwise the part given. */
export function thorough<T>(all: T, part: T): T {
  return process.env.TEST_SLOW === '1' ? all : part;
}

const SUPERVISORCTL = fileURLToPath(new URL('../../dist/bin/supervisorctl', import.meta.url));

const LIMIT_SECONDS = 60;

/** Runs a command of our own client; `side.ctl` is the stock one. */
export function ownCtl(side: Side, ...args: readonly string[]): ReturnType<Side['command']> {
  return ownCtlWithin(side, LIMIT_SECONDS, ...args);
}

/** The same for a command that takes long on a busy machine. */
export function ownCtlWithin(
  side: Side,
  seconds: number,
  ...args: readonly string[]
): ReturnType<Side['command']> {
  const text = `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n`;
  return side.command(SUPERVISORCTL, ['-c', side.writeFile('ctl.conf', text), ...args], { seconds });
}

/** The result of a call. @throws Error for a fault, and for anything that is not an answer */
export async function call(side: Side, method: string, ...params: Json[]): Promise<Json> {
  const answer = await side.rpc(`supervisor.${method}`, params);
  if ('result' in answer) {
    return answer.result;
  }
  throw new Error(`${method}: ${JSON.stringify(answer)}`);
}

/** The fault of a call that must fail, as `NO_FILE: name`. */
export async function faultOf(answer: Promise<RpcAnswer>): Promise<string> {
  const got = await answer;
  return 'fault' in got ? got.text : JSON.stringify(got);
}

export interface ProcessInfo {
  readonly name: string;
  readonly group: string;
  readonly statename: string;
  readonly pid: number;
  readonly spawnerr: string;
  readonly description: string;
}

export async function infoOf(side: Side, name: string): Promise<ProcessInfo> {
  return (await call(side, 'getProcessInfo', name)) as unknown as ProcessInfo;
}

export async function allInfo(side: Side): Promise<ProcessInfo[]> {
  return (await call(side, 'getAllProcessInfo')) as unknown as ProcessInfo[];
}

/** The pids of all processes, in the order of the daemon's list. */
export async function pidsOf(side: Side): Promise<number[]> {
  return (await allInfo(side)).map(({ pid }) => pid);
}

/** Waits until the process is in the state; returns what is known of it then. */
export async function untilState(
  side: Side,
  name: string,
  state: string,
  seconds = 120,
): Promise<ProcessInfo> {
  let info: ProcessInfo | null = null;
  await side.waitFor(
    `${name} is ${state}`,
    async () => {
      info = await infoOf(side, name);
      return info.statename === state;
    },
    seconds,
  );
  return info ?? infoOf(side, name);
}

/** Waits until all processes are in the state. */
export async function untilAll(side: Side, state: string, seconds = 120): Promise<void> {
  await side.waitFor(
    `all are ${state}`,
    async () => (await allInfo(side)).every(({ statename }) => statename === state),
    seconds,
  );
}

/** The daemon keeps its files from 1.5 seconds after its start on: it opens a descriptor, and then looks at all of them. */
export async function untilFilesAreKept(side: Side, pid: number): Promise<void> {
  await side.waitFor('files are kept', () => targetsOf(pid).includes('anon_inode:inotify'));
  await side.waitFor('all are seen', () => isAtRest(pid));
}

/** Kills the daemon while it waits: what it had read from a pipe and not yet written to the log would be lost with it. */
export async function killAtRest(side: Side, daemon: Daemon): Promise<void> {
  await side.waitFor('the daemon waits', async () => {
    await stopRunning(side, daemon);
    if (wasPolling(daemon.pid)) {
      return true;
    }
    daemon.signal('SIGCONT');
    return false;
  });
  daemon.signal('SIGKILL');
  await daemon.exited();
}

/** What the action changes is one change for the daemon, which does not run meanwhile. */
export async function atOnce(side: Side, daemon: Daemon, action: () => void): Promise<void> {
  try {
    await stopRunning(side, daemon);
    action();
  } finally {
    daemon.signal('SIGCONT');
  }
}

async function stopRunning(side: Side, daemon: Daemon): Promise<void> {
  daemon.signal('SIGSTOP');
  await side.waitFor('the daemon does not run', () => isStopped(daemon.pid));
}

/** A process that has just been started, as a shell before its `trap`, would end by the signal: waits until it catches it. */
export async function untilCaught(side: Side, pid: number, signal: NodeJS.Signals): Promise<void> {
  const bit = 1n << BigInt(constants.signals[signal] - 1);
  await side.waitFor(`process ${pid} catches ${signal}`, () => {
    const [, mask = '0'] = /^SigCgt:\s+(\w+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return (BigInt(`0x${mask}`) & bit) !== 0n;
  });
}

/** What the descriptors of the process lead to, without those that are closed meanwhile. */
export function targetsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .map((fd) => targetOf(`/proc/${pid}/fd/${fd}`))
    .filter((target) => target !== '');
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}

/** How many descriptors the process has open. */
export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Resident memory of the process, in megabytes. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) / 1024;
}

export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean).map(Number);
}

/** How often the pattern stands in the text. */
export function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
