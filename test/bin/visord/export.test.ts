/** The command `visord export`. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { test } from '../support.ts';

const CONFIG = '[supervisord]\n[program:web]\ncommand=/bin/cat %(ENV_PATH)s\n';

test('prints a Compose file, and units one behind the other with their names', async ({ bench }) => {
  writeFileSync(bench.path('s.conf'), CONFIG);
  const compose = await bench.run('visord', 'export', 'compose', 's.conf', '--image', 'shop:1');
  expect([compose.code, compose.stderr]).toEqual([0, '']);
  expect(compose.stdout).toMatch(/^# Exported from s\.conf\.\nservices:\n {2}web:\n {4}image: shop:1\n/);
  const units = await bench.run('visord', 'export', 'systemd', 's.conf');
  expect(units.stdout.match(/^# \S+\.(?:service|target)$/gm)).toEqual([
    '# web.service',
    '# supervisor.target',
  ]);
});

test('writes the files into a folder, and replaces others by force only', async ({ bench }) => {
  writeFileSync(bench.path('s.conf'), CONFIG);
  const write = (...more: string[]) =>
    bench.run('visord', 'export', 'systemd', 's.conf', '--output', 'units', ...more);
  expect((await write()).stdout).toBe(
    `written: ${bench.path('units/web.service')}\nwritten: ${bench.path('units/supervisor.target')}\n`,
  );
  writeFileSync(bench.path('units/web.service'), 'mine\n');
  const refused = await write();
  expect([refused.code, refused.stderr]).toEqual([
    1,
    `Error: ${bench.path('units/web.service')} is there with another text; --force replaces it\n`,
  ]);
  expect((await write('--force')).code).toBe(0);
  expect(readFileSync(bench.path('units/web.service'), 'utf8')).toContain('ExecStart=/bin/cat');
});

test('an unknown format, a missing image and a wrong configuration are errors', async ({ bench }) => {
  writeFileSync(bench.path('s.conf'), '[supervisord]\n[program:web]\n');
  expect(await bench.run('visord', 'export', 'pm2', 's.conf')).toEqual({
    code: 2,
    stdout: '',
    stderr: 'Error: unknown format pm2: use compose, kubernetes, systemd\n',
  });
  expect((await bench.run('visord', 'export', 'kubernetes', 's.conf')).stderr).toBe(
    'Error: kubernetes needs --image\n',
  );
  const { code, stderr } = await bench.run('visord', 'export', 'compose', 's.conf', '--output', 'x');
  expect(code).toBe(1);
  expect(stderr).toContain('program section program:web does not specify a command');
  expect(existsSync(bench.path('x'))).toBe(false);
});
