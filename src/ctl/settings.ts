/**
 * What the client is told by its command line and by the `[supervisorctl]` section.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer';
import { homedir, hostname } from 'node:os';
import { readDialect } from '../config/text/dialect.ts';
import { environmentNames, expand, extendScope, type Scope } from '../config/text/expansion.ts';
import { absolutePath, folderOf } from '../config/text/paths.ts';
import { configurationPlaces } from '../config/text/search-path.ts';
import { Source } from '../config/text/source.ts';
import { decodeUtf8 } from '../config/text/utf8.ts';
import { ConfigError } from '../config/types.ts';
import { existsSync, readFileSync } from '../io/files.ts';
import { entryPointText } from '../python/entry-point.ts';
import type { FormatValue } from '../python/format.ts';
import type { PluginSection } from './plugins/plugin.ts';

export interface ClientSettings {
  readonly serverUrl: string;
  readonly prompt: string;
  readonly username: string | null;
  readonly password: string | null;
  readonly historyFile: string | null;
  /** The `[ctlplugin:x]` sections, in their order. */
  readonly plugins: readonly PluginSection[];
}

/** A file that breaks the rules of the dialect; the reference's client ends with 1 there, and with 2 for all else. */
export class UnreadableConfigError extends ConfigError {}

/** The first byte of one in UTF-8. */
const BYTE_ORDER_MARK = 0xef;

const DEFAULT_URL = 'http://localhost:9001';

/** What holds where no file says otherwise. */
export const DEFAULT_SETTINGS: ClientSettings = {
  serverUrl: DEFAULT_URL,
  prompt: 'supervisor',
  username: null,
  password: null,
  historyFile: null,
  plugins: [],
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The first configuration in the usual places; null where none exists. */
export function findConfigFile(program: string): string | null {
  return configurationPlaces(program).find((place) => existsSync(place)) ?? null;
}

/**
 * Reads the `[supervisorctl]` section.
 *
 * @throws ConfigError with what follows `Error: `
 */
export async function readClientSettings(file: string, environment: Environment): Promise<ClientSettings> {
  const here = folderOf(absolutePath(file));
  const inherited = lazyScope(environment);
  const withHere = extendScope(inherited, new Map([['here', here]]));
  const source = await readSource(file, here, inherited);
  const read = (key: string, scope: Scope): string | null => {
    const text = source.get('supervisorctl', key);
    return text === null ? null : expand(text, scope, `supervisorctl.${key}`);
  };
  const plugins = readPlugins(source, withHere);
  const serverUrl = read('serverurl', withHere) ?? DEFAULT_URL;
  const historyFile = read('history_file', withHere);
  return {
    serverUrl: serverUrl.startsWith('unix://')
      ? `unix://${await fullPath(serverUrl.slice('unix://'.length), environment)}`
      : serverUrl,
    prompt: read('prompt', inherited) ?? DEFAULT_SETTINGS.prompt,
    username: read('username', inherited),
    password: read('password', inherited),
    historyFile: historyFile === null || historyFile === '' ? null : await fullPath(historyFile, environment),
    plugins,
  };
}

/** The environment's names, collected when a value asks for one. */
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

/** The main file, and only if it has no section for us what it includes. */
async function readSource(file: string, here: string, inherited: Scope): Promise<Source> {
  const source = new Source();
  const bytes = readMainFile(file);
  try {
    readDialect(decoded(bytes), file, source);
  } catch (error) {
    throw error instanceof ConfigError ? new UnreadableConfigError(error.message) : error;
  }
  if (source.sections.has('supervisorctl')) return source;
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
    if (whole.sections.has('supervisorctl')) return whole;
  }
  throw new ConfigError('.ini file does not include supervisorctl section');
}

function readMainFile(file: string): Buffer {
  if (!existsSync(file)) throw new ConfigError(`could not find config file ${file}`);
  try {
    return readFileSync(file);
  } catch {
    throw new ConfigError(`could not read config file ${file}`);
  }
}

/** The decoder is only loaded for text that it reports an error for. @throws ConfigError */
function decoded(bytes: Buffer): string {
  return isUtf8(bytes) && bytes[0] !== BYTE_ORDER_MARK ? bytes.toString() : decodeUtf8(bytes);
}

const PLUGIN_PREFIX = 'ctlplugin:';
const FACTORY_KEY = 'supervisor.ctl_factory';

/** @throws ConfigError for a section without a factory */
function readPlugins(source: Source, scope: Scope): PluginSection[] {
  const plugins: PluginSection[] = [];
  for (const [section, keys] of source.sections) {
    if (!section.startsWith(PLUGIN_PREFIX)) continue;
    const read = (key: string): string | null => {
      const text = source.get(section, key);
      return text === null ? null : expand(text, scope, `${section}.${key}`);
    };
    const named = read(FACTORY_KEY);
    if (named === null) throw new ConfigError(`section [${section}] does not specify a ${FACTORY_KEY}`);
    const options: Record<string, string> = {};
    for (const key of keys.keys()) if (key !== FACTORY_KEY) options[key] = read(key) ?? '';
    plugins.push({ name: section.slice(PLUGIN_PREFIX.length), factory: entryPointText(named), options });
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
