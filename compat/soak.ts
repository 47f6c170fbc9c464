/**
 * Runs many programs for long, a part of them crashing and a part logging, and checks that the figures of the daemon stay flat.
 *
 * @module
 */
import { chmodSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { cpuSeconds, memory } from './bench/proc.ts';
import { positiveNumber, print, runMain, usage } from './harness/command-line.ts';
import { packageRoot, splitCommand } from './harness/commands.ts';
import { findCommand } from './harness/needs.ts';
import { killMarked, removeFolders, startDaemon } from './harness/processes.ts';
import { waitUntil } from './harness/wait.ts';
import { openDashboards } from './soak/dashboards.ts';
import { flatnessOf, type Sample } from './soak/flatness.ts';
import { readCounts, writeSoak } from './soak/programs.ts';
import { timeSvg } from './soak/time-svg.ts';

interface Options {
  readonly seconds: number;
  readonly restarts: number;
  readonly lines: number;
  readonly programs: number;
  readonly crashing?: number;
  readonly linesPerSecond: number;
  readonly supervisord?: string;
  readonly svg?: string;
  readonly json?: string;
}

const DASHBOARDS = 3;
const DASHBOARD_PERIOD_MS = 1000;
/** About as many samples as a picture can show. */
const SAMPLES = 300;

const MB = 1 << 20;
const MEMORY_SLACK_BYTES = 6 * MB;
const DESCRIPTOR_SLACK = 8;

const program = new Command('soak')
  .description('Run many programs for long, and check that memory and descriptors of the daemon stay flat.')
  .option('--seconds <number>', 'the longest time', positiveNumber, 600)
  .option('--restarts <number>', 'end after this number of starts of programs', positiveNumber, 1_000_000)
  .option('--lines <number>', 'end after this number of log lines', positiveNumber, 100_000_000)
  .option('--programs <number>', 'a quarter of them crashes, and a quarter logs', positiveNumber, 200)
  .option('--crashing <number>', 'of the programs; each starts once a second (a quarter)', positiveNumber)
  .option('--lines-per-second <number>', 'of all programs together', positiveNumber, 50_000)
  .option('--supervisord <command>', 'the daemon (that of this package if not given)')
  .option('--svg <file>', 'write the curves as a picture')
  .option('--json <file>', 'write the samples')
  .addHelpText('after', '\nExit code: 0 all is flat, 1 something grows, 2 wrong usage.')
  .exitOverride();

async function main(options: Options): Promise<number> {
  if (findCommand('perl') === null) {
    return usage('the programs of a soak are written in Perl, and perl is not installed');
  }
  const dir = mkdtempSync(join(tmpdir(), 'vk-'));
  chmodSync(dir, 0o755);
  openFolders.add(dir);
  try {
    return await soak(dir, options);
  } finally {
    await waitUntil('everything has ended', () => killMarked(dir) === 0, 60);
    sweep(dir);
  }
}

async function soak(dir: string, options: Options): Promise<number> {
  const { programs, crashing = Math.max(1, Math.floor(programs / 4)), linesPerSecond } = options;
  const config = writeSoak({ dir, programs, crashing, linesPerSecond });
  const command =
    options.supervisord === undefined
      ? [join(packageRoot(), 'dist/bin/supervisord')]
      : splitCommand(options.supervisord);
  const daemon = startDaemon([...command, '-n', '-c', config], dir, '/dev/null');
  await waitUntil('the daemon is up', () => readCounts(dir).starts >= crashing, 60);
  const dashboards = openDashboards(join(dir, 's.sock'), DASHBOARDS, DASHBOARD_PERIOD_MS);
  const samples: Sample[] = [];
  const beganAt = performance.now();
  const seconds = (): number => (performance.now() - beganAt) / 1000;
  const isOver = ({ starts, lines }: Sample): boolean =>
    starts >= options.restarts || lines >= options.lines || seconds() >= options.seconds;
  do {
    await delay(Math.max(200, (options.seconds * 1000) / SAMPLES));
    if (!daemon.isRunning()) throw new Error('the daemon has ended');
    samples.push(sampleOf(dir, daemon.pid, seconds()));
  } while (!isOver(samples.at(-1) as Sample));
  await dashboards.stop();
  daemon.signal('SIGTERM');
  const code = await daemon.exited(120);
  return report(samples, dashboards.answers(), dashboards.failures(), code, options);
}

function sampleOf(dir: string, pid: number, seconds: number): Sample {
  const { resident: residentBytes, anonymous: anonymousBytes } = memory(pid);
  const descriptors = readdirSync(`/proc/${pid}/fd`).length;
  return {
    seconds,
    residentBytes,
    anonymousBytes,
    descriptors,
    cpuSeconds: cpuSeconds(pid),
    ...readCounts(dir),
  };
}

function report(
  samples: readonly Sample[],
  answers: number,
  failures: readonly string[],
  code: number,
  { svg, json, programs }: Options,
): number {
  const last = samples.at(-1) as Sample;
  print(
    `${programs} programs, ${Math.round(last.seconds)} s: ${last.starts} starts, ${last.lines} log lines, ` +
      `${answers} requests of dashboards, ${last.cpuSeconds.toFixed(1)} s of CPU time`,
  );
  const figures = [
    {
      title: 'memory',
      values: samples.map(({ residentBytes }) => residentBytes),
      slack: MEMORY_SLACK_BYTES,
      shown: megabytes,
    },
    {
      title: 'memory without files',
      values: samples.map(({ anonymousBytes }) => anonymousBytes),
      slack: MEMORY_SLACK_BYTES,
      shown: megabytes,
    },
    {
      title: 'descriptors',
      values: samples.map(({ descriptors }) => descriptors),
      slack: DESCRIPTOR_SLACK,
      shown: String,
    },
  ];
  let growing = 0;
  for (const { title, values, slack, shown } of figures) {
    const { before, after, isFlat } = flatnessOf(values, slack);
    if (!isFlat) growing += 1;
    print(
      `${title}: ${shown(before)} in the second quarter, ${shown(after)} in the last: ${isFlat ? 'flat' : 'GROWS'}`,
    );
  }
  for (const failure of failures.slice(0, 5)) print(`a request of a dashboard was not answered: ${failure}`);
  if (code !== 0) print(`the daemon ended with exit code ${code}`);
  if (svg !== undefined) writeFileSync(svg, timeSvg(curvesOf(samples)));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(samples, null, 1)}\n`);
  return growing > 0 || failures.length > 0 || code !== 0 ? 1 : 0;
}

function curvesOf(samples: readonly Sample[]) {
  return [
    {
      title: 'Memory without files',
      unit: 'MB',
      points: samples.map(({ seconds, anonymousBytes }) => [seconds, anonymousBytes / MB] as const),
    },
    {
      title: 'Open descriptors',
      unit: 'number',
      points: samples.map(({ seconds, descriptors }) => [seconds, descriptors] as const),
    },
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / MB).toFixed(1)} MB`;
}

const openFolders = new Set<string>();

function sweep(dir: string): void {
  killMarked(dir);
  removeFolders(dir);
  openFolders.delete(dir);
}

process.on('exit', () => {
  for (const dir of openFolders) sweep(dir);
});
runMain(program, main);
