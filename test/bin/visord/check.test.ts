/** The command `visord check`: its output, its exit codes, and that it never waits or changes anything. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { commandPath, test } from '../support.ts';

const SOUND =
  '[supervisord]\npidfile=/run/visord-check.pid\nlogfile=%(here)s/d.log\n[program:a]\ncommand=cat\n';

describe('visord check', () => {
  test('exits with 0 for notes, and changes nothing', async ({ bench }) => {
    writeFileSync(bench.path('x.conf'), `${SOUND}depends_on=b\n[program:b]\ncommand=cat\n`);
    const { code, stdout, stderr } = await bench.run('visord', 'check', 'x.conf', '--strict');
    expect(stdout).toMatch(/^Notes:\n {2}x\.conf:6:\[program:a\]:depends_on: .* \(extension-key\)\n/);
    expect(stdout).toMatch(/\nx\.conf: 0 errors, 0 warnings, 1 note\n$/);
    expect([code, stderr]).toEqual([0, '']);
    expect(readdirSync(bench.folder)).toEqual(['x.conf']);
  });

  test('exits with 1 for errors, and for warnings where it is strict', async ({ bench }) => {
    writeFileSync(bench.path('bad.conf'), `${SOUND}startsecs=x\n`);
    writeFileSync(bench.path('odd.conf'), `${SOUND}starsecs=1\n`);
    const codes = [];
    for (const args of [['bad.conf'], ['none.conf'], ['odd.conf'], ['odd.conf', '--strict']]) {
      codes.push((await bench.run('visord', 'check', ...args)).code);
    }
    expect(codes).toEqual([1, 1, 0, 1]);
  });

  test('prints JSON', async ({ bench }) => {
    writeFileSync(bench.path('bad.conf'), `${SOUND}startsecs=x\n`);
    const { stdout } = await bench.run('visord', 'check', '--json', 'bad.conf');
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'bad.conf',
      errors: 1,
      findings: [{ severity: 'error', kind: 'wrong-value', line: 6, section: 'program:a', key: 'startsecs' }],
    });
  });

  test('reads a file from a pipe', async ({ bench }) => {
    writeFileSync(bench.path('x.conf'), SOUND);
    const line = `cat '${bench.path('x.conf')}' | '${commandPath('visord')}' check /dev/stdin`;
    const output = execFileSync('sh', ['-c', line], { encoding: 'utf8' });
    expect(output).toContain('/dev/stdin: 0 errors');
  });

  test('gives up a FIFO without a writer', async ({ bench }) => {
    execFileSync('mkfifo', [bench.path('fifo')]);
    const { code, stdout } = await bench.run('visord', 'check', 'fifo');
    expect([code, stdout]).toEqual([
      1,
      expect.stringContaining('could not read config file fifo: its end did not come in time'),
    ]);
  });

  test('exits with 2 where the supervisord of --against cannot be asked', async ({ bench }) => {
    writeFileSync(bench.path('x.conf'), SOUND);
    expect(await bench.run('visord', 'check', 'x.conf', '--against', '/bin/cat')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'Error: /bin/cat is not a Python script\n',
    });
  });
});
