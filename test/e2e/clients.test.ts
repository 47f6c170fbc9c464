/** More clients than there is room for. */
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { call, count, cpuSeconds, openFiles, program, startWith, test } from './support.ts';

const QUIET = { command: '/bin/sleep 1000', stdout_logfile: 'NONE', stderr_logfile: 'NONE', startsecs: 0 };
const FEW_FDS = '[supervisord]\nminfds=10\n';

function withOpenFiles(limit: number): { readonly prefix: readonly string[] } {
  return { prefix: ['sh', '-c', `ulimit -n ${limit}; exec "$@"`, 'sh'] };
}

/** Clients that send the beginning of a request, or nothing. */
async function flood(side: Side, size: number, beginning: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < size; i += 1) {
    const socket = connect(side.path('s.sock'));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
    socket.write(beginning);
    sockets.push(socket);
  }
  return sockets;
}

test('a flood of clients leaves room for programs, and for later clients', async ({ side }) => {
  const keys = { ...QUIET, process_name: 'p%(process_num)s', numprocs: 20, autostart: 'false' };
  const daemon = await startWith(side, FEW_FDS + program('many', keys), withOpenFiles(256));
  const sockets = await flood(side, 300, '');
  try {
    await call(side, 'startProcessGroup', 'many');
    expect(await call(side, 'getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
    expect(openFiles(daemon.pid)).toBeLessThan(256);
    expect(count(side.readFile('main.log'), /WARN Server .*: \d+ clients are connected/g)).toBe(1);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
});

test('a daemon without descriptors closes the oldest half requests, does not spin, and answers', async ({
  side,
}) => {
  const sections = FEW_FDS + program('p', QUIET);
  const first = await startWith(side, sections);
  const idleFiles = openFiles(first.pid);
  expect(await first.stop()).toBe(0);
  const daemon = await startWith(side, sections, withOpenFiles(idleFiles + 6));
  const sockets = await flood(side, 40, 'POST /RPC2 HTTP/1.1\r\n');
  const connected = () => sockets.filter(({ closed }) => !closed).length;
  try {
    await side.waitFor('only those are left that have a descriptor', () => connected() <= 10);
    expect(side.readFile('main.log')).toMatch(/ERRO HTTP server: accept: EMFILE/);
    const cpuBefore = cpuSeconds(daemon.pid);
    await side.waitFor('two seconds are over', after(2000));
    expect(cpuSeconds(daemon.pid) - cpuBefore).toBeLessThan(0.5);
    expect(connected()).toBeGreaterThan(0);
    expect(await call(side, 'getState')).toEqual({ statecode: 1, statename: 'RUNNING' });
    expect(count(side.readFile('main.log'), /EMFILE/g)).toBeLessThan(5);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
  expect(await daemon.stop()).toBe(0);
});

function after(delayMs: number): () => boolean {
  const end = performance.now() + delayMs;
  return () => performance.now() >= end;
}
