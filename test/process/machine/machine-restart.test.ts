import { describe, expect, test } from 'vitest';
import { type MachineConfig, SHORT_RUN_MS } from '../../../src/process/machine/machine.ts';
import { Simulation } from './machine-simulation.ts';

const EXIT_0 = 0;
const EXIT_2 = 2 << 8;
const BY_SIGKILL = 9;
const BY_SIGSEGV_WITH_CORE = 11 | 0x80;

function running(config: Partial<MachineConfig> = {}): Simulation {
  const web = new Simulation(config);
  web.start();
  web.pass(Math.max(web.config.startSeconds * 1000, 60_000));
  web.takeEffects();
  return web;
}

describe('a RUNNING program that ends', () => {
  const isRestarted = [
    ['always', EXIT_0, true],
    ['always', EXIT_2, true],
    ['always', BY_SIGKILL, true],
    ['unexpected', EXIT_0, false],
    ['unexpected', EXIT_2, true],
    ['unexpected', BY_SIGKILL, true],
    ['never', EXIT_0, false],
    ['never', EXIT_2, false],
    ['never', BY_SIGKILL, false],
  ] as const;

  test.each(isRestarted)('autorestart %s, raw status %i: restarted %s', (autorestart, status, restarted) => {
    const web = running({ autorestart });
    web.exit(status);
    web.pass(3600_000);
    expect(web.spawnCount).toBe(restarted ? 2 : 1);
    expect(web.state).toBe(restarted ? 'RUNNING' : 'EXITED');
  });

  test('is expected with any of its exitcodes', () => {
    const web = running({ exitCodes: [0, 2], autorestart: 'unexpected' });
    web.exit(EXIT_2);
    expect(web.takeLog()).toEqual(['info exited: web (exit status 2; expected)']);
    web.pass(3600_000);
    expect(web.spawnCount).toBe(1);
    expect(web.machine.history).toMatchObject({ exitStatus: 2, spawnError: '' });
  });

  test('is not expected with another one, which is a warning and is kept as the reason', () => {
    const web = running();
    web.exit(EXIT_2);
    expect(web.takeLog()).toEqual(['warn exited: web (exit status 2; not expected)']);
    expect(web.machine.history).toMatchObject({ exitStatus: 2, spawnError: 'Bad exit code 2' });
  });

  test('is never expected by a signal', () => {
    const web = running();
    web.exit(BY_SIGSEGV_WITH_CORE);
    expect(web.takeLog()).toEqual(['warn exited: web (terminated by SIGSEGV (core dumped); not expected)']);
    expect(web.machine.history).toMatchObject({ exitStatus: -1, spawnError: 'Bad exit code -1' });
  });

  test('reports to subscribers whether that was expected, and which process it was', () => {
    const web = running({ autorestart: 'never' });
    web.exit(EXIT_2);
    expect(web.takeEffects()).toContainEqual({
      type: 'changed',
      from: 'RUNNING',
      to: 'EXITED',
      pid: 101,
      tries: 0,
      expected: false,
    });
  });
});

describe('a restart', () => {
  test('is immediate', () => {
    const web = running({ autorestart: 'always' });
    const exitedMs = web.monotonicMs;
    web.exit(BY_SIGKILL);
    web.pass(0);
    expect(web.spawnCount).toBe(2);
    expect(web.machine.history.startedMonotonicMs).toBe(exitedMs);
    expect(web.takeStates()).toEqual(['EXITED', 'STARTING']);
  });

  test('goes to BACKOFF if it does not stay up', () => {
    const web = running({ autorestart: 'always', startRetries: 1 });
    web.exitAtOnce = EXIT_2;
    web.exit(EXIT_2);
    web.pass(0);
    expect(web.state).toBe('BACKOFF');
    web.pass(60_000);
    expect(web.state).toBe('FATAL');
    expect(web.spawnCount).toBe(3);
  });

  test('by a request does not wait for the one that is due', () => {
    const web = new Simulation({ autorestart: 'always', startSeconds: 0 });
    web.exitAtOnce = EXIT_0;
    web.start();
    web.pass(0);
    expect(web.state).toBe('EXITED');
    web.exitAtOnce = null;
    web.start();
    web.pass(0);
    expect(web.state).toBe('RUNNING');
    web.pass(60_000);
    expect(web.spawnCount).toBe(3);
  });
});

