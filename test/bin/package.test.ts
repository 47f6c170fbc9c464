/** The package as npm packs and installs it, without a network. */
import { execFile, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { needing, installed as onPath } from '../needs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const { files, dependencies, bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
};

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'visord-package-')));
const checkout = join(folder, 'checkout');
const prefix = join(folder, 'prefix');
let packed: readonly string[] = [];

beforeAll(async () => {
  for (const name of ['package.json', ...files].filter((path) => existsSync(join(ROOT, path)))) {
    cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  }
  // npm puts what xmlrpc depends on into its folder or beside it.
  const nested = ['sax', 'xmlbuilder'].filter((name) => existsSync(join(ROOT, 'node_modules', name)));
  for (const name of [...Object.keys(dependencies), ...nested]) {
    cpSync(join(ROOT, 'node_modules', name), join(checkout, 'node_modules', name), { recursive: true });
  }
  prebuildHere();
  await run(process.execPath, ['scripts/launchers.mjs', '--portable'], checkout);
  const [{ filename, files: list }] = JSON.parse(
    await npm(['pack', '--ignore-scripts', '--json'], checkout),
  ) as [{ readonly filename: string; readonly files: readonly { readonly path: string }[] }];
  packed = list.map(({ path }) => path);
  await npm(
    ['install', '--global', '--prefix', prefix, '--ignore-scripts', join(checkout, filename)],
    folder,
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/** As scripts/prebuild.mjs would for this machine. */
function prebuildHere(): void {
  const prebuilds = join(checkout, 'prebuilds', `linux-${process.arch}`);
  const built = join(ROOT, 'build/Release');
  mkdirSync(prebuilds, { recursive: true });
  for (const name of ['launcher', 'hold-signals.so']) cpSync(join(built, name), join(prebuilds, name));
  for (const libc of ['glibc', 'musl'])
    cpSync(join(built, 'posix.node'), join(prebuilds, `visord.${libc}.node`));
}

/** Not synchronously: npm may take longer than vitest waits for an answer of its worker. @throws Error where it fails */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd, env, encoding: 'utf8' });
  return stdout;
}

function npm(args: readonly string[], cwd: string): Promise<string> {
  const env = {
    ...process.env,
    npm_config_cache: join(folder, 'cache'),
    npm_config_update_notifier: 'false',
  };
  return run('npm', [...args, '--offline', '--no-audit', '--no-fund'], cwd, env);
}

const installed = (name: string): string => join(prefix, 'lib/node_modules/visord', name);
const isProgram = (name: string): boolean =>
  readFileSync(installed(name)).subarray(1, 4).toString() === 'ELF';

test('holds the commands and what they load, and nothing of the checkout alone', () => {
  for (const path of Object.values(bin)) {
    expect(packed).toContain(path);
    expect(packed).toContain(`${path}.cjs`);
    expect(packed).toContain(path.replace('/bin/', '/commands/').concat('.cjs'));
  }
  expect(packed.filter((path) => path.endsWith('.parts'))).toEqual([
    expect.stringMatching(/^dist\/commands\/supervisord-[0-9a-f]{12}\.parts$/),
  ]);
  for (const name of Object.keys(dependencies)) expect(packed).toContain(`node_modules/${name}/package.json`);
  expect(
    packed.filter((path) =>
      /^(compat|test|dist\/compat|dist\/compiled|dist\/bin\/(node-path|.*\.so)$)/.test(path),
    ),
  ).toEqual([]);
  expect(
    packed.filter((path) => path.startsWith('src/') && !/^src\/(native|bin\/launcher)\//.test(path)),
  ).toEqual([]);
});

test('works without a network and without install scripts', async () => {
  const env = { PATH: '/usr/bin:/bin', VISORD_NODE: process.execPath };
  expect(isProgram('dist/bin/supervisord')).toBe(false);
  for (const name of Object.keys(bin)) expect(existsSync(join(prefix, 'bin', name))).toBe(true);
  expect(await run(join(prefix, 'bin/supervisord'), ['-v'], folder, env)).toBe('4.3.0\n');
  expect(await run(join(prefix, 'bin/visord'), ['--version'], folder, env)).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(await run(join(prefix, 'bin/echo_supervisord_conf'), [], folder, env)).toContain('[supervisord]');
});

test('its commands find what they need with an empty PATH, as from cron and service managers', async () => {
  for (const env of [{}, { PATH: '' }]) {
    const all = { ...env, VISORD_NODE: process.execPath };
    expect(await run(join(prefix, 'bin/supervisord'), ['-v'], '/', all)).toBe('4.3.0\n');
  }
});

test('finds the addon for musl also where the system is not Alpine', () => {
  const file = installed(`prebuilds/linux-${process.arch}/visord.glibc.node`);
  renameSync(file, `${file}.aside`);
  try {
    const args = [installed('dist/bin/supervisord.cjs'), '-n', '-c', '/nowhere.conf'];
    const { stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toMatch(/^Error: could not find config file \/nowhere\.conf\n/);
  } finally {
    renameSync(`${file}.aside`, file);
  }
});

needing(test, onPath('readelf', 'binutils'))('an addon for another C library fails when it is loaded', () => {
  // musl does without functions that are missing until they are called, unless the addon asks for all of them at once.
  const { stdout } = spawnSync(
    'readelf',
    ['-d', installed(`prebuilds/linux-${process.arch}/visord.glibc.node`)],
    {
      encoding: 'utf8',
    },
  );
  expect(stdout).toMatch(/\(FLAGS\) +BIND_NOW\n/);
});

test('prints a sentence where no addon fits', () => {
  const [prebuilds, aside] = [installed('prebuilds'), installed('aside')];
  renameSync(prebuilds, aside);
  try {
    const script = installed('dist/bin/supervisord.cjs');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '-n'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(
      /^Error: visord has no addon that works on this machine \(linux \w+\); 'npm run install' in .* builds it, and needs a C compiler\n/,
    );
    expect(stderr).not.toMatch(/^ +at /m);
  } finally {
    renameSync(aside, prebuilds);
  }
});

test('has the launcher in the place of the commands once its install script has run', async () => {
  await run(process.execPath, [installed('scripts/install.mjs')], folder, { PATH: '/nowhere' });
  for (const path of Object.values(bin)) expect(isProgram(path)).toBe(true);
  expect(existsSync(installed('build'))).toBe(false);
  for (const path of Object.values(bin)) {
    expect(existsSync(installed(path.replace('/bin/', '/compiled/').concat('.code')))).toBe(true);
  }
  expect(await run(join(prefix, 'bin/supervisord'), ['-v'], folder, { NODE_OPTIONS: '--no-such' })).toBe(
    '4.3.0\n',
  );
});
