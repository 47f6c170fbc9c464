/**
 * The configuration of a process as it is kept in a journal: what the process was started with. The shape is that of
 * version 0.1.0, so that any later version and 0.1.0 itself can compare it.
 *
 * @module
 */
import type { ChannelConfig, FcgiSocketConfig, LogTarget, ProcessConfig } from '../../config/types.ts';
import {
  choice,
  dictionary,
  type Field,
  type Fields,
  flag,
  isObject,
  list,
  number,
  object,
  orNull,
  readFields,
  type Stored,
  text,
} from './schema.ts';

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
} satisfies FieldsOf<ChannelConfig>;

type FieldsOf<T> = { readonly [K in keyof T]-?: Field<T[K]> };

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

const socket: Field<FcgiSocketConfig | undefined> = {
  fallback: undefined,
  read: (value) => {
    if (!isObject(value)) return undefined;
    if (value.kind === 'unix') return readFields(UNIX_SOCKET, value);
    return value.kind === 'tcp' ? readFields(TCP_SOCKET, value) : undefined;
  },
};

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
  stopWaitSeconds: number(10),
  stopAsGroup: flag(false),
  killAsGroup: flag(false),
  exitCodes: list(number(0), [0]),
  environment: dictionary(text('')),
  serverUrl: orNull(text('')),
  socket,
} satisfies Fields & FieldsOf<ProcessConfig>;

/** What a process was started with, complete: a key that the writer did not know has its default. */
export const storedConfig: Field<ProcessConfig> = {
  ...object(CONFIG),
  read: (value) =>
    isObject(value) && typeof value.name === 'string' ? withoutEmpty(readFields(CONFIG, value)) : undefined,
};

/** A key without a value is not there, as in a configuration that was read from a file. */
function withoutEmpty({ socket: own, ...config }: Stored<typeof CONFIG>): ProcessConfig {
  return own === undefined ? config : { ...config, socket: own };
}
