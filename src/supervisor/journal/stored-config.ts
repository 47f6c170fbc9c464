/**
 * The configuration of a process as it is kept in a journal: what the process was started with.
 *
 * The keys of version 0.1.0 have the shape that this version gave them, which never changes, so that it reads what is
 * written today. A later key is in an object of its own, by its name and as text, where it has not its default: its row
 * in the option table is all that it needs.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { isEqual } from '../../config/tables/equality.ts';
import type { ConfigOf, OptionTable } from '../../config/tables/option.ts';
import { FCGI_SOCKET_OPTIONS, PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowsOf, type Values, type WalkedRow, withValues } from '../../config/tables/record.ts';
import { systemUsers } from '../../config/tables/users.ts';
import type { FcgiSocketConfig, LogTarget, ProcessConfig } from '../../config/types.ts';
import {
  choice,
  dictionary,
  type Field,
  flag,
  isObject,
  type JsonObject,
  list,
  number,
  object,
  orNull,
  readFields,
  type Stored,
  text,
  unknownFields,
  writeFields,
} from './schema.ts';

const FIRST_VERSION = '0.1.0';

const AUTO: LogTarget = { kind: 'auto' };

const logTarget: Field<LogTarget> = {
  fallback: AUTO,
  read: (value) => {
    if (!isObject(value)) return undefined;
    const { kind, path } = value;
    if (kind === 'none' || kind === 'auto' || kind === 'syslog') return { kind };
    return kind === 'file' && typeof path === 'string' ? { kind, path } : undefined;
  },
};

const CHANNEL = {
  logfile: logTarget,
  maxBytes: number(50 * 1024 * 1024),
  backups: number(10),
  captureMaxBytes: number(0),
  eventsEnabled: flag(false),
  syslog: flag(false),
};

const UNIX_SOCKET = {
  kind: choice(['unix'], 'unix'),
  path: text(''),
  owner: orNull(object({ uid: number(-1), gid: number(-1) })),
  mode: number(0o700),
  backlog: orNull(number(0)),
};

const TCP_SOCKET = {
  kind: choice(['tcp'], 'tcp'),
  host: text(''),
  port: number(0),
  backlog: orNull(number(0)),
};

const socket: Field<Stored<typeof UNIX_SOCKET> | Stored<typeof TCP_SOCKET> | undefined> = {
  fallback: undefined,
  read: (value) => {
    if (!isObject(value)) return undefined;
    if (value.kind === 'unix') return readFields(UNIX_SOCKET, value);
    return value.kind === 'tcp' ? readFields(TCP_SOCKET, value) : undefined;
  },
  write: (value) => value && writeFields(value.kind === 'unix' ? UNIX_SOCKET : TCP_SOCKET, value),
};

/** Signals after the first: 0.1.0 had one. */
const laterStopSignals: Field<readonly number[]> = {
  ...list(number(0)),
  write: (value) => (value.length === 0 ? undefined : value),
};

/** The keys of 0.1.0, by the member that it had for each. */
const CONFIG = {
  name: text(''),
  command: text(''),
  directory: orNull(text('')),
  umask: orNull(number(0)),
  priority: number(999),
  autostart: flag(true),
  autorestart: choice(['always', 'never', 'unexpected'], 'unexpected'),
  startSeconds: number(1),
  startRetries: number(3),
  uid: orNull(number(0)),
  stdout: object(CHANNEL),
  stderr: object(CHANNEL),
  redirectStderr: flag(false),
  stopSignal: number(15),
  laterStopSignals,
  stopWaitSeconds: number(10),
  stopAsGroup: flag(false),
  killAsGroup: flag(false),
  exitCodes: list(number(0), [0]),
  environment: dictionary(text('')),
  serverUrl: orNull(text('')),
  socket,
};

type FirstConfig = Stored<typeof CONFIG>;

/** The members that a record of a process has for its configuration. */
export interface StoredConfig {
  readonly config: JsonObject;
  /** Texts by key, as in a configuration file; left out where all have their defaults. */
  readonly keys?: Readonly<Record<string, string>>;
}

