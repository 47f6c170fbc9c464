import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { complaintsAbout } from '../../scripts/imports/complaints.mjs';

/** What is wrong with the imports of a folder with these files. */
function check(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'visord-imports-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return complaintsAbout(root);
}

test('the imports of this tree go down only', () => {
  expect(complaintsAbout(join(import.meta.dirname, '../../src'))).toEqual([]);
});

test('an import of a higher room is reported with both files, a type import too', () => {
  const complaints = check({
    'io/a.ts': "import type { B } from '../process/b.ts';\nexport type A = B;",
    'process/b.ts': 'export type B = 1;',
  });
  expect(complaints).toEqual(['io/a.ts imports process/b.ts: process is above io']);
});

test('an import of a higher folder of the same room is reported', () => {
  const complaints = check({
    'process/machine/a.ts': "export { b } from '../spawn/b.ts';",
    'process/spawn/b.ts': 'export const b = 1;',
    'process/taps/c.ts': "import { d } from '../d.ts';\nexport const c = d;",
    'process/d.ts': 'export const d = 1;',
  });
  expect(complaints).toEqual([
    'process/machine/a.ts imports process/spawn/b.ts: spawn is above machine',
    'process/taps/c.ts imports process/d.ts: process is above taps',
  ]);
});

test('a circle is reported as the shortest way around', () => {
  const complaints = check({
    'io/a.ts': "import './b.ts';",
    'io/b.ts': "import './c.ts';\nimport './d.ts';",
    'io/c.ts': "import './d.ts';",
    'io/d.ts': "const a = await import('./a.ts');",
  });
  expect(complaints).toEqual(['import circle of 4 files: io/a.ts > io/b.ts > io/d.ts > io/a.ts']);
});

test('the client may use the tables of faults, and no other part of the daemon', () => {
  const complaints = check({
    'ctl/a.ts': "import '../rpc/faults.ts';\nimport '../rpc/b.ts';",
    'rpc/faults.ts': 'export {};',
    'rpc/b.ts': 'export {};',
  });
  expect(complaints).toEqual([
    expect.stringMatching(/^ctl\/a\.ts imports rpc\/b\.ts: ctl may import from config\/.* only$/),
  ]);
});

test('a room that is in no list is reported', () => {
  const complaints = check({ 'attic/a.ts': "import '../io/b.ts';", 'io/b.ts': 'export {};' });
  expect(complaints).toEqual(['attic/a.ts imports io/b.ts: the room attic is not in the list of rooms']);
});
