import { afterEach, expect, test } from 'vitest';
import { ConfigError } from '../../src/config/types.ts';
import { SignalHandler } from '../../src/supervisor/signals.ts';
import type { Supervisor } from '../../src/supervisor/supervisor.ts';
import { FakeSupervisor } from '../rpc/fakes.ts';

const HANDLED = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR2', 'SIGCHLD', 'SIGXFSZ'] as const;

afterEach(() => {
  for (const name of HANDLED) process.removeAllListeners(name);
});

function supervisor(): FakeSupervisor & Supervisor {
  return new FakeSupervisor() as FakeSupervisor & Supervisor;
}

/** As if the process had got it; the signal itself would reach the test runner too. */
function receive(name: NodeJS.Signals): void {
  process.emit(name, name);
}

test('TERM, INT and QUIT ask for a shutdown', () => {
  for (const name of ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const) {
    const served = supervisor();
    const handler = new SignalHandler();
    handler.handleFor(served);
    receive(name);
    expect(served.state).toBe('SHUTDOWN');
    expect(served.log.lines).toEqual([`warn: received ${name} indicating exit request`]);
    process.removeAllListeners(name);
  }
});

test('HUP asks for a restart, and is ignored during a shutdown', () => {
  const served = supervisor();
  new SignalHandler().handleFor(served);
  receive('SIGHUP');
  expect(served.state).toBe('RESTARTING');
  served.state = 'SHUTDOWN';
  receive('SIGHUP');
  expect(served.log.lines.at(-1)).toBe(
    'warn: ignored SIGHUP indicating restart request (shutdown in progress)',
  );
});

test('HUP with a file that cannot be used is refused and logged', () => {
  const served = supervisor();
  served.restart = () => {
    throw new ConfigError('the file is broken');
  };
  new SignalHandler().handleFor(served);
  receive('SIGHUP');
  expect(served.log.lines.at(-1)).toBe(
    'critical: restart refused, the configuration cannot be used: the file is broken',
  );
});

test('a signal that arrives while no supervisor runs waits, and is handled once', () => {
  const handler = new SignalHandler();
  handler.handleFor(null);
  receive('SIGHUP');
  const first = supervisor();
  handler.handleFor(first);
  expect(first.state).toBe('RESTARTING');
  handler.handleFor(null);
  receive('SIGTERM');
  const second = supervisor();
  handler.handleFor(second);
  expect(second.state).toBe('SHUTDOWN');
  const third = supervisor();
  handler.handleFor(third);
  expect(third.state).toBe('RUNNING');
});

test('with audit, a signal is recorded with its action and the result', () => {
  const served = supervisor();
  served.config = { ...served.config, daemon: { ...served.config.daemon, audit: true } };
  new SignalHandler().handleFor(served);
  served.restart = () => {
    throw new ConfigError('broken');
  };
  receive('SIGHUP');
  receive('SIGTERM');
  expect(served.log.lines.filter((line) => line.includes('audit'))).toEqual([
    'info: audit: SIGHUP, unknown sender: restart: CANT_REREAD',
    'info: audit: SIGTERM, unknown sender: shutdown: ok',
  ]);
});
