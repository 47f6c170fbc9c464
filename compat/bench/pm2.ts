/**
 * pm2, a process manager in Node.js, as a peer: installed for the benchmark alone, outside the package's dependencies.
 *
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { packageRoot } from '../harness/commands.ts';
import { isAlive, runCommand } from '../harness/processes.ts';
import { withFolder } from './bed.ts';
import { memory } from './proc.ts';
import { haveStarted } from './running.ts';

/** Where `scripts/setup.mjs --peers` installs it. */
const PM2 = join(packageRoot(), 'node_modules/.cache/bench-peers/node_modules/pm2/bin/pm2');

/** A program as pm2 describes it: its output goes to files below PM2_HOME, it is started again at once. */
export interface Pm2App {
  readonly name: string;
  readonly script: string;
  readonly args: string;
}

export interface Pm2Daemon {
  readonly pid: number;
  readonly dir: string;
}

/**
 * Gives the measurement a pm2 daemon of its own that runs these programs, and ends them all; null where pm2 is not
 * installed.
 */
export async function withPm2<Result>(
  apps: (dir: string) => Promise<readonly Pm2App[]>,
  measure: (daemon: Pm2Daemon) => Promise<Result>,
): Promise<Result | null> {
  if (!existsSync(PM2)) return null;
  return withFolder(async (dir) => {
    const home = join(dir, 'pm2');
    mkdirSync(home);
    const file = join(dir, 'apps.json');
    const described = (await apps(dir)).map((app) => ({ ...app, interpreter: 'none', exec_mode: 'fork' }));
    writeFileSync(file, JSON.stringify({ apps: described }));
    const bornAt = performance.now();
    const { code, stdout, stderr } = await runCommand([process.execPath, PM2, 'start', file], dir, {
      seconds: 90,
      environment: { PM2_HOME: home, PM2_DISABLE_VERSION_CHECK: 'true' },
    });
    if (code !== 0) throw new Error(`pm2 failed: ${stderr.trim() || stdout.trim()}`);
    const pid = Number(readFileSync(join(home, 'pm2.pid'), 'utf8'));
    await haveStarted({ pid, bornAt, isRunning: () => isAlive(pid) }, described.length);
    return measure({ pid, dir });
  });
}

/** Memory of the daemon of pm2 with a number of programs that sleep, some time after their start. */
export function pm2Memory(programs: number, delayMs = 500): Promise<ReturnType<typeof memory> | null> {
  const apps = Array.from({ length: programs }, (_, index) => ({
    name: `sleeper-${index}`,
    script: '/bin/sleep',
    args: '600',
  }));
  return withPm2(
    async () => apps,
    async ({ pid }) => {
      await delay(delayMs);
      return memory(pid);
    },
  );
}
