import { describe, expect, it } from 'vitest';
import type { Effect, MachineConfig } from '../../../src/process/machine/machine.ts';
import type { LifecyclePolicy, Pace } from '../../../src/process/machine/policy.ts';
import { Simulation } from './machine-simulation.ts';

const PACE: Pace = {
  pauseMs: 0,
  factor: 1,
  limitMs: 0,
  jitter: 0,
  restartLimit: 0,
  restartLimitIntervalMs: 10_000,
};

function world(policy: Partial<LifecyclePolicy>, config: Partial<MachineConfig> = {}): Simulation {
  return new Simulation({
    ...config,
    policy: {
      pace: null,
      isOneshot: false,
      readinessTimeoutMs: null,
      dependsTimeoutMs: null,
      hooks: new Set(),
      ...policy,
    },
  });
}

function exitStatus(status: number): number {
  return status << 8;
}

/** Milliseconds until the armed moment. */
function armedIn(simulation: Simulation): number | null {
  return simulation.armedAtMs === null ? null : simulation.armedAtMs - simulation.monotonicMs;
}

function requests(effects: readonly Effect[]): readonly string[] {
  return effects.flatMap((effect) => {
    switch (effect.type) {
      case 'run-hook':
        return [`${effect.hook} ${effect.exitStatus ?? ''}`.trim()];
      case 'kill':
        return [`signal ${effect.signal}`];
      case 'spawn':
      case 'cancel-hooks':
      case 'await-dependencies':
      case 'forget-dependencies':
      case 'dependencies-overdue':
        return [effect.type];
      default:
        return [];
    }
  });
}

describe('pace of restarts', () => {
  const running = (pace: Partial<Pace>, config: Partial<MachineConfig> = {}): Simulation => {
    const simulation = world({ pace: { ...PACE, ...pace } }, { autorestart: 'always', ...config });
    simulation.start();
    simulation.pass(1000);
    return simulation;
  };

  it('waits restartpause after every end, and a start by hand does not wait', () => {
    const simulation = running({ pauseMs: 2500 });
    simulation.exit(0);
    expect([simulation.state, armedIn(simulation)]).toEqual(['EXITED', 2500]);
    simulation.start();
    expect(simulation.state).toBe('STARTING');
  });

  it('multiplies the pause by backoff_factor up to backoff_limit, and forgets after that long in RUNNING', () => {
    const simulation = running({ pauseMs: 1000, factor: 2, limitMs: 5000 });
    const pauses: (number | null)[] = [];
    for (let at = 0; at < 4; at += 1) {
      simulation.exit(exitStatus(1));
      pauses.push(armedIn(simulation));
      simulation.pass(armedIn(simulation) ?? 0);
      simulation.pass(1000);
    }
    expect(pauses).toEqual([1000, 2000, 4000, 5000]);
    simulation.pass(5000);
    simulation.exit(0);
    expect(armedIn(simulation)).toBe(1000);
  });

  it('multiplies the pauses of BACKOFF as well', () => {
    const simulation = world({ pace: { ...PACE, factor: 3 } }, { startRetries: -1 });
    const pauses: (number | null)[] = [];
    simulation.start();
    for (let at = 0; at < 3; at += 1) {
      simulation.exit(exitStatus(1));
      pauses.push(armedIn(simulation));
      simulation.pass(armedIn(simulation) ?? 0);
    }
    expect(pauses).toEqual([1000, 3000, 9000]);
  });

  it('leaves a part of the pause to chance, but never less than restartpause', () => {
    const simulation = running({ pauseMs: 1000, factor: 2, jitter: 1 });
    simulation.exit(0);
    simulation.pass(1000);
    simulation.pass(1000);
    simulation.random = 0.25;
    simulation.exit(0);
    expect(armedIn(simulation)).toBe(1500);
    simulation.pass(1500);
    simulation.pass(1000);
    simulation.random = 0.999;
    simulation.exit(0);
    expect(armedIn(simulation)).toBe(1000);
  });

  it('never gives up with startretries=-1', () => {
    const simulation = world({ pace: PACE }, { startRetries: -1 });
    simulation.start();
    for (let at = 0; at < 50; at += 1) {
      simulation.exit(exitStatus(1));
      expect(simulation.state).toBe('BACKOFF');
      simulation.pass(armedIn(simulation) ?? 0);
    }
  });

  it('becomes FATAL when it is restarted more often than restart_limit_count', () => {
    const simulation = running({ restartLimit: 2, restartLimitIntervalMs: 10_000 });
    for (let at = 0; at < 2; at += 1) {
      simulation.exit(0);
      simulation.pass(1000);
      simulation.pass(1000);
    }
    simulation.exit(0);
    expect(simulation.state).toBe('FATAL');
    expect(simulation.machine.history.spawnError).toBe('restarted more than 2 times in 10 seconds');
    simulation.start();
    simulation.pass(1000);
    simulation.exit(0);
    expect(simulation.state).toBe('EXITED');
  });

  it('does not count restarts that are long ago', () => {
    const simulation = running({ restartLimit: 2, restartLimitIntervalMs: 5000 });
    for (let at = 0; at < 20; at += 1) {
      simulation.pass(3000);
      simulation.exit(0);
      expect(simulation.state).toBe('EXITED');
      simulation.pass(0);
    }
  });

  it('is cancelled by a stop', () => {
    const simulation = running({ pauseMs: 9000 });
    simulation.exit(0);
    simulation.stop();
    simulation.pass(60_000);
    expect([simulation.state, simulation.spawnCount]).toEqual(['STOPPED', 1]);
  });
});

