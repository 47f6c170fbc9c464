/** Compiled code of the commands: which file is used, and that a command works without it. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compiledPath,
  HEADING_BYTES,
  headingOf,
  readCompiled,
} from '../../src/bin/compiled/compiled-code.ts';
import { addon } from '../../src/native/addon.ts';
import { isRoot } from '../needs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STRANGER = 54_321;

/** `supervisord -v`: the smallest script with its own code. */
const NAME = 'supervisord-usage';

const folder = mkdtempSync(join(tmpdir(), 'visord-compiled-test-'));
const script = join(folder, 'dist/commands', `${NAME}.cjs`);
const compiled = compiledPath(script);
const original = compiledPath(join(ROOT, 'dist/commands', `${NAME}.cjs`));

/** Prints at the end whether V8 got the code, and whether it accepted it. */
const hook = join(folder, 'hook.cjs');
const HOOK = `const vm = require('node:vm');
vm.Script = class extends vm.Script {
  constructor(code, options) {
    super(code, options);
    process.on('exit', () => process.stderr.write(options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'rejected' : 'used'));
  }
};`;

beforeAll(() => {
  // A build on a busy machine may lack it.
  if (!existsSync(original)) execFileSync(process.execPath, [join(ROOT, 'dist/commands/write-compiled.cjs')]);
  for (const name of ['package.json', 'dist/bin', `dist/commands/${NAME}.cjs`]) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  for (const name of ['node_modules', 'build', 'prebuilds']) {
    if (existsSync(join(ROOT, name))) symlinkSync(join(ROOT, name), join(folder, name));
  }
  mkdirSync(join(folder, 'dist/compiled'));
  writeFileSync(hook, HOOK);
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The file as it was written for the checkout. */
function restore(): void {
  rmSync(compiled, { force: true });
  copyFileSync(original, compiled);
  chmodSync(compiled, 0o644);
}

function isUsed(): boolean {
  return readCompiled(script, readFileSync(script), statSync(script), addon) !== undefined;
}

function overwrite(at: number, bytes: Uint8Array): void {
  const file = readFileSync(compiled);
  file.set(bytes, at);
  writeFileSync(compiled, file);
}

const size = (): number => statSync(compiled).size;

const BAD: Readonly<Record<string, () => void>> = {
  'is not there': () => rmSync(compiled),
  'is empty': () => truncateSync(compiled, 0),
  'ends in its first line': () => truncateSync(compiled, 50),
  'has no code': () => truncateSync(compiled, HEADING_BYTES),
  'is cut off': () => truncateSync(compiled, size() - 1),
  'ends with zeros, as after a power failure': () => overwrite(size() - 4096, new Uint8Array(4096)),
  'has a wrong byte': () =>
    overwrite(size() >> 1, Uint8Array.of((readFileSync(compiled)[size() >> 1] ?? 0) ^ 1)),
  'is for another version of Node.js': () =>
    overwrite(
      0,
      Buffer.from(
        readFileSync(compiled, 'latin1').replace(process.version, 'v20.0.00').slice(0, HEADING_BYTES),
      ),
    ),
  'can be written to by its group': () => chmodSync(compiled, 0o664),
  'can be written to by all': () => chmodSync(compiled, 0o646),
  'is a link': () => {
    rmSync(compiled);
    symlinkSync(original, compiled);
  },
  'is a FIFO': () => {
    rmSync(compiled);
    execFileSync('mkfifo', [compiled]);
  },
  'is a folder': () => {
    rmSync(compiled);
    mkdirSync(compiled);
  },
  ...(isRoot && { 'belongs to another user': () => chownSync(compiled, STRANGER, STRANGER) }),
};

describe('compiled code', () => {
  test('is used where it fits', () => {
    restore();
    expect(isUsed()).toBe(true);
  });

  test.for(Object.entries(BAD))('that %s is not used', ([, damage]) => {
    restore();
    damage();
    expect(isUsed()).toBe(false);
    rmSync(compiled, { recursive: true, force: true });
  });

  test('of a script that was replaced by one of the same length is not used', () => {
    restore();
    const bytes = readFileSync(script);
    bytes[bytes.length - 1] = 0x20;
    expect(readCompiled(script, bytes, statSync(script), addon)).toBeUndefined();
  });

  test('has a first line of a fixed length', () => {
    expect(headingOf(Buffer.from('a'), Buffer.from('b'), addon)).toMatch(/^visord-code 1 v\d[^\n]*\n$/);
    expect(headingOf(Buffer.from('a'), Buffer.from('b'), addon)).toHaveLength(HEADING_BYTES);
    expect(headingOf(Buffer.from('a'), Buffer.from('b'), addon)).not.toBe(
      headingOf(Buffer.from('a'), Buffer.from('c'), addon),
    );
  });
});

test('a command executes its compiled code, and works without it', () => {
  const run = () =>
    spawnSync(process.execPath, ['--require', hook, join(folder, 'dist/bin/supervisord.cjs'), '-v'], {
      encoding: 'utf8',
    });
  restore();
  expect(run()).toMatchObject({ status: 0, stdout: '4.3.0\n', stderr: 'used' });
  BAD['is cut off']?.();
  expect(run()).toMatchObject({ status: 0, stdout: '4.3.0\n', stderr: 'none' });
  // Flags that the code was not written with are compared by V8.
  restore();
  const flagged = spawnSync(
    process.execPath,
    ['--no-opt', '--require', hook, join(folder, 'dist/bin/supervisord.cjs'), '-v'],
    { encoding: 'utf8' },
  );
  expect(flagged).toMatchObject({ status: 0, stdout: '4.3.0\n', stderr: 'rejected' });
});
