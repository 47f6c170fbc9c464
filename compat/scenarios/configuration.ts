/**
 * Some hundred odd and broken configurations and command lines: which ones are refused, with which error,
 * and what the daemon has read of the others.
 *
 * @module
 */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { Address, CommandResult, Json, RpcAnswer, Scenario, Side } from '../scenario.ts';
import { answering, type ConfigCase } from './configuration-files/case.ts';
import { COMMAND_LINE_CASES } from './configuration-files/command-line.ts';
import { DIALECT_CASES } from './configuration-files/dialect.ts';
import { EXPANSION_CASES } from './configuration-files/expansion.ts';
import { INCLUDE_CASES } from './configuration-files/include.ts';
import { GROUP_CASES, SECTION_CASES } from './configuration-files/sections.ts';
import { VALUE_CASES } from './configuration-files/values.ts';

const PARSED_CASES = [...DIALECT_CASES, ...EXPANSION_CASES, ...VALUE_CASES, ...GROUP_CASES];
const REREAD_CASES = PARSED_CASES.filter(({ atStart }) => !atStart);
const START_CASES: readonly ConfigCase[] = [
  ...PARSED_CASES.filter(({ atStart }) => atStart),
  ...INCLUDE_CASES,
  ...SECTION_CASES,
  ...COMMAND_LINE_CASES,
];

const AT_ONCE = 3;

