import { describe, expect, test } from 'vitest';
import {
  type Effect,
  type MachineConfig,
  type MachineEvent,
  type MachineEventType,
  type ProcessState,
  step,
} from '../../../src/process/machine/machine.ts';
import { STATE_CODES } from '../../../src/process/machine/states.ts';

const CONFIG: MachineConfig = {
  name: 'web',
  autorestart: 'always',
  startSeconds: 1,
  startRetries: 3,
  stopSignal: 15,
  laterStopSignals: [],
  stopWaitSeconds: 10,
  stopAsGroup: false,
  killAsGroup: true,
  exitCodes: [0],
};

const NOW_MS = 100_000;
const LATER_MS = NOW_MS + 500;
const PID = 42;

/** Every state, and where it has a moment, both before and at that moment. */
const STATES = {
  STOPPED: { name: 'STOPPED' },
  'STARTING without a pid': { name: 'STARTING', pid: null },
  'STARTING before startsecs': { name: 'STARTING', pid: PID, runningAtMs: LATER_MS },
  'STARTING at startsecs': { name: 'STARTING', pid: PID, runningAtMs: NOW_MS },
  RUNNING: { name: 'RUNNING', pid: PID },
  'BACKOFF before the next try': { name: 'BACKOFF', retryAtMs: LATER_MS },
  'BACKOFF at the next try': { name: 'BACKOFF', retryAtMs: NOW_MS },
  'STOPPING before stopwaitsecs': { name: 'STOPPING', pid: PID, killAtMs: LATER_MS },
  'STOPPING at stopwaitsecs': { name: 'STOPPING', pid: PID, killAtMs: NOW_MS },
  'EXITED for good': { name: 'EXITED', restartAtMs: null },
  'EXITED before the restart': { name: 'EXITED', restartAtMs: LATER_MS },
  'EXITED at the restart': { name: 'EXITED', restartAtMs: NOW_MS },
  FATAL: { name: 'FATAL' },
  UNKNOWN: { name: 'UNKNOWN', pid: PID },
} as const satisfies Record<string, ProcessState>;

type Row = keyof typeof STATES;

const EVENTS: Record<MachineEventType, MachineEvent> = {
  start: { type: 'start' },
  spawned: { type: 'spawned', pid: PID },
  'spawn-failed': { type: 'spawn-failed', message: "can't find command 'web'" },
  exited: { type: 'exited', status: { exitStatus: 3, text: 'exit status 3' } },
  due: { type: 'due' },
  stop: { type: 'stop' },
  'kill-failed': { type: 'kill-failed' },
  adopted: { type: 'adopted' },
  'give-up': { type: 'give-up' },
  'dependencies-met': { type: 'dependencies-met' },
  'dependencies-failed': { type: 'dependencies-failed', message: 'db was not running after 60 seconds' },
  ready: { type: 'ready' },
  restart: { type: 'restart', reason: 'db restarted', countsAsFailure: false },
  'hook-done': { type: 'hook-done', hook: 'pre_start', failure: null },
  extend: { type: 'extend', untilMs: NOW_MS },
  reconfigured: { type: 'reconfigured', before: { ...CONFIG, stopWaitSeconds: 7 } },
};

const NOTHING: readonly string[] = [];
const ALREADY_RUNNING = ["warn process 'web' already running"];
const NOT_RUNNING = [
  "debug attempted to kill web with sig SIGTERM but it wasn't running",
  "refuse attempted to kill web with sig SIGTERM but it wasn't running",
];
const ADOPTED = "info adopted: 'web' with pid 42";
/** Events that never come in a state, or mean nothing to a program without a lifecycle policy. */
const IMPOSSIBLE = {
  spawned: NOTHING,
  'spawn-failed': NOTHING,
  'dependencies-met': NOTHING,
  'dependencies-failed': NOTHING,
  ready: NOTHING,
  restart: NOTHING,
  'hook-done': NOTHING,
  extend: NOTHING,
  reconfigured: NOTHING,
} as const;
/** The state is another one, without an effect. */
const REMEMBERED: readonly string[] = [];

function starts(from: string): readonly string[] {
  return ['disarm', `${from} -> STARTING pid 0 tries 2`, 'spawn'];
}

function stops(from: string): readonly string[] {
  return [
    'debug killing web (pid 42) with signal SIGTERM',
    `${from} -> STOPPING pid 42 tries 2`,
    'arm in 10000',
    'kill 42 with 15',
  ];
}

function restarts(from: string): readonly string[] {
  return ['info restarting web: db restarted', ...stops(from)];
}

