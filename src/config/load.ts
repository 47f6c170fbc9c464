/**
 * From a file to a configuration.
 *
 * @module
 */
import { hostname } from 'node:os';
import type { Host, UserDatabase } from './host.ts';
import { publicFileWarnings } from './sections/credentials.ts';
import { type DaemonOverrides, readDaemonSection, resolveDaemon } from './sections/daemon.ts';
import { extensionsInUse, readReadingKeys } from './sections/extensions.ts';
import { readFleet } from './sections/fleet.ts';
import { readFleetNodes } from './sections/fleet-nodes.ts';
import { readGroups } from './sections/groups.ts';
import { applyProgramDefaults } from './sections/program-defaults.ts';
import { readRpcInterfaces } from './sections/rpc-interfaces.ts';
import { readServers } from './sections/servers.ts';
import { checkUsers, readUsers } from './sections/users.ts';
import { SUPERVISORD_OPTIONS } from './tables/daemon-options.ts';
import { fieldValue, rowOf } from './tables/record.ts';
import { rememberUsers, systemUsers } from './tables/users.ts';
import { environmentNames, extendScope } from './text/expansion.ts';
import { readSource } from './text/include.ts';
import { absolutePath, folderOf } from './text/paths.ts';
import type { Source } from './text/source.ts';
import type { Config, ConfigMessages, GroupConfig, ProgramConfig } from './types.ts';

export type { DaemonOverrides } from './sections/daemon.ts';

export interface LoadOptions {
  /** Path of the main file, as the user gave it. */
  readonly file: string;
  /** The daemon's environment, for `%(ENV_X)s` and `~`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the command line sets; it wins over the file. */
  readonly overrides?: DaemonOverrides;
  /** How a file is read; from its path if left out. @throws ErrnoException */
  readonly readFile?: (path: string) => Buffer;
  /** See `SourceOptions`. */
  readonly takesEndlessFiles?: boolean;
  /** Where users and groups are looked up; the system's database if left out. */
  readonly users?: UserDatabase;
  /** Whether a folder exists that the configuration names; asks this machine if left out. */
  readonly isFolder?: (path: string) => boolean;
}

/**
 * Reads, expands and checks a configuration with all that it includes.
 *
 * @throws ConfigError with the reference's text
 */
export function loadConfig({ overrides, ...options }: LoadOptions): Config {
  return readConfig(openConfig(options), overrides);
}

/** The texts of a configuration, not yet expanded or checked. */
export interface OpenedConfig {
  readonly file: string;
  readonly source: Source;
  readonly host: Host;
  readonly messages: ConfigMessages;
}

/** Reads the files of a configuration. @throws ConfigError */
export function openConfig({
  file,
  environment,
  readFile,
  takesEndlessFiles,
  users = systemUsers,
  isFolder,
}: Omit<LoadOptions, 'overrides'>): OpenedConfig {
  const host: Host = { users: rememberUsers(users), environment, isFolder };
  const here = folderOf(absolutePath(file));
  const messages = { critical: [], warn: [], info: [] };
  const scope = extendScope(extendScope(null, environmentNames(environment)), namesOfMachine(here));
  return {
    file,
    source: readSource({ file, here, scope, messages, readFile, takesEndlessFiles }),
    host,
    messages,
  };
}

/** Expands and checks the texts of a configuration; programs get the keys of `[program-default]`. @throws ConfigError */
export function readConfig(opened: OpenedConfig, overrides: DaemonOverrides = {}): Config {
  const { file, source, host } = opened;
  const here = folderOf(absolutePath(file));
  const machineNames = namesOfMachine(here);
  const { critical, warn, info } = opened.messages;
  const messages = { critical, warn: [...warn], info: [...info] };

  const inherited = extendScope(null, environmentNames(host.environment));
  const inheritedWithMachine = extendScope(inherited, machineNames);
  const inheritedWithHere = extendScope(inherited, new Map([['here', here]]));
  const reading = { file, source, host };
  readReadingKeys(reading, inheritedWithMachine);
  const extensions = extensionsInUse(reading);
  applyProgramDefaults(source);
  const values = readDaemonSection(reading, inheritedWithHere, inheritedWithMachine);

  const environmentScope = extendScope(inherited, environmentNames(values.environment));
  const hereScope = extendScope(environmentScope, new Map([['here', here]]));
  const rpcInterfaces = readRpcInterfaces(reading, environmentScope);
  const context = {
    ...reading,
    daemonValue: (key: string) => fieldValue(values, rowOf(SUPERVISORD_OPTIONS, key)),
    scope: extendScope(environmentScope, machineNames),
    environment: values.environment,
    warnings: messages.warn,
    programs: [] as ProgramConfig[],
  };
  const groups = readGroups(context, hereScope);
  const servers = readServers(reading, environmentScope, hereScope);
  const httpUsers = readUsers(reading, hereScope);
  checkUsers(httpUsers, servers);
  messages.warn.push(...publicFileWarnings(servers, httpUsers));
  if (extensions !== null) {
    messages.info.push(extensions);
  }
  const daemon = resolveDaemon(values, overrides, host);
  const fleetNodes = hasNodes(source) ? readFleetNodes(reading, hereScope, messages.warn) : null;
  const fleet = mayHaveFleet(source, groups) ? readFleet(reading, context.scope, groups) : null;
  return {
    file,
    daemon,
    servers,
    users: httpUsers,
    groups,
    programs: inOrderOf(groups, context.programs),
    rpcInterfaces,
    fleetNodes,
    fleet,
    includedFrom: source.includedFrom,
    messages,
  };
}

function hasNodes(source: Source): boolean {
  return source.hasExtensions && source.sections.has('fleet') && source.get('fleet', 'nodes') !== null;
}

function mayHaveFleet(source: Source, groups: readonly GroupConfig[]): boolean {
  return (
    (source.hasExtensions && source.sections.has('fleet') && source.get('fleet', 'engine') !== null) ||
    groups.some(({ processes }) => processes.some(({ placement }) => placement.count > 0))
  );
}

function namesOfMachine(here: string): Map<string, string> {
  return new Map([
    ['here', here],
    ['host_node_name', hostname()],
  ]);
}

function inOrderOf(groups: readonly GroupConfig[], programs: readonly ProgramConfig[]): ProgramConfig[] {
  const positions = new Map(groups.map(({ name }, index) => [name, index]));
  const positionOf = ({ group }: ProgramConfig): number => positions.get(group) ?? 0;
  return [...programs].sort((a, b) => positionOf(a) - positionOf(b));
}
