/**
 * Services that depend on others: how long a start takes beyond the time that the services themselves need.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import type { Case } from '../figure.ts';
import { medianOf } from '../statistics.ts';

const LEVELS = 5;
const SERVICES_OF_A_LEVEL = 2;
const READY_AFTER_SECONDS = 0.3;

/** A service of the graph; it writes the line that makes it ready. */
const SERVICE = `sleep ${READY_AFTER_SECONDS}; echo ready; exec sleep 600`;

/** Starts a graph of ten services, each of which depends on all services of the level below. */
export const graph: Case = {
  name: 'graph',
  setting:
    `${LEVELS * SERVICES_OF_A_LEVEL} services in ${LEVELS} levels (\`depends_on\`), each on both of the level below and ready after ` +
    `${READY_AFTER_SECONDS} seconds (\`readiness_check_script=log:ready\`); the stock daemon has no dependencies`,
  timeoutSeconds: 60,
  isOursAlone: true,
  figures: [
    {
      name: 'graph-up',
      title: `${LEVELS} levels of services up`,
      meaning:
        'from the first `spawned` to the last `entered RUNNING` in the main log; the services alone take 1.5 seconds. ' +
        'The floor is a loop that starts the next level when it has read the lines of the last',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most', value: 1.6 },
      value: medianOf('graph.up'),
    },
    {
      name: 'graph-command',
      title: `${LEVELS} levels of services up, from the start of the command`,
      meaning: 'from the start of the command to the last `entered RUNNING` in the main log',
      unit: 'time',
      better: 'lower',
      value: medianOf('graph.command'),
    },
  ],
  run: (subject) =>
    withBed(subject, async (bed) => {
      const startedAt = Date.now();
      const daemon = bed.start({ programs: {}, sections: services() });
      const log = (): string => readText(join(bed.dir, 'main.log'));
      const isUp = (): boolean => runningTimes(log()).length === LEVELS * SERVICES_OF_A_LEVEL;
      await waitUntil('all services run', () => isUp() || !daemon.isRunning(), 30);
      const [firstSpawn = Number.NaN] = timesOf(log(), 'spawned: ');
      const lastRunning = Math.max(...runningTimes(log()));
      return {
        'graph.up': [(lastRunning - firstSpawn) / 1000],
        'graph.command': [(lastRunning - startedAt) / 1000],
      };
    }),
  floor: async () => ({ 'graph.up': [await floorSeconds()] }),
};

function services(): string {
  const sections: string[] = [];
  for (let level = 0; level < LEVELS; level += 1) {
    for (let index = 0; index < SERVICES_OF_A_LEVEL; index += 1) {
      sections.push(
        `\n[program:${nameOf(level, index)}]\ncommand=/bin/sh -c "${SERVICE}"\nstartsecs=0\n` +
          `readiness_check_script=log:ready\n${level === 0 ? '' : `depends_on=${namesOf(level - 1)}\n`}`,
      );
    }
  }
  return sections.join('');
}

function namesOf(level: number): string {
  return Array.from({ length: SERVICES_OF_A_LEVEL }, (_, index) => nameOf(level, index)).join(', ');
}

function nameOf(level: number, index: number): string {
  return `level-${level}-${index}`;
}

function runningTimes(log: string): number[] {
  return timesOf(log, 'entered RUNNING state');
}

/** When the lines with the text were written, in milliseconds. */
function timesOf(log: string, text: string): number[] {
  return log
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Date.parse(line.slice(0, '2026-01-01 00:00:00,000'.length).replace(',', '.')));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function floorSeconds(): Promise<number> {
  const startedAt = performance.now();
  const kills: (() => void)[] = [];
  for (let level = 0; level < LEVELS; level += 1) {
    await Promise.all(
      Array.from({ length: SERVICES_OF_A_LEVEL }, () => {
        const child = spawn('/bin/sh', ['-c', SERVICE], { stdio: ['ignore', 'pipe', 'ignore'] });
        kills.push(() => child.kill('SIGKILL'));
        return new Promise((resolve, reject) => {
          child.on('error', reject);
          child.stdout.once('data', resolve);
        });
      }),
    );
  }
  const seconds = (performance.now() - startedAt) / 1000;
  for (const kill of kills) kill();
  return seconds;
}
