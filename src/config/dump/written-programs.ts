/**
 * Groups and programs as sections of a file: each program is one section, with `numprocs` if it has several processes.
 *
 * @module
 */
import {
  FCGI_SOCKET_OPTIONS,
  GROUP_OPTIONS,
  POOL_OPTIONS,
  PROGRAM_OPTIONS,
} from '../tables/program-options.ts';
import { rowsOf, type WalkedRow } from '../tables/record.ts';
import type { Quoting } from '../text/environment-list.ts';
import { escapeExpansion } from '../text/partial-expansion.ts';
import type { Config, GroupConfig, ProcessConfig, ProgramConfig } from '../types.ts';
import type { WrittenKey, WrittenSection } from './write-dialect.ts';
import { EMPTY_EXPANSION, writtenKey, writtenKeys } from './written-keys.ts';

/** The sections of all groups and their programs, group by group. */
export function programSections({ groups, programs, daemon }: Config): WrittenSection[] {
  const quoting = daemon.environmentQuoting;
  const written = new Map<string, readonly WrittenKey[]>();
  for (const program of programs) {
    if (!program.isMember) {
      written.set(program.section, []);
    }
  }
  return groups.flatMap((group) => {
    const own = programs.find((program) => !program.isMember && program.processes === group.processes);
    return own === undefined
      ? namedGroup(group, membersOf(group, programs), written, quoting)
      : [section(own.section, programKeys(own, group, quoting))];
  });
}

function membersOf({ name, processes }: GroupConfig, programs: readonly ProgramConfig[]): ProgramConfig[] {
  const all = new Set(processes);
  return programs.filter(
    (program) => program.isMember && program.group === name && program.processes.every((one) => all.has(one)),
  );
}

/** @param written the keys of all sections so far, by section; the sections of the members are added */
function namedGroup(
  group: GroupConfig,
  members: readonly ProgramConfig[],
  written: Map<string, readonly WrittenKey[]>,
  quoting: Quoting,
): WrittenSection[] {
  const sections: WrittenSection[] = [];
  const names: string[] = [];
  for (const member of members) {
    const keys = programKeys(member, null, quoting);
    const name = freeSection(member, keys, written);
    names.push(name.slice(name.indexOf(':') + 1));
    if (!written.has(name)) {
      written.set(name, keys);
      sections.push(section(name, keys));
    }
  }
  const keys = [{ key: 'programs', text: names.join(',') }, ...writtenKeys(GROUP_OPTIONS, group)];
  return [section(`group:${group.name}`, keys), ...sections];
}

/** A program of two groups is written once, unless its keys differ between the groups: then each has a section. */
function freeSection(
  { section: name, group }: ProgramConfig,
  keys: readonly WrittenKey[],
  written: ReadonlyMap<string, readonly WrittenKey[]>,
): string {
  let candidate = name;
  for (let number = 1; written.has(candidate); number += 1) {
    if (isSame(written.get(candidate), keys)) {
      break;
    }
    candidate = `${name}-${group}${number === 1 ? '' : number}`;
  }
  return candidate;
}

function isSame(a: readonly WrittenKey[] | undefined, b: readonly WrittenKey[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function section(name: string, keys: readonly WrittenKey[]): WrittenSection {
  return { name, keys, guard: EMPTY_EXPANSION };
}

/** @param group the program's own group, or null for one that a `[group:x]` names */
function programKeys(program: ProgramConfig, group: GroupConfig | null, quoting: Quoting): WrittenKey[] {
  const [process = null] = program.processes;
  const keys =
    process === null
      ? numberKeys(program)
      : rowsOf(PROGRAM_OPTIONS).flatMap((row) => keysOf(row, program, process, quoting));
  return [
    ...keys.filter(({ key }) => group === null || key !== 'priority'),
    ...(group === null ? [] : priorityKeys(group, process)),
    ...(group?.pool === undefined ? [] : poolKeys(group)),
    ...(program.socket === undefined ? [] : writtenKeys(FCGI_SOCKET_OPTIONS, program.socket)),
  ];
}

function numberKeys(program: ProgramConfig): WrittenKey[] {
  return [
    { key: 'numprocs', text: String(program.count) },
    { key: 'numprocs_start', text: String(program.firstNumber) },
    ...limitKeys(program),
  ];
}

function limitKeys({ limits: { least, most } }: ProgramConfig): WrittenKey[] {
  return [
    { key: 'numprocs_min', text: String(least) },
    ...(most === null ? [] : [{ key: 'numprocs_max', text: String(most) }]),
  ];
}

/** Left out where a pool and its processes have different priorities, as they have without the key. */
function priorityKeys(group: GroupConfig, process: ProcessConfig | null): WrittenKey[] {
  return process === null || process.priority === group.priority
    ? writtenKeys({ priority: GROUP_OPTIONS.priority }, group)
    : [];
}

function poolKeys(group: GroupConfig): WrittenKey[] {
  return writtenKeys(POOL_OPTIONS, group).filter(({ key }) => key !== 'priority');
}

function keysOf(
  row: WalkedRow,
  program: ProgramConfig,
  process: ProcessConfig,
  quoting: Quoting,
): WrittenKey[] {
  const { key } = row;
  const text = program.texts?.[key];
  if (text !== undefined) {
    return [{ key, text }];
  }
  switch (key) {
    case 'numprocs':
      return [{ key, text: String(program.count) }];
    case 'numprocs_start':
      return [{ key, text: String(process.name.includes(':') ? COLON : program.firstNumber) }];
    case 'numprocs_min':
    case 'numprocs_max':
      return limitKeys(program).filter((written) => written.key === key);
    case 'process_name':
      return [{ key, text: nameText(process.name) }];
    case 'environment':
      return program.texts === null ? writtenKey(row, withOwnVariables(process), quoting) : [];
    default:
      return writtenKey(row, process, quoting);
  }
}

/** With `env_files`, only the program's own variables: the files come between them and those of the daemon. */
function withOwnVariables(process: ProcessConfig): ProcessConfig {
  if (process.ownVariables === undefined) {
    return process;
  }
  const own = new Set(process.ownVariables);
  const environment = Object.fromEntries(
    Object.entries(process.environment).filter(([name]) => own.has(name)),
  );
  return { ...process, environment };
}

/** The process_num that `%(process_num)c` expands to a colon. */
const COLON = 58;

/** Only an expansion can put a blank, a slash or a colon into a name. */
function nameText(name: string): string {
  return escapeExpansion(name, 1)
    .replaceAll(' ', '%(here)1.0s')
    .replaceAll('/', '%(here).1s')
    .replaceAll(':', '%(process_num)c');
}