function loses(from: string): readonly string[] {
  return ['disarm', `${from} -> UNKNOWN pid 42 tries 2`];
}

const BECOMES_RUNNING = [
  'disarm',
  'STARTING -> RUNNING pid 42 tries 0',
  'info success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)',
];

function exits(from: string, tries: number): readonly string[] {
  return [
    'disarm',
    `${from} -> EXITED pid 42 tries ${tries} unexpected`,
    'warn exited: web (exit status 3; not expected)',
    'arm in 0',
  ];
}

const STOPPED_BY_REQUEST = [
  'disarm',
  'STOPPING -> STOPPED pid 42 tries 2',
  'warn stopped: web (exit status 3)',
];

/** What happens in each cell; a cell that is not named does not compile. */
const TABLE: Record<Row, Record<MachineEventType, readonly string[]>> = {
  STOPPED: {
    ...IMPOSSIBLE,
    start: starts('STOPPED'),
    exited: NOTHING,
    due: NOTHING,
    stop: NOT_RUNNING,
    'kill-failed': NOTHING,
    adopted: NOTHING,
    'give-up': NOTHING,
  },
  'STARTING without a pid': {
    ...IMPOSSIBLE,
    start: ALREADY_RUNNING,
    spawned: ["info spawned: 'web' with pid 42", 'arm in 500'],
    'spawn-failed': [
      "info spawnerr: can't find command 'web'",
      'STARTING -> BACKOFF pid 0 tries 3',
      'arm in 3000',
    ],
    exited: NOTHING,
    due: NOTHING,
    stop: NOT_RUNNING,
    'kill-failed': NOTHING,
    adopted: NOTHING,
    'give-up': NOTHING,
  },
  'STARTING before startsecs': {
    ...IMPOSSIBLE,
    reconfigured: ['arm in 500'],
    restart: restarts('STARTING'),
    start: ALREADY_RUNNING,
    exited: [
      'STARTING -> BACKOFF pid 42 tries 3',
      'arm in 3000',
      'warn exited: web (exit status 3; not expected)',
    ],
    due: ['arm in 500'],
    stop: stops('STARTING'),
    'kill-failed': loses('STARTING'),
    adopted: [ADOPTED, 'arm in 500'],
    'give-up': NOTHING,
  },
  'STARTING at startsecs': {
    ...IMPOSSIBLE,
    reconfigured: ['arm in 500'],
    restart: restarts('STARTING'),
    start: ALREADY_RUNNING,
    exited: [...BECOMES_RUNNING, ...exits('RUNNING', 0)],
    due: BECOMES_RUNNING,
    stop: stops('STARTING'),
    'kill-failed': loses('STARTING'),
    adopted: [ADOPTED, 'arm in 0'],
    'give-up': NOTHING,
  },
  RUNNING: {
    ...IMPOSSIBLE,
    restart: restarts('RUNNING'),
    start: ALREADY_RUNNING,
    exited: exits('RUNNING', 0),
    due: NOTHING,
    stop: stops('RUNNING'),
    'kill-failed': loses('RUNNING'),
    adopted: [ADOPTED],
    'give-up': NOTHING,
  },
  'BACKOFF before the next try': {
    ...IMPOSSIBLE,
    start: starts('BACKOFF'),
    exited: NOTHING,
    due: ['arm in 500'],
    stop: [
      'debug Attempted to kill web, which is in BACKOFF state.',
      'disarm',
      'BACKOFF -> STOPPED pid 0 tries 2',
    ],
    'kill-failed': NOTHING,
    adopted: ['arm in 500'],
    'give-up': ['disarm', 'BACKOFF -> FATAL pid 0 tries 0'],
  },
  'BACKOFF at the next try': {
    ...IMPOSSIBLE,
    start: starts('BACKOFF'),
    exited: NOTHING,
    due: starts('BACKOFF'),
    stop: [
      'debug Attempted to kill web, which is in BACKOFF state.',
      'disarm',
      'BACKOFF -> STOPPED pid 0 tries 2',
    ],
    'kill-failed': NOTHING,
    adopted: ['arm in 0'],
    'give-up': ['disarm', 'BACKOFF -> FATAL pid 0 tries 0'],
  },
  'STOPPING before stopwaitsecs': {
    ...IMPOSSIBLE,
    reconfigured: ['arm in 3500'],
    restart: REMEMBERED,
    start: ALREADY_RUNNING,
    exited: STOPPED_BY_REQUEST,
    due: ['arm in 500'],
    stop: NOTHING,
    'kill-failed': loses('STOPPING'),
    adopted: [ADOPTED, 'arm in 500'],
    'give-up': NOTHING,
  },
  'STOPPING at stopwaitsecs': {
    ...IMPOSSIBLE,
    reconfigured: ['arm in 3000'],
    restart: REMEMBERED,
    start: ALREADY_RUNNING,
    exited: STOPPED_BY_REQUEST,
    due: [
      "warn killing 'web' (42) with SIGKILL",
      'debug killing web (pid 42) process group with signal SIGKILL',
      'arm in 10000',
      'kill group 42 with 9',
    ],
    stop: NOTHING,
    'kill-failed': loses('STOPPING'),
    adopted: [ADOPTED, 'arm in 0'],
    'give-up': NOTHING,
  },
  'EXITED for good': {
    ...IMPOSSIBLE,
    start: starts('EXITED'),
    exited: NOTHING,
    due: NOTHING,
    stop: NOT_RUNNING,
    'kill-failed': NOTHING,
    adopted: NOTHING,
    'give-up': NOTHING,
  },
  'EXITED before the restart': {
    ...IMPOSSIBLE,
    start: starts('EXITED'),
    exited: NOTHING,
    due: ['arm in 500'],
    stop: ['disarm', 'EXITED -> STOPPED pid 0 tries 2'],
    'kill-failed': NOTHING,
    adopted: ['arm in 500'],
    'give-up': NOTHING,
  },
  'EXITED at the restart': {
    ...IMPOSSIBLE,
    start: starts('EXITED'),
    exited: NOTHING,
    due: starts('EXITED'),
    stop: ['disarm', 'EXITED -> STOPPED pid 0 tries 2'],
    'kill-failed': NOTHING,
    adopted: ['arm in 0'],
    'give-up': NOTHING,
  },
  FATAL: {
    ...IMPOSSIBLE,
    start: starts('FATAL'),
    exited: NOTHING,
    due: NOTHING,
    stop: NOT_RUNNING,
    'kill-failed': NOTHING,
    adopted: NOTHING,
    'give-up': NOTHING,
  },
  UNKNOWN: {
    ...IMPOSSIBLE,
    start: ALREADY_RUNNING,
    exited: exits('UNKNOWN', 0).slice(0, -1),
    due: NOTHING,
    stop: stops('UNKNOWN'),
    'kill-failed': ['disarm'],
    adopted: [ADOPTED],
    'give-up': NOTHING,
  },
};

