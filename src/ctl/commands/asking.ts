/**
 * `avail`, `pid`, `version`: questions with short answers.
 *
 * @module
 */
import { words } from '../../python/text.ts';
import { FAULT_CODES } from '../../rpc/faults.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, padText, splitName } from '../names/names.ts';
import { expandPatterns } from '../names/patterns.ts';
import type { Session } from '../session.ts';
import type { ConfigInfo } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, lines } from './command.ts';
import { hintAtName } from './hints.ts';
import { takeJson, toJson } from './json.ts';
import { refuseArguments } from './refuse-arguments.ts';
import { isUp } from './upcheck.ts';

export const avail: Command = {
  name: 'avail',
  help: 'avail\t\t\tDisplay all configured processes',
  run: async (session, argument) => {
    const { isJson, names } = takeJson(words(argument));
    if (refuseArguments(session, avail, names.join(' '))) return undefined;
    try {
      const infos = await session.supervisor.getAllConfigInfo();
      if (isJson) session.say(toJson(infos));
      else for (const info of infos) session.say(formatConfigInfo(info));
    } catch (error) {
      if (!(error instanceof FaultError) || error.code !== FAULT_CODES.SHUTDOWN_STATE) throw error;
      session.fail('ERROR: supervisor shutting down', EXIT.generic);
    }
    return undefined;
  },
};

export const pid: Command = {
  name: 'pid',
  help: lines(
    'pid\t\t\tGet the PID of supervisord.',
    'pid <name>\t\tGet the PID of a single child process by name.',
    'pid all\t\t\tGet the PID of every child process, one per line.',
  ),
  completes: 'processes',
  run: async (session, argument) => {
    if (!(await isUp(session))) return undefined;
    const { isJson, names: given } = takeJson(words(argument));
    if (isJson) {
      await sayPidsAsJson(session, given);
      return undefined;
    }
    const names = await session.expandNames(given);
    if (names.length === 0) {
      session.say(String(await session.supervisor.getPID()));
    } else if (names.includes('all')) {
      for (const info of await session.supervisor.getAllProcessInfo()) session.say(String(info.pid));
    } else {
      for (const name of names) await sayPid(session, name);
    }
    return undefined;
  },
};

export const version: Command = {
  name: 'version',
  help: 'version\t\t\tShow the version of the remote supervisord process',
  run: async (session, argument) => {
    const { isJson, names } = takeJson(words(argument));
    if (refuseArguments(session, version, names.join(' ')) || !(await isUp(session))) return undefined;
    const text = await session.supervisor.getSupervisorVersion();
    session.say(isJson ? toJson({ version: text }) : text);
    return undefined;
  },
};

/** Name by name; without names that of the daemon. A pid of 0 is that of a process which does not run. */
async function sayPidsAsJson(session: Session, given: readonly string[]): Promise<void> {
  if (given.length === 0) {
    session.say(toJson({ supervisord: await session.supervisor.getPID() }));
    return;
  }
  const infos = await session.supervisor.getAllProcessInfo();
  const pids: Record<string, number> = {};
  for (const name of expandPatterns(given, infos)) {
    const { group, process } = splitName(name);
    const found =
      name === 'all'
        ? infos
        : infos.filter((info) => info.group === group && (process === null || info.name === process));
    for (const info of found) pids[joinName(info.group, info.name)] = info.pid;
    if (found.length === 0) {
      session.out.error(`No such process ${name}`);
      session.exitStatus = EXIT.generic;
    } else if (name !== 'all' && found.some((info) => info.pid === 0)) session.exitStatus = EXIT.notRunning;
  }
  session.say(toJson(pids));
}

async function sayPid(session: Session, name: string): Promise<void> {
  try {
    const info = await session.supervisor.getProcessInfo(name);
    session.say(String(info.pid));
    if (info.pid === 0) session.exitStatus = EXIT.notRunning;
  } catch (error) {
    if (!(error instanceof FaultError) || error.code !== FAULT_CODES.BAD_NAME) throw error;
    session.fail(`No such process ${name}`, EXIT.generic);
    await hintAtName(session, name);
  }
}

function formatConfigInfo(info: ConfigInfo): string {
  const name = padText(joinName(info.group, info.name), 32);
  const use = padText(info.inuse ? 'in use' : 'avail', 9);
  const start = padText(info.autostart ? 'auto' : 'manual', 9);
  return `${name} ${use} ${start} ${info.group_prio}:${info.process_prio}`;
}
