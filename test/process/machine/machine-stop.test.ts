import { describe, expect, test } from 'vitest';
import type { Effect, MachineConfig } from '../../../src/process/machine/machine.ts';
import { Simulation } from './machine-simulation.ts';

const EXIT_0 = 0;
const EXIT_3 = 3 << 8;
const BY_SIGTERM = 15;
const BY_SIGKILL = 9;

function running(config: Partial<MachineConfig> = {}): Simulation {
  const web = new Simulation(config);
  web.start();
  web.pass(web.config.startSeconds * 1000);
  web.takeEffects();
  return web;
}

function kills(web: Simulation): readonly Effect[] {
  return web.effects.filter((effect) => effect.type === 'kill');
}

describe('a program that is stopped', () => {
  test('is sent its stopsignal and is STOPPED when it is gone', () => {
    const web = running({ stopSignal: 2 });
    web.stop();
    expect(web.state).toBe('STOPPING');
    expect(kills(web)).toEqual([{ type: 'kill', pid: 101, signal: 2, asGroup: false }]);
    web.pass(500);
    web.exit(2);
    expect(web.takeStates()).toEqual(['STOPPING', 'STOPPED']);
    expect(web.armedAtMs).toBeNull();
    expect(web.machine.history).toMatchObject({ exitStatus: -1, stoppedAtMs: web.wallMs, spawnError: '' });
  });

  test('enters STOPPING before the signal is sent', () => {
    const web = running();
    web.stop();
    const types = web.takeEffects().map((effect) => effect.type);
    expect(types.indexOf('changed')).toBeLessThan(types.indexOf('kill'));
  });

  test('reports how it ended: a warning unless the exit status is one of exitcodes', () => {
    const web = running();
    web.stop();
    web.exit(BY_SIGTERM);
    expect(web.takeLog()).toEqual([
      'debug killing web (pid 101) with signal SIGTERM',
      'warn stopped: web (terminated by SIGTERM)',
    ]);
    const polite = running({ exitCodes: [3] });
    polite.stop();
    polite.exit(EXIT_3);
    expect(polite.takeLog().at(-1)).toBe('info stopped: web (exit status 3)');
  });

  test.each(['always', 'unexpected', 'never'] as const)(
    'is not started again with autorestart %s',
    (autorestart) => {
      const web = running({ autorestart });
      web.stop();
      web.exit(EXIT_3);
      web.pass(3600_000);
      expect(web.state).toBe('STOPPED');
      expect(web.spawnCount).toBe(1);
    },
  );

  test('is STOPPED, not in BACKOFF, when it was still STARTING', () => {
    const web = new Simulation({ startSeconds: 10 });
    web.start();
    web.pass(100);
    web.stop();
    web.exit(BY_SIGTERM);
    web.pass(60_000);
    expect(web.takeStates()).toEqual(['STARTING', 'STOPPING', 'STOPPED']);
  });

  test('does not become RUNNING when startsecs are over meanwhile', () => {
    const web = new Simulation({ startSeconds: 1, stopWaitSeconds: 10 });
    web.start();
    web.pass(500);
    web.stop();
    web.pass(5000);
    expect(web.state).toBe('STOPPING');
  });

  test('is signalled once, however often a stop is requested', () => {
    const web = running();
    web.stop();
    web.takeEffects();
    web.stop();
    expect(web.takeEffects()).toEqual([]);
  });

  test('can be started again at once', () => {
    const web = running();
    web.stop();
    web.exit(EXIT_0);
    web.start();
    expect(web.state).toBe('STARTING');
    expect(web.pid).toBe(102);
  });
});

describe('a program that does not stop', () => {
  test('is sent SIGKILL exactly after stopwaitsecs', () => {
    const web = running({ stopWaitSeconds: 3 });
    web.stop();
    web.takeEffects();
    web.pass(2999);
    expect(kills(web)).toHaveLength(1);
    web.pass(1);
    expect(kills(web)).toHaveLength(2);
    expect(web.takeLog()).toEqual([
      "warn killing 'web' (101) with SIGKILL",
      'debug killing web (pid 101) with signal SIGKILL',
    ]);
    web.exit(BY_SIGKILL);
    expect(web.takeLog()).toEqual(['warn stopped: web (terminated by SIGKILL)']);
    expect(web.state).toBe('STOPPED');
  });

  test('is killed with its group with killasgroup', () => {
    const web = running({ stopWaitSeconds: 3, killAsGroup: true });
    web.stop();
    web.pass(3000);
    expect(kills(web)).toEqual([
      { type: 'kill', pid: 101, signal: 15, asGroup: false },
      { type: 'kill', pid: 101, signal: 9, asGroup: true },
    ]);
    expect(web.takeLog().at(-1)).toBe('debug killing web (pid 101) process group with signal SIGKILL');
  });

  test('is stopped with its group with stopasgroup', () => {
    const web = running({ stopAsGroup: true });
    web.stop();
    expect(kills(web)).toEqual([{ type: 'kill', pid: 101, signal: 15, asGroup: true }]);
    expect(web.takeLog()).toEqual(['debug killing web (pid 101) process group with signal SIGTERM']);
  });

  test('is sent SIGKILL again and again while it hangs', () => {
    const web = running({ stopWaitSeconds: 3 });
    web.stop();
    web.pass(9000);
    expect(kills(web)).toHaveLength(4);
  });

  test('is sent SIGKILL at once with stopwaitsecs=0, and then not in a busy loop', () => {
    const web = running({ stopWaitSeconds: 0 });
    web.stop();
    web.pass(0);
    expect(kills(web)).toHaveLength(2);
    web.pass(999);
    expect(kills(web)).toHaveLength(2);
    web.pass(1);
    expect(kills(web)).toHaveLength(3);
  });
});

