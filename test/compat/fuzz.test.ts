import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { amplified, mutated, pieces } from '../../compat/fuzz/mutate.ts';
import { packageRoot } from '../../compat/harness/commands.ts';
import { createRandom } from '../../compat/harness/random.ts';

test('a short run of every target finds no failure', async () => {
  const command = join(packageRoot(), 'dist/compat/fuzz.cjs');
  const limits = ['--seed', '20211', '--inputs', '200', '--seconds', '5'];
  const { stdout } = await promisify(execFile)(process.execPath, [command, ...limits], {
    encoding: 'utf8',
  }).catch((error: { stdout: string }) => error);
  expect(stdout.split('\n').filter((line) => /^FAILURE|^no failure/.test(line))).toEqual(['no failure']);
});

describe('a seed', () => {
  test('repeats mutations and cuts', () => {
    const make = (): unknown => {
      const random = createRandom(7);
      const text = amplified(random, mutated(random, 'GET / HTTP/1.1', ['POST']));
      return [text, pieces(random, Buffer.from('some bytes')).map(String)];
    };
    expect(make()).toEqual(make());
  });

  test('cuts bytes without losing any', () => {
    const random = createRandom(3);
    for (let round = 0; round < 50; round += 1) {
      expect(Buffer.concat(pieces(random, Buffer.from('READY\nRESULT 2\nOK'))).toString()).toBe(
        'READY\nRESULT 2\nOK',
      );
    }
  });
});
