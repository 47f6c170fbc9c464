import { describe, expect, test } from 'vitest';
import { Simulation } from './machine-simulation.ts';

const EXIT_0 = 0;
const EXIT_3 = 3 << 8;

describe('a program that stays up', () => {
  test('is STARTING until startsecs are over, to the millisecond', () => {
    const web = new Simulation({ startSeconds: 5 });
    web.start();
    web.pass(4999);
    expect(web.state).toBe('STARTING');
    web.pass(1);
    expect(web.state).toBe('RUNNING');
    expect(web.takeStates()).toEqual(['STARTING', 'RUNNING']);
  });

  test('reports it in the log', () => {
    const web = new Simulation();
    web.start();
    web.pass(1000);
    expect(web.takeLog()).toEqual([
      "info spawned: 'web' with pid 101",
      'info success: web entered RUNNING state, process has stayed up for > than 1 seconds (startsecs)',
    ]);
  });

  test('is RUNNING at once with startsecs=0', () => {
    const web = new Simulation({ startSeconds: 0 });
    web.start();
    web.pass(0);
    expect(web.takeStates()).toEqual(['STARTING', 'RUNNING']);
    expect(web.armedAtMs).toBeNull();
  });

  test('forgets the tries before', () => {
    const web = new Simulation();
    web.exitAtOnce = EXIT_3;
    web.start();
    expect(web.machine.history.tries).toBe(1);
    web.exitAtOnce = null;
    web.pass(2000);
    expect(web.state).toBe('RUNNING');
    expect(web.machine.history).toMatchObject({ tries: 0, spawnError: '' });
  });

  test('remembers when it was started, and forgets how it ended before', () => {
    const web = new Simulation({ autorestart: 'never' });
    web.start();
    web.pass(1000);
    web.exit(EXIT_3);
    expect(web.machine.history).toMatchObject({
      startedAtMs: 1_700_000_000_000,
      stoppedAtMs: 1_700_000_001_000,
      exitStatus: 3,
      spawnError: 'Bad exit code 3',
    });
    web.pass(500);
    web.start();
    expect(web.machine.history).toMatchObject({
      startedAtMs: 1_700_000_001_500,
      exitStatus: null,
      spawnError: '',
    });
  });

  test('is not started twice', () => {
    const web = new Simulation();
    web.start();
    web.takeEffects();
    web.start();
    expect(web.takeLog()).toEqual(["warn process 'web' already running"]);
    expect(web.spawnCount).toBe(1);
    expect(web.pid).toBe(101);
  });
});

describe('a program that exits within startsecs', () => {
  test('goes to BACKOFF, whatever its exit status, and reports why', () => {
    const web = new Simulation({ exitCodes: [0] });
    web.start();
    web.pass(999);
    web.exit(EXIT_0);
    expect(web.state).toBe('BACKOFF');
    expect(web.pid).toBe(0);
    expect(web.machine.history).toMatchObject({
      spawnError: 'Exited too quickly (process log may have details)',
      exitStatus: null,
      stoppedAtMs: 1_700_000_000_999,
    });
    expect(web.takeLog()).toEqual([
      "info spawned: 'web' with pid 101",
      'warn exited: web (exit status 0; not expected)',
    ]);
  });

  test('waits one second more after each try', () => {
    const web = new Simulation({ startRetries: 10 });
    web.exitAtOnce = EXIT_3;
    web.start();
    const waits: number[] = [];
    let lastSpawnMs = web.monotonicMs;
    for (let spawns = web.spawnCount; spawns < 6; ) {
      web.pass(1);
      if (web.spawnCount > spawns) {
        waits.push(web.monotonicMs - lastSpawnMs);
        lastSpawnMs = web.monotonicMs;
        spawns = web.spawnCount;
      }
    }
    expect(waits).toEqual([1000, 2000, 3000, 4000, 5000]);
  });

  test('is FATAL after startretries and one more try', () => {
    const web = new Simulation({ startRetries: 3 });
    web.exitAtOnce = EXIT_3;
    web.start();
    web.pass(3600_000);
    expect(web.state).toBe('FATAL');
    expect(web.spawnCount).toBe(4);
    const failedTry = ['STARTING', 'BACKOFF'];
    expect(web.takeStates()).toEqual([...failedTry, ...failedTry, ...failedTry, ...failedTry, 'FATAL']);
  });

  test('reports the last try before it reports FATAL', () => {
    const web = new Simulation({ startRetries: 0 });
    web.exitAtOnce = EXIT_3;
    web.start();
    expect(web.takeLog()).toEqual([
      "info spawned: 'web' with pid 101",
      'warn exited: web (exit status 3; not expected)',
      'info gave up: web entered FATAL state, too many start retries too quickly',
    ]);
  });

  test('is tried once with startretries=0', () => {
    const web = new Simulation({ startRetries: 0 });
    web.exitAtOnce = EXIT_3;
    web.start();
    web.pass(3600_000);
    expect(web.spawnCount).toBe(1);
    expect(web.takeStates()).toEqual(['STARTING', 'BACKOFF', 'FATAL']);
  });

  test('is tried again even with autorestart=false', () => {
    const web = new Simulation({ autorestart: 'never' });
    web.exitAtOnce = EXIT_3;
    web.start();
    web.pass(1000);
    expect(web.spawnCount).toBe(2);
  });

  test('has all its tries again when it is started after FATAL', () => {
    const web = new Simulation({ startRetries: 1 });
    web.exitAtOnce = EXIT_3;
    web.start();
    web.pass(60_000);
    expect(web.spawnCount).toBe(2);
    web.start();
    web.pass(60_000);
    expect(web.spawnCount).toBe(4);
    expect(web.state).toBe('FATAL');
  });
});

