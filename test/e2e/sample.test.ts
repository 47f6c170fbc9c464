import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { count, test } from './support.ts';

const START = fileURLToPath(new URL('../../scripts/start.mjs', import.meta.url));

test('the sample prints addresses that work, and two Ctrl-C at once stop it once', async ({ side }) => {
  const started = spawn(process.execPath, [START], {
    cwd: side.dir,
    env: { ...process.env, TMPDIR: side.dir },
  });
  let output = '';
  started.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => started.on('close', (code) => resolve(code)));
  try {
    await side.waitFor('the programs run', () => count(output, /success: web-\d entered RUNNING/g) === 2);
    const [, page = ''] = /In a browser: (\S+)/.exec(output) ?? [];
    const authorization = `Basic ${Buffer.from('sample:sample').toString('base64')}`;
    const answer = await fetch(page, { headers: { authorization } });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('web-0')]);
    const [, client = ''] = /^ {2}(\S+supervisorctl .*)$/m.exec(output) ?? [];
    const status = await side.command('/bin/sh', ['-c', client]);
    expect(status.stdout).toMatch(/^web:web-0 +RUNNING/m);
    const [, curl = ''] = /^ {2}(curl -d .*)$/m.exec(output) ?? [];
    expect((await side.command('/bin/sh', ['-c', curl])).stdout).toContain('<string>web-0</string>');
  } finally {
    started.kill('SIGINT');
    started.kill('SIGINT');
  }
  expect(await ended).toBe(0);
  expect(count(output, /received SIGINT/g)).toBe(1);
});
