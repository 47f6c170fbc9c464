/** On folders that look like cgroups; the kernel alone knows which processes are in the way of a controller. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from 'vitest';
import { enableControllers, releaseControllers } from '../../../src/process/cgroup/controllers.ts';

interface Folders {
  readonly delegated: string;
  readonly folder: string;
  add(file: string, text?: string): void;
  read(file: string): string;
}

const test = base.extend<{ fake: Folders }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  fake: async ({}, use) => {
    const delegated = mkdtempSync(join(tmpdir(), 'visord-controllers-'));
    mkdirSync(join(delegated, 'visord-1'));
    await use({
      delegated,
      folder: join(delegated, 'visord-1'),
      add: (file, text = '') => writeFileSync(join(delegated, file), text),
      read: (file) => readFileSync(join(delegated, file), 'utf8'),
    });
    rmSync(delegated, { recursive: true });
  },
});

test('what is missing is enabled in the cgroup of the daemon and in the folder of its programs', ({
  fake,
}) => {
  fake.add('cgroup.controllers', 'cpu memory pids\n');
  fake.add('cgroup.subtree_control');
  fake.add('visord-1/cgroup.subtree_control');
  expect(enableControllers(['memory', 'cpu'], { ...fake, pid: 7 })).toBe(null);
  expect(fake.read('cgroup.subtree_control')).toBe('+memory +cpu');
  expect(fake.read('visord-1/cgroup.subtree_control')).toBe('+memory +cpu');
  expect(existsSync(join(fake.delegated, 'visord-daemon'))).toBe(false);
});

test('what is enabled already is left alone', ({ fake }) => {
  fake.add('cgroup.controllers', 'cpu memory\n');
  fake.add('cgroup.subtree_control', 'memory cpu');
  fake.add('visord-1/cgroup.subtree_control', 'cpu memory');
  expect(enableControllers(['memory'], { ...fake, pid: 7 })).toBe(null);
  expect(fake.read('cgroup.subtree_control')).toBe('memory cpu');
});

test('controllers that the machine does not have here are named', ({ fake }) => {
  fake.add('cgroup.controllers', 'cpu\n');
  expect(enableControllers(['pids', 'cpu'], { ...fake, pid: 7 })).toBe(
    `the controller pids cannot be used in ${fake.delegated}`,
  );
});

test('at the end they are released, and the daemon leaves its leaf', ({ fake }) => {
  fake.add('cgroup.subtree_control', 'cpu pids\n');
  fake.add('cgroup.procs');
  mkdirSync(join(fake.delegated, 'visord-daemon'));
  releaseControllers(fake.delegated, 7);
  expect(fake.read('cgroup.subtree_control')).toBe('-cpu -pids');
  expect(fake.read('cgroup.procs')).toBe('7');
  expect(existsSync(join(fake.delegated, 'visord-daemon'))).toBe(false);
});