export function writeConfig(config: ProcessConfig): StoredConfig {
  const keys: Record<string, string> = {};
  addLaterKeys(keys, PROGRAM_OPTIONS, config);
  if (config.socket !== undefined) addLaterKeys(keys, FCGI_SOCKET_OPTIONS, config.socket);
  // The types say that no key of 0.1.0 has values that it does not know.
  const first = writeFields(CONFIG, config satisfies Loose<FirstConfig>);
  return Object.keys(keys).length === 0 ? { config: first } : { config: first, keys };
}

/** Undefined where the record does not name the process. A key that it does not have has its default. */
export function readConfig({ config, keys }: JsonObject): ProcessConfig | undefined {
  if (!isObject(config) || typeof config.name !== 'string') return undefined;
  const texts = isObject(keys) ? keys : {};
  const { socket: firstSocket, stdout, stderr, ...first } = readFields(CONFIG, config);
  const defaults = defaultsOf(PROGRAM_OPTIONS);
  const read = withValues(
    {
      ...defaults,
      ...first,
      stdout: { ...defaults.stdout, ...stdout },
      stderr: { ...defaults.stderr, ...stderr },
    } satisfies ProcessConfig,
    laterValues(PROGRAM_OPTIONS, texts),
  );
  if (firstSocket === undefined) return read;
  const laterSocket = laterValues(FCGI_SOCKET_OPTIONS, texts);
  return { ...read, socket: withValues(firstSocket, laterSocket) satisfies FcgiSocketConfig };
}

/** What of the members this version does not know; undefined where it knows all. */
export function unknownConfig({ config, keys }: JsonObject): JsonObject | undefined {
  const unknown: Record<string, unknown> = {};
  const ofConfig = unknownFields(CONFIG, config);
  if (ofConfig !== undefined) unknown.config = ofConfig;
  const ofKeys = Object.entries(isObject(keys) ? keys : {}).filter(([key, value]) => !isRead(key, value));
  if (ofKeys.length > 0) unknown.keys = Object.fromEntries(ofKeys);
  return Object.keys(unknown).length === 0 ? undefined : unknown;
}

/** A configuration that has at least these members, and more. */
type Loose<T> = { readonly [K in keyof T]?: T[K] extends object ? Loose<T[K]> : T[K] };

function addLaterKeys(keys: Record<string, string>, table: OptionTable, config: object): void {
  for (const walked of laterRows(table)) {
    const value = fieldValue(config, walked);
    if (value !== undefined && value !== null && !isEqual(value, fieldValue(defaultsOf(table), walked))) {
      keys[walked.key] = walked.row.type.format(value);
    }
  }
}

function laterValues(table: OptionTable, texts: JsonObject): Values {
  const defaults = defaultsOf(table);
  const values: Values = new Map();
  for (const walked of laterRows(table)) {
    values.set(walked, parsed(walked, texts[walked.key]) ?? fieldValue(defaults, walked));
  }
  return values;
}

function isRead(key: string, value: unknown): boolean {
  const walked = [PROGRAM_OPTIONS, FCGI_SOCKET_OPTIONS]
    .flatMap((table) => laterRows(table))
    .find((row) => row.key === key);
  return walked !== undefined && parsed(walked, value) !== undefined;
}

/** Undefined for what the type of the key does not take. */
function parsed({ row }: WalkedRow, value: unknown): unknown {
  if (typeof value !== 'string') return undefined;
  try {
    return row.type.parse(value, { users: systemUsers, environment: {} });
  } catch {
    return undefined;
  }
}

/** Rows that 0.1.0 did not have, and whose values are in the configuration. */
function laterRows(table: OptionTable): readonly WalkedRow[] {
  let rows = LATER.get(table);
  if (rows === undefined) {
    rows = rowsOf(table).filter(
      ({ row, head }) => row.since !== FIRST_VERSION && head !== null && head !== '*',
    );
    LATER.set(table, rows);
  }
  return rows;
}

function defaultsOf<T extends OptionTable>(table: T): ConfigOf<T> {
  const defaults = DEFAULTS.get(table) ?? defaultConfig(table);
  DEFAULTS.set(table, defaults);
  return defaults as ConfigOf<T>;
}

const DEFAULTS = new WeakMap<OptionTable, object>();

const LATER = new WeakMap<OptionTable, readonly WalkedRow[]>();
