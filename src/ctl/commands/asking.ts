/**
 * `avail`, `pid`, `version`: questions with short answers.
 *
 * @module
 */
import { FAULT_CODES } from '../../rpc/faults.ts';
import { lines } from '../description.ts';
import { EXIT } from '../exit-codes.ts';
import { joinName, padText, splitName } from '../names/names.ts';
import { expandPatterns } from '../names/patterns.ts';
import type { Session } from '../session.ts';
import type { ConfigInfo } from '../wire/supervisor-api.ts';
import { FaultError } from '../wire/trouble.ts';
import { type Command, command } from './command.ts';
import { hintAtName } from './hints.ts';
import { JSON_OPTION, toJson } from './json.ts';
import { refuseArguments } from './refuse-arguments.ts';
import { isUp, SERVER_EXITS } from './upcheck.ts';

export const avail: Command = command({
  name: 'avail',
  arguments: [],
  options: { json: JSON_OPTION },
  summary: 'Lists the configured processes, with their use, start mode and priorities.',
  help: 'avail\t\t\tDisplay all configured processes',
  details: [
    'A line has the name, "in use" or "avail" for a process whose group is not added, "auto" or "manual", and the ' +
      'priorities of the group and of the process. The configuration is that of the last start or reread.',
  ],
  exits: { generic: 'The command has an argument, the daemon shuts down, or the server did not answer.' },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options }) => {
    if (refuseArguments(session, avail, words.join(' '))) return;
    try {
      const infos = await session.supervisor.getAllConfigInfo();
      if (options.json) session.print(toJson(infos));
      else for (const info of infos) session.print(formatConfigInfo(info));
    } catch (error) {
      if (!(error instanceof FaultError) || error.code !== FAULT_CODES.SHUTDOWN_STATE) throw error;
      session.fail('ERROR: supervisor shutting down', EXIT.generic);
    }
  },
});

export const pid = command({
  name: 'pid',
  arguments: [{ name: 'name', kind: 'process', isOptional: true, isRepeated: true }],
  options: { json: JSON_OPTION },
  summary: 'Prints the pid of the daemon, or of processes.',
  help: lines(
    'pid\t\t\tGet the PID of supervisord.',
    'pid <name>\t\tGet the PID of a single child process by name.',
    'pid all\t\t\tGet the PID of every child process, one per line.',
  ),
  details: ['The pid of a process that does not run is 0.'],
  exits: {
    ...SERVER_EXITS,
    generic: 'A name is unknown.',
    notRunning: 'A named process does not run, or the socket does not exist.',
  },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options }) => {
    if (!(await isUp(session))) return;
    if (options.json) {
      await printPidsAsJson(session, words);
      return;
    }
    const names = await session.expandNames(words);
    if (names.length === 0) {
      session.print(String(await session.supervisor.getPID()));
    } else if (names.includes('all')) {
      for (const info of await session.supervisor.getAllProcessInfo()) session.print(String(info.pid));
    } else {
      for (const name of names) await printPid(session, name);
    }
  },
});

export const version: Command = command({
  name: 'version',
  arguments: [],
  options: { json: JSON_OPTION },
  summary: 'Prints the supervisor version that the daemon reports.',
  help: 'version\t\t\tShow the version of the remote supervisord process',
  details: ['The version is that of the supervisor release that the daemon is compatible with.'],
  exits: { ...SERVER_EXITS, generic: 'The command has an argument.' },
  isForFleet: true,
  isStock: true,
  since: '0.1.0',
  run: async (session, { words, options }) => {
    if (refuseArguments(session, version, words.join(' ')) || !(await isUp(session))) return;
    const text = await session.supervisor.getSupervisorVersion();
    session.print(options.json ? toJson({ version: text }) : text);
  },
});

/** By name; without names that of the daemon. The pid of a process that does not run is 0. */
async function printPidsAsJson(session: Session, given: readonly string[]): Promise<void> {
  if (given.length === 0) {
    session.print(toJson({ supervisord: await session.supervisor.getPID() }));
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
  session.print(toJson(pids));
}

async function printPid(session: Session, name: string): Promise<void> {
  try {
    const info = await session.supervisor.getProcessInfo(name);
    session.print(String(info.pid));
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
