/**
 * What is exported: the processes of a configuration, each with the name that it has in the other format.
 *
 * @module
 */
import type { UserDatabase } from '../../config/host.ts';
import { SUPERVISORD_OPTIONS } from '../../config/tables/daemon-options.ts';
import { ownDefault } from '../../config/tables/defaults.ts';
import { isEqual } from '../../config/tables/equality.ts';
import { fieldValue, rowOf } from '../../config/tables/record.ts';
import type { Config, ProcessConfig, ProgramConfig } from '../../config/types.ts';

export interface ExportedProcess {
  /** Of the unit, the service or the object; no other has it. */
  readonly name: string;
  readonly program: ProgramConfig;
  readonly process: ProcessConfig;
  /** Processes that differ only in their names; 1 where each is exported for itself. */
  readonly count: number;
}

export interface ExportSubject {
  readonly config: Config;
  readonly users: UserDatabase;
  readonly processes: readonly ExportedProcess[];
  /** What concerns the daemon itself, and programs that cannot be exported. */
  readonly notes: readonly string[];
}

export interface Naming {
  /** The name in the other format for the name of a process. */
  readonly nameOf: (name: string) => string;
  /** Whether processes of a program that differ only in their names are one. */
  readonly mergesAlike: boolean;
}

/** The processes of a configuration in the order of its groups. */
export function exportSubject(config: Config, users: UserDatabase, naming: Naming): ExportSubject {
  const taken = new Set<string>();
  const programs = config.programs.filter(({ section }) => !isListener(section));
  const processes = programs.flatMap((program) => {
    const [first] = program.processes;
    const isOne =
      naming.mergesAlike && first !== undefined && program.processes.every((one) => isAlike(one, first));
    const exported = isOne ? [first] : program.processes;
    return exported.map((process) => {
      const plain = isOne ? program.name : process.name;
      const names = [plain, `${program.group}-${plain}`].map(naming.nameOf);
      const name = freeName(names, taken);
      taken.add(name);
      return { name, program, process, count: isOne ? program.processes.length : 1 };
    });
  });
  return { config, users, processes, notes: daemonNotes(config) };
}

/** The processes that a name in `depends_on` or `part_of` stands for; a name without any is noted. */
export function processesOf(
  { processes }: ExportSubject,
  key: string,
  target: string,
  draft: { note(text: string): void },
): readonly ExportedProcess[] {
  const [group, process] = target.split(':');
  const found = processes.filter((one) => {
    const { program } = one;
    if (process === undefined) return program.name === group || program.group === group;
    return program.group === group && (process === '*' || namesOf(one).includes(process));
  });
  if (found.length === 0) draft.note(`${key}=${target}: it is not exported`);
  return found;
}

function namesOf({ program, process, count }: ExportedProcess): readonly string[] {
  return count === 1 ? [process.name] : program.processes.map(({ name }) => name);
}

function isListener(section: string): boolean {
  return section.startsWith('eventlistener:');
}

function isAlike(one: ProcessConfig, other: ProcessConfig): boolean {
  return isEqual({ ...one, name: '' }, { ...other, name: '' });
}

function freeName([plain = '', withGroup = plain]: readonly string[], taken: ReadonlySet<string>): string {
  if (!taken.has(plain)) return plain;
  let name = withGroup;
  for (let number = 2; taken.has(name); number += 1) {
    name = `${withGroup}-${number}`;
  }
  return name;
}

/** Limits that programs inherit from the daemon. */
const INHERITED = ['minfds', 'minprocs'] as const;

function daemonNotes({ daemon, servers, users, rpcInterfaces, programs }: Config): string[] {
  const plugins = rpcInterfaces.filter(({ plugin }) => plugin !== undefined);
  const sections = [
    ...servers.map(({ section }) => section),
    ...users.map(({ name }) => `user:${name}`),
    ...plugins.map(({ name }) => `rpcinterface:${name}`),
  ];
  const empty = programs.filter(({ processes }) => processes.length === 0);
  const listeners = programs.filter(({ section }) => isListener(section)).map(({ section }) => section);
  const limits = INHERITED.map((key) => rowOf(SUPERVISORD_OPTIONS, key)).filter(
    (walked) => fieldValue(daemon, walked) !== ownDefault(walked.row),
  );
  return [
    ...limits.map((walked) => `[supervisord] ${walked.key}=${fieldValue(daemon, walked)} has no counterpart`),
    ...sections.map((section) => `[${section}] has no counterpart`),
    ...empty.map(({ section }) => `[${section}] is not exported: it has no processes`),
    ...listeners.map((section) => `[${section}] is not exported: an event listener needs the daemon`),
  ];
}
