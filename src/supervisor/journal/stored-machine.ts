/**
 * The state of a process as it is kept in a journal, apart from the machine's own types: another version may know
 * other states, and other fields of them.
 *
 * @module
 */
import { now } from '../../io/clock.ts';
import { INITIAL_MACHINE } from '../../process/machine/machine.ts';
import type { History, Machine, ProcessState, Sequel, StopStep } from '../../process/machine/types.ts';
import {
  choice,
  type Field,
  flag,
  isObject,
  type JsonObject,
  list,
  number,
  object,
  optional,
  orNull,
  readFields,
  type Stored,
  text,
  unknownFields,
} from './schema.ts';

const sequel: Field<Sequel | undefined> = {
  fallback: undefined,
  read: (value) => {
    if (!isObject(value)) return undefined;
    const { kind, message } = value;
    if (kind === 'restart') return value.waits === true ? { kind, waits: true } : { kind };
    return kind === 'backoff' || kind === 'fatal' ? { kind, message: String(message ?? '') } : undefined;
  },
};

const stopStep: Field<StopStep | undefined> = {
  fallback: undefined,
  read: (value) => {
    if (!isObject(value)) return undefined;
    const { kind, index } = value;
    if (kind === 'pre_stop' || kind === 'command') return { kind };
    return kind === 'signal' && typeof index === 'number' ? { kind, index } : undefined;
  },
};

/** Every field of any state; a state is written as it is, with those that it has. */
const STATE = {
  name: text(''),
  pid: orNull(number(0)),
  runningAtMs: orNull(number(0)),
  retryAtMs: orNull(number(0)),
  killAtMs: orNull(number(0)),
  restartAtMs: orNull(number(0)),
  waiting: optional(object({ sinceMs: number(0), deadlineMs: orNull(number(0)) })),
  readiness: optional(object({ isReady: flag(false), deadlineMs: orNull(number(0)) })),
  hook: optional(choice(['pre_start', 'post_stop'], 'pre_start')),
  step: stopStep,
  sequel,
} satisfies { readonly [K in FieldOfAny<ProcessState>]: Field<unknown> };

type FieldOfAny<T> = T extends unknown ? keyof T : never;

const HISTORY = {
  startedAtMs: number(0),
  startedMonotonicMs: number(0),
  stoppedAtMs: number(0),
  spawnError: text(''),
  exitStatus: orNull(number(0)),
  tries: number(0),
  shortLives: number(0),
  restarts: optional(number(0)),
  restartedAtMs: optional(list(number(0))),
  restartsInAll: optional(number(0)),
} satisfies { readonly [K in keyof History]-?: Field<History[K]> };

/** A missing time counts as due; but a process that is being stopped gets this time before SIGKILL, in milliseconds. */
const STOP_MS = 10_000;

/** The pid is not known: the process is looked for by its channels. */
const SOUGHT: Extract<ProcessState, { name: 'STARTING'; pid: null }> = { name: 'STARTING', pid: null };

type StoredState = Stored<typeof STATE>;

/** The states in which there is a process. */
const WITH_PROCESS: Readonly<Record<string, (state: StoredState, pid: number) => ProcessState>> = {
  STARTING: ({ runningAtMs, readiness }, pid) => ({
    name: 'STARTING',
    pid,
    runningAtMs: runningAtMs ?? 0,
    ...(readiness === undefined ? {} : { readiness }),
  }),
  RUNNING: (_, pid) => ({ name: 'RUNNING', pid }),
  STOPPING: ({ killAtMs, step, sequel }, pid) => ({
    name: 'STOPPING',
    pid,
    killAtMs: killAtMs ?? now().monotonicMs + STOP_MS,
    ...(step === undefined ? {} : { step }),
    ...(sequel === undefined ? {} : { sequel }),
  }),
  UNKNOWN: (_, pid) => ({ name: 'UNKNOWN', pid }),
};

/** The states in which there is none. */
const WITHOUT_PROCESS: Readonly<Record<ProcessState['name'], (state: StoredState) => ProcessState>> = {
  STOPPED: ({ waiting }) => (waiting === undefined ? { name: 'STOPPED' } : { name: 'STOPPED', waiting }),
  STARTING: ({ hook }) => (hook === 'pre_start' ? { ...SOUGHT, hook } : SOUGHT),
  STOPPING: ({ hook, sequel }) =>
    hook === 'post_stop'
      ? { name: 'STOPPING', pid: null, hook, ...(sequel === undefined ? {} : { sequel }) }
      : SOUGHT,
  RUNNING: () => SOUGHT,
  UNKNOWN: () => SOUGHT,
  BACKOFF: ({ retryAtMs }) => ({ name: 'BACKOFF', retryAtMs: retryAtMs ?? 0 }),
  EXITED: ({ restartAtMs }) => ({ name: 'EXITED', restartAtMs }),
  FATAL: () => ({ name: 'FATAL' }),
};

/** A state that this version does not know is RUNNING where there is a process, and STOPPED where there is none. */
function readState(value: unknown): ProcessState {
  const state = readFields(STATE, value);
  const { name, pid } = state;
  const read =
    pid !== null && pid > 0
      ? (own(WITH_PROCESS, name)?.(state, pid) ?? { name: 'RUNNING' as const, pid })
      : own(WITHOUT_PROCESS, name)?.(state);
  return read ?? INITIAL_MACHINE.state;
}

function own<V>(table: Readonly<Record<string, V>>, name: string): V | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

export const storedMachine: Field<Machine> = {
  fallback: { ...INITIAL_MACHINE, state: SOUGHT },
  read: (value) =>
    hasState(value) ? { state: readState(value.state), history: readHistory(value.history) } : undefined,
  unknownIn: (value) => (isObject(value) ? unknownFields(PARTS, value) : undefined),
};

function readHistory(value: unknown): History {
  const { restarts, restartedAtMs, restartsInAll, ...history } = readFields(HISTORY, value);
  return {
    ...history,
    ...(restarts === undefined ? {} : { restarts }),
    ...(restartedAtMs === undefined ? {} : { restartedAtMs }),
    ...(restartsInAll === undefined ? {} : { restartsInAll }),
  };
}

/** Fields of another version's state are not kept: the process may be in another state when they are written. */
const PARTS = {
  state: { fallback: null, read: () => null },
  history: { fallback: null, read: () => null, unknownIn: (value: unknown) => unknownFields(HISTORY, value) },
};

/** Whether the value has a state of the process. */
export function hasState(value: unknown): value is JsonObject & { readonly state: JsonObject } {
  return isObject(value) && isObject(value.state) && typeof value.state.name === 'string';
}
