/** What the tests of the small commands share: the built command, run in a folder of its own, and its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from 'vitest';

/** How a command ended: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly pid: number;
  readonly ending: Promise<Ending>;
  /** What it has written to stdout so far. */
  output(): string;
  signal(name: NodeJS.Signals): void;
}

export interface Bench {
  readonly folder: string;
  path(name: string): string;
  /** Writes an executable shell script and returns its path. */
  script(name: string, body: string): string;
  /** Starts a command of ours; whatever of its process group is left at the end of the test is killed. */
  start(command: string, ...args: string[]): Running;
  run(command: string, ...args: string[]): Promise<Ending>;
  waitFor(what: string, condition: () => boolean): Promise<void>;
}

export function commandPath(name: string): string {
  const path = fileURLToPath(new URL(`../../dist/bin/${name}.cjs`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is not there: run npm run build`);
  return path;
}

export const test = base.extend<{ bench: Bench }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  bench: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-bin-'));
    const started: ChildProcess[] = [];
    try {
      await use(openBench(folder, started));
    } finally {
      for (const { pid } of started) killGroup(pid);
      rmSync(folder, { recursive: true });
    }
  },
});

function openBench(folder: string, started: ChildProcess[]): Bench {
  const path = (name: string) => join(folder, name);
  const start = (command: string, ...args: string[]): Running => {
    const child = spawn(commandPath(command), args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    started.push(child);
    return follow(child);
  };
  return {
    folder,
    path,
    script: (name, body) => {
      writeFileSync(path(name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
      return path(name);
    },
    start,
    run: (command, ...args) => start(command, ...args).ending,
    waitFor,
  };
}

function follow(child: ChildProcess): Running {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', (chunk: Buffer) => {
      written[name] += chunk;
    });
  }
  return {
    pid: child.pid ?? 0,
    output: () => written.stdout,
    signal: (name) => void child.kill(name),
    // Not `close`: what the command leaves behind may keep the pipes open.
    ending: new Promise((resolve) => {
      child.on('exit', (code, signal) => setImmediate(() => resolve({ code: code ?? signal, ...written })));
    }),
  };
}

async function waitFor(what: string, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

/** The file's text, or the empty string while there is none. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
