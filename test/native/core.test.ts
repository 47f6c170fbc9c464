import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fromSetup, installed, needing } from '../needs.ts';
import { inFolder } from './support.ts';

const sources = join(import.meta.dirname, '../../src/native');

needing(
  test,
  installed('cc', 'gcc'),
  fromSetup('valgrind'),
)('valgrind finds no fault in the system call core', () =>
  inFolder((folder) => {
    const program = join(folder, 'core_test');
    const files = readdirSync(sources).filter((name) => /^core_.*\.c$/.test(name));
    execFileSync('cc', [
      ...['-std=c11', '-g', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-o', program],
      join(import.meta.dirname, 'core_test.c'),
      ...files.map((name) => join(sources, name)),
    ]);
    // On its own first: under valgrind a child has memory of its own, and what needs ours is left out.
    expect(spawnSync(program, [folder], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    for (const left of readdirSync(folder).filter((name) => name !== 'core_test')) rmSync(join(folder, left));
    const options = ['--error-exitcode=1', '--leak-check=full', '--child-silent-after-fork=yes', '--quiet'];
    const { status, stderr } = spawnSync('valgrind', [...options, program, folder], { encoding: 'utf8' });
    expect(stderr).not.toMatch(/definitely lost|Invalid (read|write)|uninitialised/);
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  }),
);
