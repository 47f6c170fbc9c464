import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { fromSetup, installed, needing } from '../needs.ts';
import { inFolder } from './support.ts';

const sources = join(import.meta.dirname, '../../src/native');

/** Not synchronously: on a busy machine valgrind takes longer than vitest waits for an answer of its worker. */
const execute = promisify(execFile);

needing(
  test,
  installed('cc', 'gcc'),
  fromSetup('valgrind'),
)('valgrind finds no fault in the system call core', () =>
  inFolder(async (folder) => {
    const program = join(folder, 'core_test');
    const files = readdirSync(sources).filter((name) => /^core_.*\.c$/.test(name));
    await execute('cc', [
      ...['-std=c11', '-g', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-o', program],
      join(import.meta.dirname, 'core_test.c'),
      ...files.map((name) => join(sources, name)),
    ]);
    // On its own first: under valgrind a child has memory of its own, and what needs ours is left out.
    expect(await execute(program, [folder])).toMatchObject({ stderr: '' });
    for (const left of readdirSync(folder).filter((name) => name !== 'core_test')) rmSync(join(folder, left));
    const options = ['--error-exitcode=1', '--leak-check=full', '--child-silent-after-fork=yes', '--quiet'];
    const run = execute('valgrind', [...options, program, folder]);
    const { stderr, code } = await run.then(
      (ended) => ({ ...ended, code: 0 }),
      (error: { stderr: string; code: number }) => error,
    );
    expect(stderr).not.toMatch(/definitely lost|Invalid (read|write)|uninitialised/);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  }),
);