describe('type=oneshot', () => {
  it('is done when it exits with an expected status, however early', () => {
    const simulation = world({ isOneshot: true });
    simulation.start();
    simulation.takeStates();
    simulation.pass(10);
    simulation.exit(0);
    expect(simulation.takeStates()).toEqual(['RUNNING', 'EXITED']);
    simulation.pass(60_000);
    expect(simulation.spawnCount).toBe(1);
  });

  it('fails as any other with an unexpected status before startsecs', () => {
    const simulation = world({ isOneshot: true });
    simulation.start();
    simulation.exit(exitStatus(3));
    expect(simulation.state).toBe('BACKOFF');
  });
});

describe('readiness', () => {
  it('is RUNNING when it is ready, but not before startsecs', () => {
    const simulation = world({ readinessTimeoutMs: 0 });
    simulation.start();
    simulation.send({ type: 'ready' });
    expect(simulation.state).toBe('STARTING');
    simulation.pass(1000);
    expect(simulation.state).toBe('RUNNING');
  });

  it('stays STARTING until it is ready', () => {
    const simulation = world({ readinessTimeoutMs: 0 });
    simulation.start();
    simulation.pass(3_600_000);
    expect(simulation.state).toBe('STARTING');
    simulation.send({ type: 'ready' });
    expect(simulation.state).toBe('RUNNING');
  });

  it('has as much more time as the daemon was stopped or killed meanwhile', () => {
    const simulation = world({ readinessTimeoutMs: 5000 });
    simulation.start();
    simulation.passStopped(8000);
    expect([simulation.state, armedIn(simulation)]).toEqual(['STARTING', 3000]);
    simulation.pass(2999);
    expect(simulation.state).toBe('STARTING');
    simulation.pass(1);
    expect(simulation.state).toBe('STOPPING');
  });

  it('has no more than its whole time again after a long stop of the daemon', () => {
    const simulation = world({ readinessTimeoutMs: 5000 });
    simulation.start();
    simulation.passStopped(60_000);
    expect(armedIn(simulation)).toBe(5000);
    simulation.send({ type: 'ready' });
    expect(simulation.state).toBe('RUNNING');
  });

  it('is stopped and tried again when it is not ready in time', () => {
    const simulation = world({ readinessTimeoutMs: 5000 });
    simulation.start();
    simulation.takeEffects();
    simulation.pass(5000);
    expect(simulation.state).toBe('STOPPING');
    expect(requests(simulation.takeEffects())).toEqual(['signal 15']);
    simulation.exit(15);
    expect([simulation.state, simulation.machine.history.spawnError]).toEqual([
      'BACKOFF',
      'not ready after 5 seconds',
    ]);
    simulation.pass(1000);
    expect(simulation.spawnCount).toBe(2);
  });

  it('goes to BACKOFF when it exits before it is ready, also after startsecs', () => {
    const simulation = world({ readinessTimeoutMs: 0 });
    simulation.start();
    simulation.pass(5000);
    simulation.exit(0);
    expect(simulation.state).toBe('BACKOFF');
  });

  it('has more time when the process asks for it', () => {
    const simulation = world({ readinessTimeoutMs: 5000 });
    simulation.start();
    simulation.pass(4000);
    simulation.send({ type: 'extend', untilMs: simulation.monotonicMs + 10_000 });
    simulation.pass(9000);
    expect(simulation.state).toBe('STARTING');
    simulation.pass(1000);
    expect(simulation.state).toBe('STOPPING');
  });
});