describe('a stop in BACKOFF', () => {
  test('ends the tries', () => {
    const web = new Simulation();
    web.exitAtOnce = EXIT_3;
    web.start();
    web.takeEffects();
    web.stop();
    expect(web.takeLog()).toEqual(['debug Attempted to kill web, which is in BACKOFF state.']);
    web.pass(60_000);
    expect(web.state).toBe('STOPPED');
    expect(web.spawnCount).toBe(1);
  });

  test('sends no signal', () => {
    const web = new Simulation();
    web.exitAtOnce = EXIT_3;
    web.start();
    web.stop();
    expect(kills(web)).toEqual([]);
  });

  test('keeps the count of the tries, as the reference does', () => {
    const web = new Simulation({ startRetries: 3 });
    web.exitAtOnce = EXIT_3;
    web.start();
    web.pass(3000);
    web.stop();
    expect(web.machine.history.tries).toBe(3);
    web.start();
    expect(web.state).toBe('FATAL');
  });
});

describe('a stop of a program that does not run', () => {
  test.each(['STOPPED', 'EXITED', 'FATAL'])('in %s is refused with a text', (state) => {
    const web = new Simulation({ startRetries: 0, autorestart: 'never' });
    if (state !== 'STOPPED') {
      web.start();
      web.pass(state === 'EXITED' ? 1000 : 0);
      web.exit(EXIT_0);
    }
    expect(web.state).toBe(state);
    web.takeEffects();
    web.stop();
    const message = "attempted to kill web with sig SIGTERM but it wasn't running";
    expect(web.takeEffects()).toEqual([
      { type: 'log', level: 'debug', message },
      { type: 'refuse', message },
    ]);
    expect(web.state).toBe(state);
  });
});

describe('a daemon that shuts down', () => {
  test('turns BACKOFF into FATAL without a log line', () => {
    const web = new Simulation();
    web.exitAtOnce = EXIT_3;
    web.start();
    web.takeEffects();
    web.mayStart = false;
    web.send({ type: 'give-up' });
    expect(web.takeEffects().filter((effect) => effect.type === 'log')).toEqual([]);
    expect(web.state).toBe('FATAL');
    web.pass(60_000);
    expect(web.spawnCount).toBe(1);
  });

  test('never starts a program again that exits meanwhile', () => {
    const web = running({ autorestart: 'always' });
    web.mayStart = false;
    web.exit(EXIT_3);
    web.pass(60_000);
    expect(web.state).toBe('EXITED');
    expect(web.spawnCount).toBe(1);
  });

  test('never tries again what fails meanwhile', () => {
    const web = new Simulation();
    web.start();
    web.mayStart = false;
    web.exit(EXIT_3);
    web.pass(60_000);
    expect(web.state).toBe('BACKOFF');
    expect(web.spawnCount).toBe(1);
  });

  test('still gives up after the last try', () => {
    const web = new Simulation({ startRetries: 0 });
    web.start();
    web.mayStart = false;
    web.exit(EXIT_3);
    expect(web.state).toBe('FATAL');
  });
});

describe('a process that cannot be signalled', () => {
  test('is UNKNOWN and keeps its pid', () => {
    const web = running();
    web.stop();
    web.send({ type: 'kill-failed' });
    expect(web.state).toBe('UNKNOWN');
    expect(web.pid).toBe(101);
    web.pass(3600_000);
    expect(kills(web)).toHaveLength(1);
  });

  test('is EXITED when it ends after all, and is left alone until a request starts it', () => {
    const web = running({ autorestart: 'always' });
    web.send({ type: 'kill-failed' });
    web.exit(EXIT_3);
    web.pass(3600_000);
    expect(web.state).toBe('EXITED');
    expect(web.spawnCount).toBe(1);
    web.start();
    expect(web.pid).toBe(102);
  });
});
