/** What the tests of the native part share: children with their output, and scripts in a process of their own. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { pipe, readInto, reap, type SpawnOutcome, type SpawnSpec, spawn } from '../../src/native/posix.ts';

export { isRoot } from '../needs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** Callbacks for children that have not exited yet, by pid. */
const waiting = new Map<number, (status: number) => void>();

/** Handles SIGCHLD only while a test waits: later tests of this process have children of their own. */
function takeExits(): void {
  for (const { pid, status } of reap()) {
    waiting.get(pid)?.(status);
    waiting.delete(pid);
  }
  if (waiting.size === 0) process.off('SIGCHLD', takeExits);
}

/** Raw wait status of a child of `spawn`; to be called in the turn of the spawn. */
export function exitOf(pid: number): Promise<number> {
  if (waiting.size === 0) process.on('SIGCHLD', takeExits);
  const status = new Promise<number>((resolve) => waiting.set(pid, resolve));
  takeExits();
  return status;
}

export function readToEnd(fd: number): string {
  const chunk = Buffer.alloc(65536);
  const chunks: Buffer[] = [];
  for (;;) {
    const count = readInto(fd, chunk);
    if (count < 0) throw new Error(`read: errno ${-count}`);
    if (count === 0) return Buffer.concat(chunks).toString();
    chunks.push(Buffer.from(chunk.subarray(0, count)));
  }
}

export interface Run extends SpawnOutcome {
  readonly output: string;
  readonly status: number;
}

/** Runs a shell script with /dev/null as stdin and a pipe as stdout and stderr, to its end. */
export async function run(script: string, changes: Partial<SpawnSpec> = {}): Promise<Run> {
  const nothing = openSync('/dev/null', 'r');
  const { read, write } = pipe();
  const outcome = spawn({
    file: '/bin/sh',
    argv: ['sh', '-c', script],
    env: ['PATH=/usr/bin:/bin'],
    stdin: nothing,
    stdout: write,
    stderr: write,
    cwd: null,
    umask: null,
    credentials: null,
    ...changes,
  });
  closeSync(nothing);
  closeSync(write);
  const output = readToEnd(read);
  closeSync(read);
  return { ...outcome, output, status: await exitOf(outcome.pid) };
}

/** Makes a folder, hands it to the test and removes it. */
export async function inFolder<T>(test: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'visord-native-'));
  try {
    return await test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/**
 * Runs TypeScript in a Node of its own, where `posix` is the module under test.
 *
 * @param home the path that the script has; the addon is looked for from there
 */
export function runScript(source: string, launcher: readonly string[] = [], home = root): ScriptResult {
  const folder = mkdtempSync(join(tmpdir(), 'visord-script-'));
  try {
    const outfile = join(folder, 'script.cjs');
    buildSync({
      stdin: {
        contents: `import * as posix from './src/native/posix.ts';\nimport fs from 'node:fs';\n${source}`,
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      outfile,
      define: { 'import.meta.url': JSON.stringify(pathToFileURL(join(home, 'dist/bin/script.cjs')).href) },
      logLevel: 'error',
    });
    const [command = '', ...args] = [...launcher, process.execPath, outfile];
    const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', timeout: 100_000 });
    return { stdout, stderr, status };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
