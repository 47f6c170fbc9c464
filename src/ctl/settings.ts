/**
 * The settings of the client: the `[supervisorctl]` section by its table, and the `[ctlplugin:x]` sections.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
import { homedir, hostname } from 'node:os';
import type { Host } from '../config/host.ts';
import {
  CTL_PLUGIN_OPTIONS,
  clientPath,
  SUPERVISORCTL_OPTIONS,
  serverAddress,
} from '../config/tables/client-options.ts';
import type { NodeAddress } from '../config/tables/node-list.ts';
import type { ConfigOf, Option, OptionTable } from '../config/tables/option.ts';
import { readDialect } from '../config/text/dialect.ts';
import { environmentNames, expand, extendScope, type Scope } from '../config/text/expansion.ts';
import { absolutePath, folderOf } from '../config/text/paths.ts';
import { configurationPlaces } from '../config/text/search-path.ts';
import { Source } from '../config/text/source.ts';
import { decodeUtf8 } from '../config/text/utf8.ts';
import { ConfigError } from '../config/types.ts';
import { existsSync, readFileSync } from '../io/files.ts';
import type { FormatValue } from '../python/format.ts';
import type { PluginSection } from './plugins/plugin.ts';
import type { Fleet } from './wire/fleet.ts';

/** The values of the rows of `[supervisorctl]`. */
type SectionSettings = ConfigOf<typeof SUPERVISORCTL_OPTIONS>;

export interface ClientSettings extends SectionSettings {
  /** The `[ctlplugin:x]` sections, in their order. */
  readonly plugins: readonly PluginSection[];
  /** The pidfile of the daemon; null if the file does not have the key. */
  readonly pidfile: string | null;
}

/** A file that breaks the rules of the dialect. The reference exits with 1 for it, and with 2 for all other errors. */
export class UnreadableConfigError extends ConfigError {}

/** The first byte of a byte order mark in UTF-8. */
const BYTE_ORDER_MARK = 0xef;

/** The longest time of a timer; a longer one fires at once. */
const LONGEST_TIMER_MS = 2 ** 30;

const UNIX = 'unix://';

/** No value of the client names a user. The look-up of `~user` is loaded when a path has it. */
const HOST: Host = {
  environment: {},
  users: {
    userByName: () => null,
    userById: () => null,
    groupByName: () => null,
    groupById: () => null,
  },
};

