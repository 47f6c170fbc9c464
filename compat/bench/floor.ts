/**
 * What the kernel alone takes: the work of a supervisor without one.
 *
 * @module
 */
import { findCommand } from '../harness/needs.ts';
import { runCommand } from '../harness/processes.ts';
import { withFolder } from './bed.ts';

const SPAWN = `
import os, sys, time
start = time.monotonic()
pids = [os.posix_spawn('/bin/sleep', ['sleep', '600'], {}) for _ in range(int(sys.argv[1]))]
print(time.monotonic() - start)
for pid in pids: os.kill(pid, 9)
for pid in pids: os.waitpid(pid, 0)
`;

/**
 * Seconds that so many posix_spawn of `/bin/sleep` take in a small process, one after the other.
 *
 * @throws Error where there is no python3, in which the loop is written
 */
export async function spawnFloor(programs: number): Promise<number> {
  const python = findCommand('/usr/bin/python3') ?? findCommand('python3');
  if (python === null) throw new Error('the floor needs python3');
  return withFolder(async (dir) => {
    const result = await runCommand([python, '-I', '-c', SPAWN, String(programs)], dir, { seconds: 60 });
    if (result.code !== 0) throw new Error(`the floor failed: ${result.stderr.trim()}`);
    return Number(result.stdout);
  });
}
