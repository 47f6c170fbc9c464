/**
 * The configuration of a process as it is kept in a journal: what the process was started with.
 *
 * The keys of version 0.1.0 keep the format of that version, so that it can read what is written today. Later keys
 * are texts in an object of their own, unless they have their defaults; the option table describes them.
 *
 * @module
 */
import { defaultConfig } from '../../config/tables/defaults.ts';
import { isEqual } from '../../config/tables/equality.ts';
import { filesOf, logFile } from '../../config/tables/log-target.ts';
import type { ConfigOf, OptionTable, ValueType } from '../../config/tables/option.ts';
import { FCGI_SOCKET_OPTIONS, PROGRAM_OPTIONS } from '../../config/tables/program-options.ts';
import { fieldValue, rowsOf, type Values, type WalkedRow, withValues } from '../../config/tables/record.ts';
import { systemUsers } from '../../config/tables/users.ts';
import type { ChannelConfig, FcgiSocketConfig, LogTarget, ProcessConfig } from '../../config/types.ts';
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
};

/** Signals after the first, which are left out where there are none: 0.1.0 had one. */
const laterStopSignals: Field<readonly number[]> = list(number(0));

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

type WrittenConfig = Omit<FirstConfig, 'laterStopSignals'> & {
  readonly laterStopSignals: readonly number[] | undefined;
};

/** The members that a record of a process has for its configuration. */
export interface StoredConfig {
  readonly config: WrittenConfig;
  /** Texts by key, as in a configuration file; left out where all have their defaults. */
  readonly keys?: Readonly<Record<string, string>>;
}

export function writeConfig(config: ProcessConfig): StoredConfig {
  const keys = laterKeysOf(config);
  return keys === NO_KEYS ? { config: first(config) } : { config: first(config), keys };
}

type Keys = Readonly<Record<string, string>>;

const NO_KEYS: Keys = {};

/** A program that is restarted is written with its configuration each time: the table is walked once. */
const LATER_KEYS = new WeakMap<ProcessConfig, Keys>();

function laterKeysOf(config: ProcessConfig): Keys {
  let keys = LATER_KEYS.get(config);
  if (keys === undefined) {
    keys = collectLaterKeys(config);
    LATER_KEYS.set(config, keys);
  }
  return keys;
}

function collectLaterKeys(config: ProcessConfig): Keys {
  const keys: Record<string, string> = {};
  addLaterKeys(keys, PROGRAM_OPTIONS, config);
  if (config.socket !== undefined) addLaterKeys(keys, FCGI_SOCKET_OPTIONS, config.socket);
  for (const [key, channel] of LOGFILE_KEYS) {
    const { logfile } = config[channel];
    if (logfile.kind === 'list') keys[key] = logFile.format(logfile);
  }
  return Object.keys(keys).length === 0 ? NO_KEYS : keys;
}

/** The members of 0.1.0. Its types hold: a key may not get values that this version does not know. */
function first(config: ProcessConfig): WrittenConfig {
  const { laterStopSignals } = config;
  return {
    name: config.name,
    command: config.command,
    directory: config.directory,
    umask: config.umask,
    priority: config.priority,
    autostart: config.autostart,
    autorestart: config.autorestart,
    startSeconds: config.startSeconds,
    startRetries: config.startRetries,
    uid: config.uid,
    stdout: firstChannel(config.stdout),
    stderr: firstChannel(config.stderr),
    redirectStderr: config.redirectStderr,
    stopSignal: config.stopSignal,
    laterStopSignals: laterStopSignals.length === 0 ? undefined : laterStopSignals,
    stopWaitSeconds: config.stopWaitSeconds,
    stopAsGroup: config.stopAsGroup,
    killAsGroup: config.killAsGroup,
    exitCodes: config.exitCodes,
    environment: config.environment,
    serverUrl: config.serverUrl,
    socket: config.socket && firstSocket(config.socket),
  };
}

/** Keys of 0.1.0 that have values today which 0.1.0 did not know. */
const LOGFILE_KEYS = [
  ['stdout_logfile', 'stdout'],
  ['stderr_logfile', 'stderr'],
] as const;

function firstChannel(channel: ChannelConfig): Stored<typeof CHANNEL> {
  const { maxBytes, backups, captureMaxBytes, eventsEnabled, syslog } = channel;
  const logfile = firstLogfile(channel.logfile);
  return { logfile, maxBytes, backups, captureMaxBytes, eventsEnabled, syslog };
}

