import { expect, test } from 'vitest';
import {
  type Effect,
  INITIAL_MACHINE,
  type MachineConfig,
  type MachineEvent,
  type ProcessState,
  pidOf,
  step,
} from '../../../src/process/machine/machine.ts';
import type { StateName } from '../../../src/process/machine/states.ts';
import { decodeWaitStatus } from '../../../src/process/machine/wait-status.ts';
import { fc } from '../../properties.ts';
import { Simulation } from './machine-simulation.ts';

/** The state diagram of the reference's manual, and what it does not draw: a stop in BACKOFF
 * or before a restart, and UNKNOWN. */
const LEGAL: Record<StateName, readonly StateName[]> = {
  STOPPED: ['STARTING'],
  STARTING: ['RUNNING', 'BACKOFF', 'STOPPING', 'UNKNOWN'],
  RUNNING: ['STOPPING', 'EXITED', 'UNKNOWN'],
  BACKOFF: ['STARTING', 'FATAL', 'STOPPED'],
  STOPPING: ['STOPPED', 'UNKNOWN'],
  EXITED: ['STARTING', 'STOPPED'],
  FATAL: ['STARTING'],
  UNKNOWN: ['EXITED', 'STOPPING'],
};

const HAS_PROCESS: Record<StateName, boolean> = {
  STOPPED: false,
  STARTING: true,
  RUNNING: true,
  BACKOFF: false,
  STOPPING: true,
  EXITED: false,
  FATAL: false,
  UNKNOWN: true,
};

const configs: fc.Arbitrary<MachineConfig> = fc.record({
  name: fc.constant('web'),
  autorestart: fc.constantFrom('always', 'never', 'unexpected'),
  startSeconds: fc.integer({ min: 0, max: 3 }),
  startRetries: fc.integer({ min: 0, max: 3 }),
  stopSignal: fc.constantFrom(1, 2, 15),
  laterStopSignals: fc.constantFrom([], [2]),
  stopWaitSeconds: fc.integer({ min: 0, max: 3 }),
  stopAsGroup: fc.boolean(),
  killAsGroup: fc.boolean(),
  exitCodes: fc.constantFrom([0], [0, 2], []),
});

const rawStatuses = fc.constantFrom(0, 1 << 8, 2 << 8, 9, 15, 11 | 0x80);

type Happening = (world: Simulation) => void;

/** Everything that can happen to a program; an exit only to a process that exists. */
const happenings: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant<Happening>((world) => world.start()),
  fc.constant<Happening>((world) => world.stop()),
  fc.constant<Happening>((world) => world.send({ type: 'give-up' })),
  rawStatuses.map<Happening>((status) => (world) => {
    if (world.pid > 0) {
      world.exit(status);
    }
  }),
  fc.constant<Happening>((world) => {
    if (world.pid > 0) {
      world.send({ type: 'kill-failed' });
    }
  }),
  fc.integer({ min: 0, max: 4000 }).map<Happening>((ms) => (world) => world.pass(ms)),
  fc.constant<Happening>((world) => world.send({ type: 'due' })),
  fc.option(fc.constant('no such file')).map<Happening>((error) => (world) => {
    world.spawnError = error;
  }),
  fc.option(rawStatuses).map<Happening>((status) => (world) => {
    world.exitAtOnce = status;
  }),
  fc.integer({ min: -1e9, max: 1e9 }).map<Happening>((jumpMs) => (world) => {
    world.wallMs += jumpMs;
  }),
);

function changes(effects: readonly Effect[]): Extract<Effect, { type: 'changed' }>[] {
  return effects.filter((effect) => effect.type === 'changed');
}

/** The moment that a state waits for, null where it waits for none. */
function momentOf(state: ProcessState): number | null {
  switch (state.name) {
    case 'STARTING':
      return state.pid === null ? null : state.runningAtMs;
    case 'BACKOFF':
      return state.retryAtMs;
    case 'STOPPING':
      return state.pid === null ? null : state.killAtMs;
    case 'EXITED':
      return state.restartAtMs;
    default:
      return null;
  }
}

function inEveryWorld(check: (world: Simulation, effects: readonly Effect[]) => void): void {
  fc.assert(
    fc.property(configs, fc.array(happenings, { maxLength: 60 }), (config, list) => {
      const world = new Simulation(config);
      for (const happen of list) {
        happen(world);
        check(world, world.takeEffects());
      }
    }),
    { numRuns: 1000 },
  );
}

test('a state has a pid exactly where it has a process', () => {
  inEveryWorld((world) => expect(world.pid > 0).toBe(HAS_PROCESS[world.machine.state.name]));
});

