import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { lockFolder } from '../../../src/supervisor/adoption/folder-lock.ts';
import { openDescriptors, test } from '../../process/support.ts';

test('a runtime folder has one daemon, until it is unlocked', ({ folder }) => {
  const before = openDescriptors();
  const isFree = (): boolean => spawnSync('flock', ['-n', folder, 'true']).status === 0;
  const unlock = lockFolder(folder);
  expect([unlock === null, isFree(), lockFolder(folder)]).toEqual([false, false, null]);
  unlock?.();
  expect([isFree(), openDescriptors()]).toEqual([true, before]);
});

test('a folder that cannot be opened does not prevent the start', ({ folder }) => {
  expect(() => lockFolder(`${folder}/none`)?.()).not.toThrow();
});