/** Of several files the first. */
function firstLogfile(logfile: LogTarget): LogTarget {
  if (logfile.kind !== 'list') return logfile;
  const [path] = filesOf(logfile);
  return path === undefined ? { kind: 'none' } : { kind: 'file', path };
}

/** The log of a channel, where the texts have one that 0.1.0 did not know. */
function laterLogfile(texts: JsonObject, key: string): { readonly logfile: LogTarget } | undefined {
  const logfile = parsedAs(logFile, texts[key]);
  return logfile?.kind === 'list' ? { logfile } : undefined;
}

function firstSocket(config: FcgiSocketConfig): FirstConfig['socket'] {
  if (config.kind === 'unix') {
    const { kind, path, owner, mode, backlog } = config;
    return { kind, path, owner, mode, backlog };
  }
  const { kind, host, port, backlog } = config;
  return { kind, host, port, backlog };
}

/** Undefined where the record does not name the process. A key that it does not have has its default. */
export function readConfig({ config, keys }: JsonObject): ProcessConfig | undefined {
  if (!isObject(config) || typeof config.name !== 'string') return undefined;
  const texts = isObject(keys) ? keys : {};
  const { socket: storedSocket, stdout, stderr, ...members } = readFields(CONFIG, config);
  const defaults = defaultsOf(PROGRAM_OPTIONS);
  const read = withValues(
    {
      ...defaults,
      ...members,
      stdout: { ...defaults.stdout, ...stdout, ...laterLogfile(texts, 'stdout_logfile') },
      stderr: { ...defaults.stderr, ...stderr, ...laterLogfile(texts, 'stderr_logfile') },
    } satisfies ProcessConfig,
    laterValues(PROGRAM_OPTIONS, texts),
  );
  if (storedSocket === undefined) return read;
  const laterSocket = laterValues(FCGI_SOCKET_OPTIONS, texts);
  return { ...read, socket: withValues(storedSocket, laterSocket) satisfies FcgiSocketConfig };
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

function addLaterKeys(keys: Record<string, string>, table: OptionTable, config: object): void {
  for (const { walked, standard } of laterRows(table)) {
    const value = fieldValue(config, walked);
    if (walked.head === '*') {
      const text = walked.row.type.format(config);
      if (text !== walked.row.type.format(standard)) keys[walked.key] = text;
    } else if (value !== standard && value !== undefined && value !== null && !isEqual(value, standard)) {
      keys[walked.key] = walked.row.type.format(value);
    }
  }
}

function laterValues(table: OptionTable, texts: JsonObject): Values {
  const values: Values = new Map();
  for (const { walked, standard } of laterRows(table)) {
    const value = parsed(walked, texts[walked.key]);
    // The members of a `*` have their defaults already.
    if (value !== undefined || walked.head !== '*') values.set(walked, value ?? standard);
  }
  return values;
}

function isRead(key: string, value: unknown): boolean {
  if (LOGFILE_KEYS.some(([one]) => one === key)) return parsedAs(logFile, value)?.kind === 'list';
  const later = [PROGRAM_OPTIONS, FCGI_SOCKET_OPTIONS]
    .flatMap((table) => laterRows(table))
    .find(({ walked }) => walked.key === key);
  return later !== undefined && parsed(later.walked, value) !== undefined;
}

function parsed({ row }: WalkedRow, value: unknown): unknown {
  return parsedAs(row.type, value);
}

/** Undefined for what the type does not take. */
function parsedAs<V>(type: ValueType<V>, value: unknown): V | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return type.parse(value, { users: systemUsers, environment: {} });
  } catch {
    return undefined;
  }
}

interface LaterRow {
  readonly walked: WalkedRow;
  readonly standard: unknown;
}

/** Rows that 0.1.0 did not have, and whose values are in the configuration. */
function laterRows(table: OptionTable): readonly LaterRow[] {
  let rows = LATER.get(table);
  if (rows === undefined) {
    const defaults = defaultsOf(table);
    rows = rowsOf(table)
      .filter(({ row, head }) => row.since !== FIRST_VERSION && head !== null)
      .map((walked) => ({ walked, standard: fieldValue(defaults, walked) }));
    LATER.set(table, rows);
  }
  return rows;
}

const LATER = new WeakMap<OptionTable, readonly LaterRow[]>();

function defaultsOf<T extends OptionTable>(table: T): ConfigOf<T> {
  const defaults = DEFAULTS.get(table) ?? defaultConfig(table);
  DEFAULTS.set(table, defaults);
  return defaults as ConfigOf<T>;
}

const DEFAULTS = new WeakMap<OptionTable, object>();