function describeEffect(effect: Effect): string {
  switch (effect.type) {
    case 'spawn':
    case 'disarm':
    case 'await-dependencies':
    case 'forget-dependencies':
    case 'dependencies-overdue':
    case 'cancel-hooks':
      return effect.type;
    case 'run-hook':
      return `run ${effect.hook}`;
    case 'arm':
      return `arm in ${effect.atMs - NOW_MS}`;
    case 'kill':
      return `kill ${effect.asGroup ? 'group ' : ''}${effect.pid} with ${effect.signal}`;
    case 'log':
      return `${effect.level} ${effect.message}`;
    case 'refuse':
      return `refuse ${effect.message}`;
    case 'changed': {
      const surprise = effect.expected ? '' : ' unexpected';
      return `${effect.from} -> ${effect.to} pid ${effect.pid} tries ${effect.tries}${surprise}`;
    }
  }
}

/** Where a run of effects ends; null where the state stays. */
function lastState(effects: readonly Effect[]): string | null {
  const change = effects.findLast((effect) => effect.type === 'changed');
  return change?.type === 'changed' ? change.to : null;
}

test('the table has every state', () => {
  const names = new Set(Object.values(STATES).map((state) => state.name));
  expect([...names].sort()).toEqual(Object.keys(STATE_CODES).sort());
});

describe.each(Object.keys(TABLE) as Row[])('%s', (row) => {
  test.each(Object.keys(EVENTS) as MachineEventType[])('%s', (type) => {
    const history = {
      startedAtMs: 1_700_000_000_000,
      startedMonotonicMs: NOW_MS - 500,
      stoppedAtMs: 0,
      spawnError: '',
      exitStatus: null,
      tries: 2,
      shortLives: 0,
    };
    const machine = Object.freeze({ state: Object.freeze(STATES[row]), history: Object.freeze(history) });
    const now = { monotonicMs: NOW_MS, wallMs: 1_700_000_000_500 };

    const result = step(machine, EVENTS[type], { config: CONFIG, now, mayStart: true });

    const expected = TABLE[row][type];
    expect(result.effects.map(describeEffect)).toEqual(expected);
    expect(result.machine.state.name).toBe(lastState(result.effects) ?? STATES[row].name);
    if (expected === NOTHING) {
      expect(result.machine).toEqual(machine);
    }
  });
});
