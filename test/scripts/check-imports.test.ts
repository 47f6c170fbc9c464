import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../scripts/check-imports.mjs');

/** Not in one turn: the test runner waits for an answer of this process for a minute only. */
const execute = promisify(execFile);

interface Check {
  readonly status: number;
  readonly lines: readonly string[];
}

/** Runs the check over a folder with these files. */
const test = base.extend<{ check: (files: Readonly<Record<string, string>>) => Promise<Check> }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  check: async ({}, use) => {
    const root = mkdtempSync(join(tmpdir(), 'visord-imports-'));
    await use(async (files) => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(root, name)), { recursive: true });
        writeFileSync(join(root, name), text);
      }
      const { status, stderr } = await execute(process.execPath, [SCRIPT, root]).then(
        ({ stderr }) => ({ status: 0, stderr }),
        ({ code, stderr }: { code: number; stderr: string }) => ({ status: code, stderr }),
      );
      const lines = stderr.split('\n').filter((line) => line !== '' && !line.includes('KNOWN_CIRCLES'));
      return { status, lines };
    });
    rmSync(root, { recursive: true });
  },
});

test('the imports of this tree go down only', async () => {
  await execute(process.execPath, [SCRIPT]);
});

test('an import of a higher room is reported with both files, a type import too', async ({ check }) => {
  const { status, lines } = await check({
    'io/a.ts': "import type { B } from '../process/b.ts';\nexport type A = B;",
    'process/b.ts': 'export type B = 1;',
  });
  expect(lines).toEqual(['io/a.ts imports process/b.ts: process is above io']);
  expect(status).toBe(1);
});

test('an import of a higher folder of the same room is reported', async ({ check }) => {
  const { lines } = await check({
    'process/machine/a.ts': "export { b } from '../spawn/b.ts';",
    'process/spawn/b.ts': 'export const b = 1;',
    'process/taps/c.ts': "import { d } from '../d.ts';\nexport const c = d;",
    'process/d.ts': 'export const d = 1;',
  });
  expect(lines).toEqual([
    'process/machine/a.ts imports process/spawn/b.ts: spawn is above machine',
    'process/taps/c.ts imports process/d.ts: process is above taps',
  ]);
});

test('a circle is reported as the shortest way around', async ({ check }) => {
  const { lines } = await check({
    'io/a.ts': "import './b.ts';",
    'io/b.ts': "import './c.ts';\nimport './d.ts';",
    'io/c.ts': "import './d.ts';",
    'io/d.ts': "const a = await import('./a.ts');",
  });
  expect(lines).toEqual(['import circle of 4 files: io/a.ts > io/b.ts > io/d.ts > io/a.ts']);
});

test('the client may use the tables of faults, and no other part of the daemon', async ({ check }) => {
  const { lines } = await check({
    'ctl/a.ts': "import '../rpc/faults.ts';\nimport '../rpc/b.ts';",
    'rpc/faults.ts': 'export {};',
    'rpc/b.ts': 'export {};',
  });
  expect(lines).toEqual([
    expect.stringMatching(/^ctl\/a\.ts imports rpc\/b\.ts: ctl may import from config\/.* only$/),
  ]);
});

test('a room that is in no list is reported', async ({ check }) => {
  const { lines } = await check({ 'attic/a.ts': "import '../io/b.ts';", 'io/b.ts': 'export {};' });
  expect(lines).toEqual(['attic/a.ts imports io/b.ts: the room attic is not in the list of rooms']);
});