describe('stopsignal with several signals', () => {
  it('sends one after the other, stopwaitsecs apart, and SIGKILL at the end', () => {
    const simulation = world({}, { laterStopSignals: [2] });
    simulation.start();
    simulation.pass(1000);
    simulation.takeEffects();
    simulation.stop();
    simulation.pass(10_000);
    simulation.pass(10_000);
    expect(requests(simulation.takeEffects())).toEqual(['signal 15', 'cancel-hooks', 'signal 2', 'signal 9']);
  });
});

describe('hooks', () => {
  const ALL = new Set(['pre_start', 'post_start', 'pre_stop', 'post_stop'] as const);

  it('run in their order around a run that is stopped', () => {
    const simulation = world({ hooks: ALL });
    simulation.start();
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual(['STARTING', ['pre_start']]);
    simulation.send({ type: 'hook-done', hook: 'pre_start', failure: null });
    simulation.pass(1000);
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual([
      'RUNNING',
      ['spawn', 'post_start'],
    ]);
    simulation.stop();
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual(['STOPPING', ['pre_stop']]);
    simulation.send({ type: 'hook-done', hook: 'pre_stop', failure: 'exit status 1' });
    expect(requests(simulation.takeEffects())).toEqual(['signal 15']);
    simulation.exit(15);
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual(['STOPPING', ['post_stop -1']]);
    simulation.send({ type: 'hook-done', hook: 'post_stop', failure: null });
    expect(simulation.state).toBe('STOPPED');
  });

  it('a pre_start hook that fails is a failed start', () => {
    const simulation = world({ hooks: ALL });
    simulation.start();
    simulation.send({ type: 'hook-done', hook: 'pre_start', failure: 'pre_start_hook: exit status 1' });
    expect([simulation.state, simulation.machine.history.spawnError, simulation.spawnCount]).toEqual([
      'BACKOFF',
      'pre_start_hook: exit status 1',
      0,
    ]);
  });

  it('startsecs begins when the hook has ended', () => {
    const simulation = world({ hooks: ALL });
    simulation.start();
    simulation.pass(30_000);
    simulation.send({ type: 'hook-done', hook: 'pre_start', failure: null });
    simulation.pass(999);
    expect(simulation.state).toBe('STARTING');
    simulation.pass(1);
    expect(simulation.state).toBe('RUNNING');
  });

  it('a stop cancels a pre_start hook', () => {
    const simulation = world({ hooks: ALL });
    simulation.start();
    simulation.stop();
    expect([simulation.state, requests(simulation.takeEffects()).at(-1)]).toEqual([
      'STOPPED',
      'cancel-hooks',
    ]);
    simulation.send({ type: 'hook-done', hook: 'pre_start', failure: null });
    expect([simulation.state, simulation.spawnCount]).toEqual(['STOPPED', 0]);
  });

  it('post_stop runs after a crash too', () => {
    const simulation = world({ hooks: new Set(['post_stop'] as const) });
    simulation.start();
    simulation.send({ type: 'hook-done', hook: 'pre_start', failure: null });
    simulation.pass(1000);
    simulation.takeEffects();
    simulation.exit(11);
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual(['EXITED', ['post_stop -1']]);
  });

  it('a stop command takes the place of the signal, and the signal follows when the command fails', () => {
    const simulation = world({ hooks: new Set(['stop_command'] as const) });
    simulation.start();
    simulation.pass(1000);
    simulation.takeEffects();
    simulation.stop();
    expect(requests(simulation.takeEffects())).toEqual(['stop_command']);
    simulation.send({ type: 'hook-done', hook: 'stop_command', failure: 'stop_command: exit status 1' });
    expect(requests(simulation.takeEffects())).toEqual(['signal 15']);
    simulation.pass(10_000);
    expect(requests(simulation.takeEffects())).toEqual(['signal 9']);
  });

  it('a stop command that brings no end within stopwaitsecs is followed by the signal', () => {
    const simulation = world({ hooks: new Set(['stop_command'] as const) });
    simulation.start();
    simulation.pass(1000);
    simulation.takeEffects();
    simulation.stop();
    simulation.pass(10_000);
    simulation.pass(10_000);
    expect(requests(simulation.takeEffects())).toEqual([
      'stop_command',
      'cancel-hooks',
      'signal 15',
      'signal 9',
    ]);
  });
});

