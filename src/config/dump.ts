/**
 * The effective configuration as text: everything expanded, every default in place.
 *
 * @module
 */
import { parse, safe, stringify } from 'ini';
import { INET_SERVER_OPTIONS, SUPERVISORD_OPTIONS, UNIX_SERVER_OPTIONS } from './tables/daemon-options.ts';
import type { OptionTable } from './tables/option.ts';
import {
  FCGI_SOCKET_OPTIONS,
  GROUP_OPTIONS,
  POOL_OPTIONS,
  PROGRAM_OPTIONS,
} from './tables/program-options.ts';
import { fieldValue, rowsOf } from './tables/record.ts';
import { logFile } from './tables/values.ts';
import type { Config, DaemonConfig, DaemonValues, GroupConfig } from './types.ts';

/** Sections by name, keys by name; `ini` knows no difference between the text `true` and the boolean. */
export type DumpData = Record<string, Record<string, string | boolean | null>>;

/**
 * Writes a configuration. Every process is a section of its own, `program:NAME` or `program:GROUP:NAME`;
 * section names and keys that the format cannot carry are percent-encoded.
 */
export function dumpConfig(config: Config): string {
  const sections = Object.entries(dumpData(config)).map(([section, keys]) => [section, escapeValues(keys)]);
  return stringify(Object.fromEntries(sections));
}

/** Reads a dump back: the data that `dumpData` gave. */
export function parseDump(text: string): DumpData {
  return parse(text) as DumpData;
}

/** What a dump holds. */
export function dumpData(config: Config): DumpData {
  const data = new Map<string, Record<string, string | boolean | null>>();
  const put = (section: string, keys: Record<string, string>): void => {
    data.set(
      encodeName(section),
      Object.fromEntries(Object.entries(keys).map(([key, value]) => [encodeName(key), readable(value)])),
    );
  };
  put('supervisord', show(SUPERVISORD_OPTIONS, daemonValues(config.daemon)));
  for (const server of config.servers)
    put(server.section, show(server.kind === 'unix' ? UNIX_SERVER_OPTIONS : INET_SERVER_OPTIONS, server));
  for (const { name, factory, options } of config.rpcInterfaces) {
    put(`rpcinterface:${name}`, { 'supervisor.rpcinterface_factory': factory, ...options });
  }
  for (const group of config.groups) {
    if (group.pool === undefined) put(`group:${group.name}`, showGroup(group));
    else put(`eventlistener:${group.name}`, show(POOL_OPTIONS, group));
    for (const program of group.processes) {
      const name = program.name === group.name ? program.name : `${group.name}:${program.name}`;
      if (program.socket === undefined) put(`program:${name}`, show(PROGRAM_OPTIONS, program));
      else
        put(`fcgi-program:${name}`, {
          ...show(PROGRAM_OPTIONS, program),
          ...show(FCGI_SOCKET_OPTIONS, program.socket),
        });
    }
  }
  return Object.fromEntries(data);
}

/** The texts of all keys that have a value. */
function show(table: OptionTable, config: object): Record<string, string> {
  const shown: [string, string][] = [];
  for (const walked of rowsOf(table)) {
    const value = fieldValue(config, walked);
    if (value !== undefined && (value !== null || !walked.row.isNullable)) {
      shown.push([walked.key, walked.row.type.format(value)]);
    }
  }
  return Object.fromEntries(shown);
}

/** As it would stand in the file: the reader resolves the rest. */
function daemonValues(daemon: DaemonConfig): DaemonValues {
  return { ...daemon, logfile: logFile.format(daemon.logfile), user: daemon.user?.text ?? null };
}

function showGroup(group: GroupConfig): Record<string, string> {
  return { programs: group.processes.map(({ name }) => name).join(','), ...show(GROUP_OPTIONS, group) };
}

/** The value that `ini` gives back for a text; its lines cannot hold the separators that Unicode has for them. */
function readable(text: string): string | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text === 'null' ? null : text.replace(/[\u2028\u2029]/g, '\n');
}

/** Doubles the backslashes that `ini` would take for its own; it escapes nothing but `;` and `#` outside of quotes. */
function escapeValues(keys: DumpData[string]): DumpData[string] {
  return Object.fromEntries(
    Object.entries(keys).map(([key, value]) => [
      key,
      typeof value === 'string' && safe(value) !== JSON.stringify(value)
        ? value.replaceAll('\\', '\\\\')
        : value,
    ]),
  );
}

function encodeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}_.:@/-]/gu, (character) => encodeURIComponent(character));
}
