/**
 * What the kernel alone takes: the work of a supervisor without one.
 *
 * @module
 */
import { withFolder } from './bed.ts';
import { askPython } from './python.ts';

const SPAWN = `
import os, sys, time
start = time.monotonic()
pids = [os.posix_spawn('/bin/sleep', ['sleep', '600'], os.environ) for _ in range(int(sys.argv[1]))]
print(time.monotonic() - start)
for pid in pids: os.kill(pid, 9)
for pid in pids: os.waitpid(pid, 0)
`;

/**
 * Seconds that so many posix_spawn of `/bin/sleep` take in a small process, one after the other, in the environment
 * that the subjects have.
 *
 * @throws Error where there is no python3, in which the loop is written
 */
export async function spawnFloor(programs: number): Promise<number> {
  return withFolder(async (dir) => Number(await askPython(dir, SPAWN, [String(programs)], { seconds: 60 })));
}