describe('dependencies', () => {
  it('a start waits, STOPPED, until they are met', () => {
    const simulation = world({ dependsTimeoutMs: 0 });
    simulation.areDependenciesMet = false;
    simulation.start();
    expect([simulation.state, requests(simulation.takeEffects())]).toEqual([
      'STOPPED',
      ['await-dependencies'],
    ]);
    simulation.send({ type: 'dependencies-met' });
    expect(simulation.state).toBe('STARTING');
  });

  it('a stop ends the wait without a failure', () => {
    const simulation = world({ dependsTimeoutMs: 0 });
    simulation.areDependenciesMet = false;
    simulation.start();
    simulation.stop();
    expect(requests(simulation.takeEffects())).toEqual(['await-dependencies', 'forget-dependencies']);
    simulation.send({ type: 'dependencies-met' });
    expect([simulation.state, simulation.spawnCount]).toEqual(['STOPPED', 0]);
  });

  it('depends_timeout makes it FATAL', () => {
    const simulation = world({ dependsTimeoutMs: 60_000 });
    simulation.areDependenciesMet = false;
    simulation.start();
    simulation.pass(60_000);
    expect(requests(simulation.takeEffects())).toEqual(['await-dependencies', 'dependencies-overdue']);
    simulation.send({ type: 'dependencies-failed', message: 'db was not running after 60 seconds' });
    expect([simulation.state, simulation.machine.history.spawnError]).toEqual([
      'FATAL',
      'db was not running after 60 seconds',
    ]);
  });

  it('depends_timeout does not count the time in which the daemon was stopped', () => {
    const simulation = world({ dependsTimeoutMs: 60_000 });
    simulation.areDependenciesMet = false;
    simulation.start();
    simulation.passStopped(70_000);
    expect(armedIn(simulation)).toBe(10_000);
    simulation.pass(10_000);
    expect(requests(simulation.takeEffects())).toEqual(['await-dependencies', 'dependencies-overdue']);
  });

  it('a restart after an end does not wait again', () => {
    const simulation = world({ dependsTimeoutMs: 0 }, { autorestart: 'always' });
    simulation.start();
    simulation.pass(1000);
    simulation.areDependenciesMet = false;
    simulation.exit(0);
    simulation.pass(0);
    expect(simulation.state).toBe('STARTING');
  });

  it('can be ignored by a start', () => {
    const simulation = world({ dependsTimeoutMs: 0 });
    simulation.areDependenciesMet = false;
    simulation.send({ type: 'start', ignoresDependencies: true });
    expect(simulation.state).toBe('STARTING');
  });
});

describe('restart', () => {
  it('stops the process and starts it again', () => {
    const simulation = world({});
    simulation.start();
    simulation.pass(1000);
    simulation.takeStates();
    simulation.send({ type: 'restart', reason: 'its liveness check failed', countsAsFailure: true });
    simulation.exit(15);
    expect(simulation.takeStates()).toEqual(['STOPPING', 'STOPPED', 'STARTING']);
  });

  it('does not start it again when it is stopped meanwhile', () => {
    const simulation = world({});
    simulation.start();
    simulation.pass(1000);
    simulation.send({ type: 'restart', reason: 'db restarted', countsAsFailure: false });
    simulation.stop();
    simulation.exit(15);
    expect(simulation.state).toBe('STOPPED');
  });

  it('counts against the limit of restarts when a check asks for it', () => {
    const simulation = world({ pace: { ...PACE, restartLimit: 1 } });
    simulation.start();
    for (const wanted of ['STARTING', 'FATAL']) {
      simulation.pass(1000);
      simulation.send({ type: 'restart', reason: 'unhealthy', countsAsFailure: true });
      simulation.exit(15);
      expect(simulation.state).toBe(wanted);
    }
  });
});
