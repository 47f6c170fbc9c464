/** The command `visord check`: its output, its exit codes, and that it never waits or changes anything. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { REFERENCE } from '../../../compat/harness/debian.ts';
import { needing, unpacked } from '../../needs.ts';
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

needing(describe, unpacked(REFERENCE))('visord check --against', () => {
  const against = ['--against', REFERENCE];
  /** The default is a section that only visord reads. */
  const DIFFERENT = `[supervisord]
pidfile=/run/visord-check.pid
logfile=%(here)s/d.log
[program-default]
startsecs=5
[program:web]
command=/no/such/nginx %(process_num)d
numprocs=2
process_name=%(program_name)s_%(process_num)d
directory=/no/such/folder
`;

  test('lists what the installed supervisord reads differently, beside what is missing', async ({
    bench,
  }) => {
    writeFileSync(bench.path('x.conf'), DIFFERENT);
    const { code, stdout, stderr } = await bench.run('visord', 'check', 'x.conf', ...against);
    expect(stdout.split('\n')).toEqual([
      'Warnings:',
      '  x.conf:6:[program:web]:startsecs: supervisord 4.2.5 reads 1, visord 5. (reads-differently)',
      "  x.conf:7:[program:web]:command: can't find command '/no/such/nginx' (missing-command)",
      '  x.conf:10:[program:web]:directory: /no/such/folder is not an existing folder. (missing-directory)',
      '',
      'x.conf: 0 errors, 3 warnings, 0 notes',
      '',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect((await bench.run('visord', 'check', 'x.conf', '--strict', ...against)).code).toBe(1);
    expect(readdirSync(bench.folder)).toEqual(['x.conf']);
  });

  test('prints JSON', async ({ bench }) => {
    writeFileSync(bench.path('x.conf'), DIFFERENT);
    const { code, stdout } = await bench.run('visord', 'check', 'x.conf', '--json', ...against);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      warnings: 3,
      findings: [
        {
          kind: 'reads-differently',
          line: 6,
          section: 'program:web',
          key: 'startsecs',
          message: 'supervisord 4.2.5 reads 1, visord 5.',
          docs: 'differences.md',
        },
        { kind: 'missing-command' },
        { kind: 'missing-directory' },
      ],
    });
  });

  test.for([
    ['user=no-such-user', 'Invalid user name no-such-user (unknown-user)'],
    [
      'stdout_logfile=/no/such/folder/x.log',
      'The directory named as part of the path /no/such/folder/x.log does not exist (missing-folder)',
    ],
  ])('reports once what both refuse, and exits with 1: %s', async ([line, finding], { bench }) => {
    writeFileSync(bench.path('x.conf'), `${SOUND}${line}\n`);
    const { code, stdout } = await bench.run('visord', 'check', 'x.conf', ...against);
    const [key] = String(line).split('=');
    expect(stdout).toBe(
      `Errors:\n  x.conf:6:[program:a]:${key}: ${finding}\n\nx.conf: 1 error, 0 warnings, 0 notes\n`,
    );
    expect(code).toBe(1);
  });
});
