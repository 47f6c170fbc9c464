/** How `npm run coverage` counts what commands run of their bundles. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { test as base, expect } from 'vitest';
import { addCounts, type BundledScript, type Location } from '../../scripts/coverage/add-counts.mjs';
import { openReports, type Reports } from '../../scripts/coverage/reports.mjs';

const RECORDER = join(import.meta.dirname, '../../scripts/coverage/recorder.cjs');

const SOURCE = `export function amount(count: number): string {
  if (count > 1) return 'many';
  return 'one';
}

function unused(): void {
  console.log('never');
}

if (process.argv.length > 9) {
  unused();
}
for (const count of [2, 3, 1]) console.log(amount(count));
if (process.argv[2] === 'wait') setInterval(() => {}, 1000);
`;

/** Edits as those of the daemon's parts: a text in front, one removed, one of another length. */
const edited = (text: string): string =>
  `"use strict";const edited="at the front";${text.replace('"use strict";', '').replace('"never"', '"\\u006eever again"')}`;

interface Command {
  readonly source: string;
  readonly script: BundledScript;
  readonly reports: Reports;
  start(...args: readonly string[]): ChildProcess;
}

const test = base.extend<{ command: Command }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  command: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'visord-counted-')));
    const path = (name: string) => join(folder, name);
    for (const name of ['bin', 'commands', 'reports']) mkdirSync(path(name));
    writeFileSync(path('source.ts'), SOURCE);
    const { outputFiles = [] } = buildSync({
      entryPoints: [path('source.ts')],
      outfile: path('commands/command.cjs'),
      format: 'cjs',
      platform: 'node',
      bundle: true,
      minifySyntax: true,
      minifyWhitespace: true,
      sourcemap: 'external',
      write: false,
    });
    const [map = '', bundled = ''] = outputFiles.map(({ text }) => text);
    const script = {
      name: 'command.cjs',
      text: edited(bundled),
      bundled,
      map: { ...JSON.parse(map), sources: [path('source.ts')] },
    };
    writeFileSync(path('commands/command.cjs'), script.text);
    const folders = JSON.stringify([path('reports'), path('commands/')]);
    const entry = `require(${JSON.stringify(RECORDER)})(...${folders});\nrequire('../commands/command.cjs');\n`;
    writeFileSync(path('bin/command.cjs'), entry);
    await use({
      source: path('source.ts'),
      script,
      reports: openReports(path('reports'), new Map([[script.name, script.text.length]])),
      start: (...args) =>
        spawn(process.execPath, [path('bin/command.cjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] }),
    });
    rmSync(folder, { recursive: true });
  },
});

/** Of a piece of the source. */
function locationOf(piece: string): Location {
  const start = SOURCE.indexOf(piece);
  expect(start).not.toBe(-1);
  return { start: placeAt(start), end: placeAt(start + piece.length) };
}

function placeAt(offset: number): { line: number; column: number } {
  const lines = SOURCE.slice(0, offset).split('\n');
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 };
}

/** The counts of statements, functions and branches, as the tests in the process had left them, and with the command's. */
function counted({ source, script, reports }: Command) {
  const implicit = { start: {}, end: {} };
  const file = {
    statementMap: {
      0: locationOf("return 'many';"),
      1: locationOf("return 'one';"),
      2: locationOf("console.log('never');"),
      3: locationOf('console.log(amount(count));'),
    },
    fnMap: {
      0: {
        decl: locationOf('amount'),
        loc: locationOf(SOURCE.slice(SOURCE.indexOf('{'), SOURCE.indexOf('\n}') + 2)),
      },
      1: { decl: locationOf('unused'), loc: locationOf("{\n  console.log('never');\n}") },
    },
    branchMap: {
      0: {
        type: 'if',
        loc: locationOf("if (count > 1) return 'many';"),
        locations: [locationOf("if (count > 1) return 'many';"), implicit],
      },
      1: {
        type: 'if',
        loc: locationOf('if (process.argv.length > 9) {\n  unused();\n}'),
        locations: [locationOf('if (process.argv.length > 9) {\n  unused();\n}'), implicit],
      },
    },
    s: { 0: 0, 1: 10, 2: 0, 3: 0 },
    f: { 0: 10, 1: 0 },
    b: { 0: [0, 10], 1: [0, 0] },
  };
  addCounts({ [source]: file }, [script], reports.countAt);
  return { s: Object.values(file.s), f: Object.values(file.f), b: Object.values(file.b) };
}

const ONE_RUN = {
  s: [2, 11, 0, 3],
  f: [13, 0],
  b: [
    [2, 11],
    [0, 1],
  ],
};

test('what a command has run until it exits is added to what the tests have run', async ({ command }) => {
  const child = command.start();
  expect(await once(child, 'close')).toEqual([0, null]);
  command.reports.take();
  expect(counted(command)).toEqual(ONE_RUN);
  expect([command.reports.processes(), command.reports.unreported()]).toEqual([1, 0]);
});

test('a command that waits reports on SIGIO, and ends', async ({ command }) => {
  const child = command.start('wait');
  await untilRun(child);
  child.kill('SIGIO');
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  command.reports.take();
  expect(counted(command)).toEqual(ONE_RUN);
  expect([command.reports.processes(), command.reports.unreported()]).toEqual([1, 0]);
});

test('a command that is killed is counted as one without a report', async ({ command }) => {
  const child = command.start('wait');
  await untilRun(child);
  child.kill('SIGKILL');
  await once(child, 'close');
  command.reports.take();
  expect([command.reports.processes(), command.reports.unreported()]).toEqual([0, 1]);
});

/** The last statement is run in the same turn as the last line of output. */
async function untilRun(child: ChildProcess): Promise<void> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    if (output === 'many\nmany\none\n') return;
  }
}
