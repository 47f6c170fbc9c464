import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { expect } from 'vitest';
import { sampleConfig } from '../../src/config/sample.ts';
import { commandPath, test } from './support.ts';

test('prints the sample whatever its arguments are', async ({ bench }) => {
  for (const args of [[], ['-h'], ['--no-such-flag', 'word']]) {
    expect(await bench.run('echo_supervisord_conf', ...args)).toEqual({
      code: 0,
      stdout: sampleConfig(),
      stderr: '',
    });
  }
});

test('prints no error when its reader goes away', async () => {
  const child = spawn(process.execPath, [commandPath('echo_supervisord_conf')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(complaint).toBe('');
});

test('reports that the sample could not be written', async () => {
  const child = spawn(process.execPath, [commandPath('echo_supervisord_conf')], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk) => {
    complaint += chunk;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect([code, complaint]).toEqual([1, expect.stringContaining('cannot write the sample: ENOSPC')]);
});
