/**
 * Runs a target in a process of its own, and ends it where one input takes too long or all inputs too much memory.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Watched {
  readonly code: number;
  /** Why it was ended; null where it ended by itself. */
  readonly reason: string | null;
  /** The last input. */
  readonly input: Buffer;
}

const LOOK_MS = 500;
const MOST_INPUT_MS = 60_000;
const MOST_RESIDENT_BYTES = 1 << 30;

/** @param args of this same command; the name of the file for the last input is added */
export function watchTarget(args: readonly string[]): Promise<Watched> {
  const dir = mkdtempSync(join(tmpdir(), 'vf-watch-'));
  const file = join(dir, 'current');
  const child = spawn(process.execPath, [process.argv[1] ?? '', ...args, '--current', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let reason: string | null = null;
  let last = '';
  let changedAt = performance.now();
  const timer = setInterval(() => {
    const { number } = lastInput(file);
    if (number !== last) {
      last = number;
      changedAt = performance.now();
    }
    if (performance.now() - changedAt > MOST_INPUT_MS) reason = `input ${number} takes longer than a minute`;
    const resident = residentOf(child.pid ?? 0);
    if (resident > MOST_RESIDENT_BYTES)
      reason = `the inputs up to ${number} take ${resident} bytes of memory`;
    if (reason !== null) child.kill('SIGKILL');
  }, LOOK_MS);
  const stop = (): void => {
    child.kill('SIGTERM');
  };
  process.on('exit', stop);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(timer);
      process.off('exit', stop);
      const { input } = lastInput(file);
      rmSync(dir, { recursive: true, force: true });
      resolve({ code: code ?? 1, reason, input });
    });
  });
}

/** The file has the number and the length of the input in its first line. */
function lastInput(file: string): { readonly number: string; readonly input: Buffer } {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return { number: '', input: Buffer.alloc(0) };
  }
  const end = bytes.indexOf('\n');
  const [number = '', length = '0'] = bytes.toString('latin1', 0, end).split(' ');
  return { number, input: bytes.subarray(end + 1, end + 1 + Number(length)) };
}

function residentOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