describe('a program with startsecs=0 that exits again and again', () => {
  function spawnTimes(config: Partial<MachineConfig>, lifeMs: number, endMs: number): number[] {
    const web = new Simulation({ startSeconds: 0, autorestart: 'always', ...config });
    const beganMs = web.monotonicMs;
    const times: number[] = [];
    web.start();
    for (let spawns = 0; web.monotonicMs - beganMs < endMs; ) {
      if (web.spawnCount > spawns) {
        spawns = web.spawnCount;
        times.push(web.machine.history.startedMonotonicMs - beganMs);
      }
      if (web.pid > 0 && web.monotonicMs - web.machine.history.startedMonotonicMs >= lifeMs) {
        web.exit(EXIT_0);
      }
      web.pass(web.armedAtMs === web.monotonicMs ? 0 : 10);
    }
    return times;
  }

  test('is restarted at once the first time, then once a second', () => {
    expect(spawnTimes({}, 0, 4000)).toEqual([0, 0, 1000, 2000, 3000]);
  });

  test('is restarted a second after its start, not after its end', () => {
    expect(spawnTimes({}, 400, 4000)).toEqual([0, 400, 1400, 2400, 3400]);
  });

  test('is restarted at once after every run that was long enough', () => {
    expect(spawnTimes({}, SHORT_RUN_MS, 3500)).toEqual([0, 1000, 2000, 3000]);
  });

  test('counts as steady again after one long run', () => {
    const web = new Simulation({ startSeconds: 0, autorestart: 'always' });
    web.exitAtOnce = EXIT_0;
    web.start();
    web.pass(500);
    web.exitAtOnce = null;
    web.pass(60_000);
    web.exit(EXIT_0);
    web.pass(0);
    web.exit(EXIT_0);
    web.pass(0);
    expect(web.state).toBe('RUNNING');
    expect(web.machine.history.startedMonotonicMs).toBe(web.monotonicMs);
  });

  test('stays where it is with autorestart=unexpected and an expected exit', () => {
    const web = new Simulation({ startSeconds: 0, autorestart: 'unexpected' });
    web.exitAtOnce = EXIT_0;
    web.start();
    web.pass(60_000);
    expect(web.spawnCount).toBe(1);
  });
});

describe('automatic restarts are counted', () => {
  test('after exits, failed starts and restarts by checks', () => {
    const web = running({ autorestart: 'always' });
    expect(web.machine.history.restartsInAll).toBe(undefined);
    web.exit(EXIT_0);
    web.pass(60_000);
    expect(web.machine.history.restartsInAll).toBe(1);
    web.send({ type: 'restart', reason: 'its file was changed', countsAsFailure: false });
    web.exit(BY_SIGKILL);
    web.pass(60_000);
    expect([web.state, web.machine.history.restartsInAll]).toEqual(['RUNNING', 2]);
    web.spawnError = 'unknown error';
    web.exit(EXIT_2);
    web.pass(60_000);
    // The restart, and then the tries that follow the failed one.
    expect([web.state, web.machine.history.restartsInAll]).toEqual(['FATAL', 6]);
  });

  test('starts by hand do not count, and do not reset the count', () => {
    const web = running({ autorestart: 'always' });
    web.exit(EXIT_0);
    web.pass(60_000);
    web.stop();
    web.exit(EXIT_0);
    web.start();
    web.pass(60_000);
    expect([web.state, web.machine.history.restartsInAll]).toEqual(['RUNNING', 1]);
  });
});
