import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isUp } from '../../src/ctl/commands/upcheck.ts';
import { adviceOnLostSocket } from '../../src/ctl/lost-socket.ts';
import { ConnectionError } from '../../src/ctl/wire/trouble.ts';
import { onTerminal, openSession } from './fake-server.ts';

let folder: string;
let pidfile: string;
let daemon: ChildProcess;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'visord-lost-'));
  pidfile = join(folder, 'supervisord.pid');
  daemon = spawn('/bin/sleep', ['1000'], { argv0: '/usr/bin/supervisord' });
  await new Promise((resolve) => daemon.once('spawn', resolve));
  writeFileSync(pidfile, `${daemon.pid}\n`);
});

afterEach(() => {
  daemon.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('of a daemon that runs without its socket the client advises what to do', () => {
  expect(adviceOnLostSocket(`unix://${folder}/s.sock`, pidfile)).toBe(
    `supervisord runs (pid ${daemon.pid}), but its socket was removed: it comes back within a minute, and where it does ` +
      `not, kill -HUP ${daemon.pid} restarts supervisord with its programs.`,
  );
  expect(adviceOnLostSocket(`unix://${folder}/gone/s.sock`, pidfile)).toBe(
    `supervisord runs (pid ${daemon.pid}), but the folder of its socket was removed: make ${folder}/gone again, and the ` +
      'socket comes back.',
  );
});

test('there is no advice where no daemon runs', () => {
  const url = `unix://${folder}/s.sock`;
  expect(adviceOnLostSocket(url, null)).toBe(null);
  expect(adviceOnLostSocket(url, join(folder, 'none'))).toBe(null);
  expect(adviceOnLostSocket('http://localhost:1', pidfile)).toBe(null);
  for (const text of ['', 'x', String(process.pid), '99999999', ' '.repeat(100)]) {
    writeFileSync(pidfile, text);
    expect(adviceOnLostSocket(url, pidfile)).toBe(null);
  }
});

test('the advice follows the message of the stock client, for a person at a terminal', async () => {
  const url = `unix://${folder}/s.sock`;
  const missing = (): Promise<never> => Promise.reject(new ConnectionError('ENOENT', 'connect ENOENT'));
  const { session, stdout, stderr } = openSession(url, { ...onTerminal, pidfile });
  expect(await isUp(session, missing)).toBe(false);
  expect([stdout(), session.exitStatus]).toEqual([`${url} no such file\n`, 7]);
  expect(stderr()).toContain(`supervisord runs (pid ${daemon.pid})`);
  const script = openSession(url, { pidfile });
  await isUp(script.session, missing);
  expect(script.stderr()).toBe('');
});