export const configurationStart: Scenario = {
  name: 'configuration-start',
  title: 'starts with odd and broken configuration files and command lines',
  differences: [
    'byte-order-mark',
    'dump-config',
    'python-modules',
    'reported-version',
    'rpc-interface-error',
    'search-warning',
    'socket-path-file',
    'socket-path-folder',
    'start-errors',
    'supervisord-environment-percent',
  ],
  run: async (side) => {
    side.alias(hostname(), 'HOST');
    const seen = new Map<string, Json>();
    const waiting = START_CASES.entries();
    const worker = async () => {
      for (const [index, one] of waiting) seen.set(one.name, await startCase(side, one, index));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    for (const { name } of START_CASES) side.observe(name, seen.get(name) ?? null);
  },
};

export const configurationReread: Scenario = {
  name: 'configuration-reread',
  title: 'a running daemon rereads odd and wrong values',
  differences: [
    'ascii-digits',
    'empty-log-name',
    'nameless-conversion-order',
    'nul-in-value',
    'number-above-32-bits',
    'process-twice-in-group',
    'signal-constants',
    'supervisord-environment-error',
  ],
  run: async (side) => {
    side.alias(hostname(), 'HOST');
    const main = await layOut(side, { name: 'empty', main: answering('') }, 'c');
    const environment = Object.assign({ TMPDIR: main }, ...REREAD_CASES.map((one) => one.environment ?? {}));
    const daemon = await side.start({ config: `${main}/main.conf`, directory: main, environment });
    for (const one of REREAD_CASES) {
      await layOut(side, one, 'c');
      side.observe(one.name, await rereadCase(side, { kind: 'unix', path: `${main}/s` }));
    }
    side.observe('the daemon still runs', daemon.isRunning());
  },
};

export const configurationAgain: Scenario = {
  name: 'configuration-again',
  title: 'a running daemon reads a changed [supervisord] section, and the same one twice',
  differences: ['fcgi-all-addresses', 'growing-variable', 'user-at-reread'],
  run: async (side) => {
    const here = side.path('again');
    const write = (keys: string, programs: string) =>
      layOut(
        side,
        {
          name: 'again',
          main: `${answering('')}${programs}`.replace('[supervisord]\n', `[supervisord]\n${keys}`),
        },
        'again',
      );
    const program = '[program:p]\ncommand=/bin/echo %(ENV_PATH)s\nautostart=false\n';
    const keys = 'environment=PATH="/opt:%(ENV_PATH)s"\n';
    await write(keys, program);
    await side.start({
      config: `${here}/main.conf`,
      directory: here,
      environment: { TMPDIR: here, PATH: '/bin' },
    });
    const call = (method: string, ...params: Json[]) =>
      side.rpc(`supervisor.${method}`, params, { kind: 'unix', path: `${here}/s` });
    const commands = async (): Promise<Json> =>
      JSON.parse(
        JSON.stringify(await call('getAllConfigInfo'), ['result', 'command', 'fault', 'text']),
      ) as Json;
    side.observe('a variable that names itself, at the start', await commands());
    await call('reloadConfig');
    await call('reloadConfig');
    side.observe('a variable that names itself, after two rereads', await commands());
    await write('user=no-such-user\n', program);
    side.observe('a user that does not exist, at a reread', await call('reloadConfig'));
    const port = await side.freePort();
    await write(
      '',
      `${program}[fcgi-program:f]\ncommand=/bin/cat\nautostart=false\nsocket=tcp://*:${port}\n`,
    );
    await call('reloadConfig');
    side.observe('a FastCGI socket on all addresses', await call('addProcessGroup', 'f'));
  },
};

/** Rereads, adds what is new, reports how it is read, and removes it again. */
async function rereadCase(side: Side, address: Address): Promise<Json> {
  const call = (method: string, ...params: Json[]) => side.rpc(`supervisor.${method}`, params, address);
  const reread = await call('reloadConfig');
  if (!('result' in reread)) return { ...reread };
  const added = (reread.result as string[][][])[0]?.[0] ?? [];
  const adding = [];
  for (const name of added) adding.push(await call('addProcessGroup', name));
  const understood = sansAutorestart(await call('getAllConfigInfo'));
  for (const name of added) {
    await call('stopProcessGroup', name);
    await call('removeProcessGroup', name);
  }
  return { reread: reread.result, adding, understood };
}

/** Starts a daemon with the case's files and flags; reports how it ended, or what it has read. */
async function startCase(side: Side, one: ConfigCase, index: number): Promise<Json> {
  const isRoot = process.getuid?.() === 0;
  if (one.needs !== undefined && (one.needs === 'root') !== isRoot) return `skipped: needs ${one.needs}`;
  const folder = `c${index}`;
  const directory = await layOut(side, one, folder);
  const flags = one.flags ?? ['-n', '-c', '@DIR@/main.conf'];
  const run = { ended: false, answer: null as Json };
  const ending = side
    .supervisord(
      flags.map((flag) => flag.replaceAll('@DIR@', side.path(folder))),
      {
        directory,
        until: (output) => one.refrain !== undefined && output.split(one.refrain).length > 2,
        environment: { TMPDIR: side.path(folder), ...one.environment },
      },
    )
    .finally(() => {
      run.ended = true;
    });
  const [result] = await Promise.all([ending, askAndEnd(side, folder, run)]);
  return { ...outcome(side, result), ...(run.answer === null ? {} : { understood: run.answer }) };
}

/** Writes the files of the case below its folder; returns the folder to start in. */
async function layOut(side: Side, one: ConfigCase, folder: string): Promise<string> {
  const here = side.path(folder);
  const start = one.directory === undefined ? here : `${here}/${one.directory}`;
  mkdirSync(here, { recursive: true });
  for (const [name, text] of Object.entries(one.files ?? {})) {
    if (name.endsWith('/')) mkdirSync(`${here}/${name}`, { recursive: true });
    else side.writeFile(`${folder}/${name}`, text.replaceAll('@DIR@', here));
  }
  if (typeof one.main === 'string') {
    side.writeFile(`${folder}/main.conf`, one.main.replaceAll('@DIR@', here));
  } else if (one.main !== null) {
    const text = one.main.toString('latin1').replaceAll('@DIR@', here);
    side.writeFile(`${folder}/main.conf`, Buffer.from(text, 'latin1'));
  }
  if (one.before !== undefined) await side.command('sh', ['-c', one.before], { directory: here });
  return start;
}

/** Once the daemon is up: asks for the configuration that it has read, and ends it. */
async function askAndEnd(side: Side, folder: string, run: { ended: boolean; answer: Json }): Promise<void> {
  while (!run.ended) {
    const pid = pidBelow(side.path(folder));
    if (pid === null) {
      await delay(15);
      continue;
    }
    const address: Address = { kind: 'unix', path: side.path(`${folder}/s`) };
    const answer: RpcAnswer = existsSync(address.path)
      ? await side.rpc('supervisor.getAllConfigInfo', [], address)
      : { failure: 'no socket' };
    run.answer = sansAutorestart(answer);
    if ('result' in answer) await side.rpc('supervisor.shutdown', [], address);
    else endProcess(pid);
    return;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch {
    // It has ended by itself; its result has the reason.
  }
}

/** Without the one key that a reference of version 4.2.5 does not report yet. */
function sansAutorestart(answer: RpcAnswer): Json {
  return JSON.parse(JSON.stringify(answer), (key, value) =>
    key === 'autorestart' ? undefined : value,
  ) as Json;
}

/** The pid in a pidfile of the folder or one folder below. */
function pidBelow(folder: string): number | null {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/(^|\/|\.)pid$/.test(name)) continue;
    const pid = Number(readFileSync(`${folder}/${name}`, 'utf8'));
    if (pid > 0) return pid;
  }
  return null;
}

/** A repeated line is observed once: the number of repetitions is a matter of time. */
function outcome(side: Side, { code, stderr, stdout }: CommandResult): { readonly [key: string]: Json } {
  const lines = (text: string) =>
    side
      .normalise(text)
      .split('\n')
      .filter((line, index, all) => line !== all[index - 1]);
  return { code, stderr: lines(stderr), stdout: lines(stdout) };
}
