/**
 * What the kernel alone takes: the work of a supervisor without one.
 *
 * @module
 */
import { withFolder } from './bed.ts';
import { askPython, pythonCommand } from './python.ts';

const SPAWN = `
import os, sys, time
start = time.monotonic()
pids = [os.posix_spawn('/bin/sleep', ['sleep', '600'], os.environ) for _ in range(int(sys.argv[1]))]
print(time.monotonic() - start)
for pid in pids: os.kill(pid, 9)
for pid in pids: os.waitpid(pid, 0)
`;

const RESTART = `
import os, sys
def spawn(args): return os.posix_spawn('/bin/sh', ['sh', *args], os.environ, setpgroup=0)
running = {spawn((sys.argv[1], name)): name for name in sys.argv[2:]}
while True:
    pid, _ = os.wait()
    name = running.pop(pid)
    running[spawn((sys.argv[1], name))] = name
`;

const BARE_NODE = `
import json, os, sys
def seconds():
    pid = os.posix_spawn(sys.argv[1], ['node', '-e', '0'], os.environ)
    usage = os.wait4(pid, 0)[2]
    return usage.ru_utime + usage.ru_stime
print(json.dumps([seconds() for _ in range(int(sys.argv[2]))]))
`;

/** The command of the least supervisor: runs a shell script once for each name, and again whenever one has ended. */
export function restartFloorCommand(script: string, names: readonly string[]): readonly string[] {
  return [pythonCommand(), '-I', '-S', '-c', RESTART, script, ...names];
}

/**
 * Seconds that this number of posix_spawn of `/bin/sleep` take in a small process, one after the other, in the environment
 * that the subjects have.
 *
 * @throws Error where there is no python3, in which the loop is written
 */
export async function spawnFloor(programs: number): Promise<number> {
  return withFolder(async (dir) => Number(await askPython(dir, SPAWN, [String(programs)], { seconds: 60 })));
}

/** Seconds of processor time of a Node.js without work, several times. @throws Error where there is no python3 */
export async function bareNodeFloor(times: number): Promise<number[]> {
  const args = [process.execPath, String(times)];
  return withFolder(async (dir) => (await askPython(dir, BARE_NODE, args, { seconds: 60 })) as number[]);
}