describe('a program whose exit and startsecs fall together', () => {
  test('has stayed up if it exits exactly at startsecs, even before the timer is seen', () => {
    const web = new Simulation({ startSeconds: 1, autorestart: 'never' });
    web.start();
    web.monotonicMs += 1000;
    web.exit(EXIT_0);
    expect(web.takeStates()).toEqual(['STARTING', 'RUNNING', 'EXITED']);
    expect(web.machine.history.spawnError).toBe('');
  });

  test('exits like any other with startsecs=0', () => {
    const web = new Simulation({ startSeconds: 0, autorestart: 'never' });
    web.exitAtOnce = EXIT_0;
    web.start();
    expect(web.takeStates()).toEqual(['STARTING', 'RUNNING', 'EXITED']);
  });

  test('does not become RUNNING too early when the timer fires early', () => {
    const web = new Simulation();
    web.start();
    web.monotonicMs += 999.4;
    web.armedAtMs = null;
    web.send({ type: 'due' });
    expect(web.state).toBe('STARTING');
    web.pass(0.6);
    expect(web.state).toBe('RUNNING');
  });
});

describe('a program that cannot be spawned', () => {
  test('goes the same way to FATAL and reports what is wrong', () => {
    const web = new Simulation({ startRetries: 1 });
    web.spawnError = "can't find command 'web'";
    web.start();
    web.pass(60_000);
    expect(web.takeLog()).toEqual([
      "info spawnerr: can't find command 'web'",
      "info spawnerr: can't find command 'web'",
      'info gave up: web entered FATAL state, too many start retries too quickly',
    ]);
    expect(web.machine.history).toMatchObject({ spawnError: "can't find command 'web'", stoppedAtMs: 0 });
  });

  test('runs as soon as a later try succeeds', () => {
    const web = new Simulation();
    web.spawnError = "can't find command 'web'";
    web.start();
    web.pass(1000);
    web.spawnError = null;
    web.pass(3000);
    expect(web.state).toBe('RUNNING');
    expect(web.machine.history.spawnError).toBe('');
  });
});

describe('a wall clock that jumps', () => {
  test.each([-86_400_000, 86_400_000])('by %i ms changes no moment', (jumpMs) => {
    const web = new Simulation({ startSeconds: 5, stopWaitSeconds: 5 });
    web.start();
    web.wallMs += jumpMs;
    web.pass(4999);
    expect(web.state).toBe('STARTING');
    web.pass(1);
    expect(web.state).toBe('RUNNING');
    web.stop();
    web.wallMs -= 2 * jumpMs;
    web.pass(4999);
    expect(web.effects.filter((effect) => effect.type === 'kill')).toHaveLength(1);
    web.pass(1);
    expect(web.effects.filter((effect) => effect.type === 'kill')).toHaveLength(2);
  });

  test('does not make an exit look quick or slow', () => {
    const web = new Simulation({ startSeconds: 5 });
    web.start();
    web.wallMs += 86_400_000;
    web.pass(1000);
    web.exit(EXIT_3);
    expect(web.state).toBe('BACKOFF');
    web.wallMs -= 2 * 86_400_000;
    web.pass(999);
    expect(web.spawnCount).toBe(1);
    web.pass(1);
    expect(web.spawnCount).toBe(2);
  });
});