test('one timer is armed, for the moment that the state waits for, and none where it waits for nothing', () => {
  inEveryWorld((world) => expect(world.armedAtMs).toBe(momentOf(world.machine.state)));
});

test('a process never waits for a moment that is over', () => {
  inEveryWorld((world) => {
    world.pass(0);
    const moment = momentOf(world.machine.state);
    expect(moment === null || moment > world.monotonicMs).toBe(true);
  });
});

test('states follow each other as in the diagram', () => {
  let state: StateName = 'STOPPED';
  let machine: object | null = null;
  inEveryWorld((world, effects) => {
    if (machine !== world) {
      machine = world;
      state = 'STOPPED';
    }
    for (const { from, to } of changes(effects)) {
      expect(from).toBe(state);
      expect(LEGAL[from]).toContain(to);
      state = to;
    }
    expect(state).toBe(world.machine.state.name);
  });
});

test('a spawn follows a start only, and never while a process is there', () => {
  let world: Simulation | null = null;
  let isLiving = false;
  inEveryWorld((current, effects) => {
    if (world !== current) {
      world = current;
      isLiving = false;
    }
    effects.forEach((effect, index) => {
      if (effect.type === 'spawn') {
        expect(isLiving).toBe(false);
        expect(effects[index - 1]).toMatchObject({ type: 'changed', to: 'STARTING' });
        isLiving = true;
      } else if (effect.type === 'changed' && !HAS_PROCESS[effect.to]) {
        isLiving = false;
      }
    });
  });
});

test('a signal goes only to the process that there is', () => {
  inEveryWorld((world, effects) => {
    const last = effects.findLast((effect) => effect.type === 'kill');
    if (last?.type === 'kill' && world.state === 'STOPPING') {
      expect(last.pid).toBe(world.pid);
    }
    for (const effect of effects) {
      expect(effect.type !== 'kill' || effect.pid > 0).toBe(true);
    }
  });
});

test('a program without requests comes to rest or starts again and again at a bounded pace', () => {
  fc.assert(
    fc.property(configs, rawStatuses, (config, status) => {
      const world = new Simulation(config);
      world.exitAtOnce = status;
      world.start();
      world.pass(60_000);
      expect(world.spawnCount).toBeLessThanOrEqual(62);
    }),
  );
});

test('nothing is spawned while the daemon shuts down', () => {
  fc.assert(
    fc.property(configs, fc.array(happenings, { maxLength: 30 }), rawStatuses, (config, list, status) => {
      const world = new Simulation(config);
      for (const happen of list) {
        happen(world);
      }
      world.mayStart = false;
      const before = world.spawnCount;
      world.stop();
      world.send({ type: 'give-up' });
      if (world.pid > 0) {
        world.exit(status);
      }
      world.pass(3600_000);
      expect(world.spawnCount).toBe(before);
      expect(world.pid).toBe(0);
    }),
  );
});

test('an event that cannot be true now does no harm', () => {
  const events: fc.Arbitrary<MachineEvent> = fc.oneof(
    fc.constantFrom<MachineEvent>(
      { type: 'start' },
      { type: 'stop' },
      { type: 'due' },
      { type: 'kill-failed' },
      { type: 'give-up' },
      { type: 'spawn-failed', message: 'no such file' },
    ),
    fc.integer({ min: 1, max: 9 }).map<MachineEvent>((pid) => ({ type: 'spawned', pid })),
    rawStatuses.map<MachineEvent>((raw) => ({ type: 'exited', status: decodeWaitStatus(raw) })),
  );
  const timed = fc.array(fc.tuple(events, fc.integer({ min: 0, max: 2000 })), { maxLength: 60 });
  fc.assert(
    fc.property(configs, timed, (config, list) => {
      let machine = INITIAL_MACHINE;
      let monotonicMs = 1000;
      for (const [event, ms] of list) {
        monotonicMs += ms;
        const before = JSON.stringify(machine);
        const result = step(machine, event, {
          config,
          now: { monotonicMs, wallMs: monotonicMs },
          mayStart: true,
        });
        expect(JSON.stringify(machine)).toBe(before);
        for (const { from, to } of changes(result.effects)) {
          expect(LEGAL[from]).toContain(to);
        }
        const pidBefore = pidOf(machine.state);
        const pidAfter = pidOf(result.machine.state);
        if (pidBefore > 0 && event.type !== 'exited') {
          expect(pidAfter).toBe(pidBefore);
        }
        machine = result.machine;
      }
    }),
    { numRuns: 1000 },
  );
});
