/** The guard of programs with run_on, as a program of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { procStatIfKnown } from '../../src/io/proc-stat.ts';
import { bootTime } from '../../src/native/posix.ts';

const GUARD = fileURLToPath(new URL('../../dist/bin/fleet-guard', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** With the close of their pipes. */
const children = new Map<ChildProcess, Promise<unknown>>();

afterEach(async () => {
  for (const { pid } of children.keys()) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  await Promise.all(children.values());
  children.clear();
});

function run(
  file: string,
  args: readonly string[],
): { child: ChildProcess; pid: number; ended: Promise<Ended> } {
  const child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  children.set(child, once(child, 'close'));
  const ended = new Promise<Ended>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  return { child, pid: child.pid ?? 0, ended };
}

function guard(): { write(...lines: readonly string[]): void; close(): void; ended: Promise<Ended> } {
  const { child, ended } = run(GUARD, []);
  return {
    write: (...lines) => child.stdin?.write(lines.map((line) => `${line}\n`).join('')),
    close: () => child.stdin?.end(),
    ended,
  };
}

/** A program that has printed a line. @param script of sh */
async function program(script: string): Promise<ReturnType<typeof run> & { ticks: number }> {
  const started = run('/bin/sh', ['-c', script]);
  await new Promise((resolve) => started.child.stdout?.once('data', resolve));
  return { ...started, ticks: procStatIfKnown(started.pid)?.startTicks ?? 0 };
}

function isThere(pid: number): boolean {
  const stat = procStatIfKnown(pid);
  return stat !== null && !stat.isZombie;
}

test('a program whose slot is not confirmed any more gets its signal, and then SIGKILL with its group', async () => {
  const { pid, ticks, ended, child } = await program(
    'trap "echo stopping" TERM; sleep 1000 & echo $!; while :; do wait; done',
  );
  const stopping = new Promise<void>((resolve) => {
    let text = '';
    child.stdout?.on('data', (bytes) => {
      text += String(bytes);
      if (text.includes('stopping')) resolve();
    });
  });
  const { write, close, ended: guardEnded } = guard();
  const now = Math.floor(bootTime());
  // The signal comes after an eighth of the time between the two: 200 ms from now.
  write('w 7 15 -', `p 7 ${pid} ${ticks}`, `u 7 ${now - 6800} ${now + 49_200}`);
  await stopping;
  expect(bootTime()).toBeGreaterThanOrEqual(now + 200);
  const killAt = Math.floor(bootTime()) + 300;
  write(`u 7 ${now - 6800} ${killAt}`);
  close();
  expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
  expect(bootTime()).toBeGreaterThanOrEqual(killAt);
  expect(await guardEnded).toEqual({ code: 0, signal: null });
});

test('a program whose slot is confirmed runs on, also when the daemon is gone', async () => {
  const { pid, ticks } = await program('echo up; exec sleep 1000');
  const { write, close, ended } = guard();
  const now = Math.floor(bootTime());
  write(
    'w 1 15 -',
    `p 1 ${pid} ${ticks}`,
    `u 1 ${now + 200} ${now + 300}`,
    `u 1 ${now + 60_000} ${now + 90_000}`,
  );
  const other = await program('echo up; exec sleep 1000');
  write('w 2 15 -', `p 2 ${other.pid} ${other.ticks}`, `u 2 ${now + 300} ${now + 400}`);
  close();
  await other.ended;
  expect(isThere(pid)).toBe(true);
  process.kill(-pid, 'SIGKILL');
  expect(await ended).toEqual({ code: 0, signal: null });
});

test('a process that reports itself too late is killed at once', async () => {
  const { write } = guard();
  const now = Math.floor(bootTime());
  write('w 1 15 -', `u 1 ${now - 1000} ${now - 500}`);
  const { pid, ticks, ended } = await program('echo up; exec sleep 1000');
  write(`p 1 ${pid} ${ticks}`);
  expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
});

test('a program that has ended is forgotten, and a process that has its pid now is left alone', async () => {
  const reused = await program('echo up; exec sleep 1000');
  const forgotten = await program('echo up; exec sleep 1000');
  const last = await program('echo up; exec sleep 1000');
  const { write, close, ended } = guard();
  const now = Math.floor(bootTime());
  write('w 1 15 -', `p 1 ${reused.pid} ${reused.ticks - 100}`, `u 1 ${now} ${now}`);
  write('w 2 15 -', `p 2 ${forgotten.pid} ${forgotten.ticks}`, 'x 2', `u 2 ${now} ${now}`);
  write('w 3 15 -', `p 3 ${last.pid} ${last.ticks}`, `u 3 ${now} ${now}`);
  close();
  await last.ended;
  await ended;
  expect([isThere(reused.pid), isThere(forgotten.pid)]).toEqual([true, true]);
});