/** The settings without a file. */
export const DEFAULT_SETTINGS: ClientSettings = {
  ...readRows(SUPERVISORCTL_OPTIONS, () => null),
  plugins: [],
  pidfile: null,
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The first configuration in the usual places; null where none exists. */
export function findConfigFile(program: string): string | null {
  return configurationPlaces(program).find((place) => existsSync(place)) ?? null;
}

/**
 * Reads the sections of the client.
 *
 * @param bytes the content of the file, if it has been read already
 * @throws ConfigError; the message is the text behind `Error: `
 */
export async function readClientSettings(
  file: string,
  environment: Environment,
  bytes: Buffer = readMainFile(file),
): Promise<ClientSettings> {
  const here = folderOf(absolutePath(file));
  const inherited = lazyScope(environment);
  const withHere = extendScope(inherited, new Map([['here', here]]));
  const source = await readSource({ file, bytes, here, inherited }, 'supervisorctl');
  if (source === null) throw new ConfigError('.ini file does not include supervisorctl section');
  const section = readRows(SUPERVISORCTL_OPTIONS, (key, { type }) => {
    const text = source.get('supervisorctl', key);
    // The reference knows `here` in the keys that hold a path.
    const scope = type === serverAddress || type === clientPath ? withHere : inherited;
    return text === null ? null : expand(text, scope, `supervisorctl.${key}`);
  });
  const { serverUrl, historyFile } = section;
  const pathOf = async (path: string | null): Promise<string | null> =>
    path === null || path === '' ? null : fullPath(path, environment);
  const passwordFile = await pathOf(section.passwordFile);
  return {
    ...section,
    passwordFile,
    password: section.password ?? firstLine('password_file', passwordFile),
    caFile: await pathOf(section.caFile),
    certFile: await pathOf(section.certFile),
    keyFile: await pathOf(section.keyFile),
    serverUrl: serverUrl.startsWith(UNIX)
      ? `${UNIX}${await fullPath(serverUrl.slice(UNIX.length), environment)}`
      : serverUrl,
    historyFile: await pathOf(historyFile),
    plugins: readPlugins(source, withHere),
    pidfile: await pathOf(readPidfile(source, withHere)),
  };
}

/**
 * Reads the `[fleet]` section, of the file or of one that it includes.
 *
 * @param bytes the content of the file, if it has been read already
 * @param discover the nodes that an engine has, for a section without `nodes`
 * @returns null where no file has the section
 * @throws ConfigError; the message is the text behind `Error: `
 */
export async function readFleet(
  file: string,
  environment: Environment,
  bytes: Buffer = readMainFile(file),
  discover: (() => Promise<readonly NodeAddress[]>) | null = null,
): Promise<Fleet | null> {
  const here = folderOf(absolutePath(file));
  const inherited = lazyScope(environment);
  const scope = extendScope(inherited, new Map([['here', here]]));
  const source = await readSource({ file, bytes, here, inherited }, 'fleet');
  if (source === null) return null;
  const { FLEET_OPTIONS } = await import('../config/tables/fleet-options.ts');
  const section = readRows(FLEET_OPTIONS, (key) => {
    const text = source.get('fleet', key);
    return text === null ? null : expand(text, scope, `fleet.${key}`);
  });
  const pathOf = async (path: string | null): Promise<string | null> =>
    path === null || path === '' ? null : fullPath(path, environment);
  const username = section.username ?? firstLine('username_file', await pathOf(section.usernameFile));
  const password = section.password ?? firstLine('password_file', await pathOf(section.passwordFile));
  const limitMs = Math.min(section.timeoutSeconds * 1000, LONGEST_TIMER_MS);
  const tls = {
    caFile: await pathOf(section.caFile),
    certFile: await pathOf(section.certFile),
    keyFile: await pathOf(section.keyFile),
  };
  const hasEngine = source.get('fleet', 'engine') !== null;
  const listed = section.nodes ?? (hasEngine ? await discover?.() : null);
  if (!listed) throw new ConfigError('section [fleet] does not specify nodes');
  const nodes = listed.map(({ name, url }) => ({
    name,
    // The limit ends the wait first, with its own error.
    connection: { serverUrl: url, username, password, silenceMs: 2 * limitMs, tls },
  }));
  return { name: section.name, nodes, hasEngine, limitMs };
}

/** The values of the rows, in their order; null from `textOf` is the default. @throws ConfigError */
function readRows<T extends OptionTable>(
  table: T,
  textOf: (key: string, row: Option) => string | null,
): ConfigOf<T> {
  const values: Record<string, unknown> = {};
  for (const [key, row] of Object.entries<Option>(table)) {
    const text = textOf(key, row) ?? row.default;
    if (text === null && row.missing !== null) throw new ConfigError(row.missing);
    values[row.field ?? key] = text === null ? null : row.type.parse(text, HOST);
  }
  return values as unknown as ConfigOf<T>;
}

/** The names of the environment, collected when a value uses one. */
function lazyScope(environment: Environment): Scope {
  let names: ReadonlyMap<string, FormatValue> | null = null;
  return {
    outer: null,
    get values() {
      names ??= environmentNames(environment);
      return names;
    },
    find(name) {
      return this.values.get(name);
    },
    all() {
      return this.values;
    },
  };
}

interface MainFile {
  readonly file: string;
  readonly bytes: Buffer;
  readonly here: string;
  readonly inherited: Scope;
}

/** The main file if it has the section, else all files if an included one has it; null if no file has it. */
async function readSource(
  { file, bytes, here, inherited }: MainFile,
  section: string,
): Promise<Source | null> {
  const source = new Source();
  try {
    readDialect(decoded(bytes), file, source);
  } catch (error) {
    throw error instanceof ConfigError ? new UnreadableConfigError(error.message) : error;
  }
  if (source.sections.has(section)) return source;
  if (source.sections.has('include')) {
    const include = await import('../config/text/include.ts');
    const machineNames = new Map([
      ['here', here],
      ['host_node_name', hostname()],
    ]);
    const whole = include.readSource({
      file,
      here,
      scope: extendScope(inherited, machineNames),
      messages: { warn: [], info: [] },
      // A pipe can be read only once.
      readFile: (path) => (path === file ? bytes : readFileSync(path)),
    });
    if (whole.sections.has(section)) return whole;
  }
  return null;
}

/** The first line of the file of a key; null without a file. @throws ConfigError */
function firstLine(key: string, path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path).toString().split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new ConfigError(`${key} ${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** @throws ConfigError */
export function readMainFile(file: string): Buffer {
  if (!existsSync(file)) throw new ConfigError(`could not find config file ${file}`);
  try {
    return readFileSync(file);
  } catch {
    throw new ConfigError(`could not read config file ${file}`);
  }
}

/** The decoder is loaded only for text with an error. @throws ConfigError */
function decoded(bytes: Buffer): string {
  return isUtf8(bytes) && bytes[0] !== BYTE_ORDER_MARK ? bytes.toString() : decodeUtf8(bytes);
}

/** Null also for a value that only the daemon can expand. */
function readPidfile(source: Source, scope: Scope): string | null {
  const text = source.get('supervisord', 'pidfile');
  try {
    return text === null ? null : expand(text, scope, 'supervisord.pidfile');
  } catch {
    return null;
  }
}

const PLUGIN_PREFIX = 'ctlplugin:';
const FACTORY_KEY: keyof typeof CTL_PLUGIN_OPTIONS = 'supervisor.ctl_factory';

/** @throws ConfigError for a section without a factory */
function readPlugins(source: Source, scope: Scope): PluginSection[] {
  const { missing, type } = CTL_PLUGIN_OPTIONS[FACTORY_KEY];
  const plugins: PluginSection[] = [];
  for (const [section, keys] of source.sections) {
    if (!section.startsWith(PLUGIN_PREFIX)) continue;
    const read = (key: string): string | null => {
      const text = source.get(section, key);
      return text === null ? null : expand(text, scope, `${section}.${key}`);
    };
    const named = read(FACTORY_KEY);
    if (named === null) throw new ConfigError(missing?.replace('{section}', () => section) ?? section);
    const options: Record<string, string> = {};
    for (const key of keys.keys()) if (key !== FACTORY_KEY) options[key] = read(key) ?? '';
    plugins.push({ name: section.slice(PLUGIN_PREFIX.length), factory: type.parse(named, HOST), options });
  }
  return plugins;
}

async function fullPath(path: string, environment: Environment): Promise<string> {
  if (!path.startsWith('~')) return absolutePath(path);
  if (path === '~' || path.startsWith('~/'))
    return absolutePath((environment.HOME ?? homedir()) + path.slice(1));
  const [{ normalizePath }, { systemUsers }] = await Promise.all([
    import('../config/text/paths.ts'),
    import('../config/tables/users.ts'),
  ]);
  return normalizePath(path, { environment, users: systemUsers });
}
