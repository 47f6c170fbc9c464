import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, describe, expect } from 'vitest';
import { need, needing } from '../needs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'dist/bin');

const isRoot = process.getuid?.() === 0;
const hasNamespaces = isRoot && spawnSync('unshare', ['-m', 'true']).status === 0;

/** Each of them would end, delay or change Node.js. */
const HARMFUL = {
  NODE_OPTIONS: '--require /no/such/module --inspect-brk=0 --no-such-option',
  NODE_DEBUG: 'module,fs',
  NODE_CHANNEL_FD: '7',
  NODE_V8_COVERAGE: '/no/such/folder',
  NODE_EXTRA_CA_CERTS: '/no/such/file',
  NODE_PATH: '/no/such/folder',
  NODE_REPL_EXTERNAL_MODULE: '/no/such/module',
  WATCH_REPORT_DEPENDENCIES: '1',
  OPENSSL_CONF: '/dev/null/x',
  UV_THREADPOOL_SIZE: '1',
  LIBC: 'musl',
  PREBUILDS_ONLY: '1',
  npm_config_arch: 'mips',
};

const test = base.extend<{ folder: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'visord-launcher-')));
    try {
      await use(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Ended {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8', env });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

describe('variables that Node.js acts on', () => {
  test.each([
    ['supervisord', ['-v'], 0, /^4\.3\.0\n$/],
    ['supervisorctl', ['-h'], 0, /^supervisorctl -- control applications/],
    ['echo_supervisord_conf', [], 0, /^; Sample supervisor config file/],
    ['pidproxy', [], 1, /^pidproxy -- run command/],
    ['visord', ['--version'], 0, /^\d/],
  ] as const)('do not act on %s', (command, args, status, stdout) => {
    expect(run(join(BIN, command), args, HARMFUL)).toEqual({
      status,
      stdout: expect.stringMatching(stdout),
      stderr: '',
    });
  });
});

describe('the name of the command', () => {
  test('is the path by which it was called, through any number of links', ({ folder }) => {
    symlinkSync(join(BIN, 'supervisord'), join(folder, 'first'));
    symlinkSync('first', join(folder, 'second'));
    expect(run(join(folder, 'second'), ['-h']).stdout).toContain(`\nUsage: ${folder}/second [options]\n`);
    const { stdout } = run('sh', ['-c', `cd ${folder}; ./second -h`]);
    expect(stdout).toContain('\nUsage: ./second [options]\n');
    expect(run('/bin/sh', ['-c', 'second -h'], { PATH: folder }).stdout).toContain(
      `\nUsage: ${folder}/second `,
    );
  });

  test('may have bytes that are not UTF-8', ({ folder }) => {
    const { status, stdout } = run('sh', [
      '-c',
      `cd ${folder}; f=$(printf 'caf\\351'); ln -s ${BIN}/supervisord "$f"; ./"$f" -v`,
    ]);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '4.3.0\n' });
  });
});

describe('Node.js', () => {
  test('is the one that the package was installed with, whatever PATH has', ({ folder }) => {
    const installed = installIn(folder);
    writeFileSync(join(installed.bin, 'node-path'), `${fakeNode(folder, 'recorded/node')}\n`);
    const env = { PATH: dirname(fakeNode(folder, 'path/node')) };
    expect(run(installed.command, ['-n', 'a b'], env).stdout).toBe(
      `recorded/node ${installed.bin}/supervisord.cjs -n a b\n`,
    );
  });

  test('is looked for elsewhere when that one has gone', ({ folder }) => {
    const { bin, command } = installIn(folder);
    writeFileSync(join(bin, 'node-path'), '/no/such/node\n');
    const env = { PATH: `/nowhere:${dirname(fakeNode(folder, 'path/node'))}` };
    expect(run(command, [], env).stdout).toMatch(/^path\/node /);
    fakeNode(folder, 'bin/node');
    expect(run(command, [], env).stdout).toMatch(/^bin\/node /);
    fakeNode(folder, 'lib/node_modules/node/bin/node');
    expect(run(command, [], env).stdout).toMatch(/^lib\/node_modules\/node\/bin\/node /);
  });

  test('that VISORD_NODE names is the one', ({ folder }) => {
    const { command } = installIn(folder);
    fakeNode(folder, 'bin/node');
    expect(run(command, [], { VISORD_NODE: fakeNode(folder, 'mine') }).stdout).toMatch(/^mine /);
    expect(run(command, [], { VISORD_NODE: folder })).toEqual({
      status: 127,
      stdout: '',
      stderr: `Error: VISORD_NODE=${folder} is not a program\n`,
    });
  });

  needing(test, need(hasNamespaces, 'run as root, where namespaces are allowed'))(
    'is the newest of nvm, where no other folder has one',
    ({ folder }) => {
      const { command } = installIn(folder);
      for (const version of ['v9.11.2', 'v20.2.0', 'v20.10.0', 'v100.0.0-without-a-program']) {
        if (!version.includes('without')) fakeNode(folder, `.nvm/versions/node/${version}/bin/node`);
        else mkdirSync(join(folder, '.nvm/versions/node', version), { recursive: true });
      }
      expect(withoutNode(command, { HOME: folder }).stdout).toMatch(/^\.nvm\/versions\/node\/v20\.10\.0\//);
      expect(withoutNode(command, { HOME: '/', NVM_DIR: join(folder, '.nvm') }).stdout).toMatch(/v20\.10\.0/);
      expect(withoutNode(command, { HOME: '/nowhere' })).toEqual({
        status: 127,
        stdout: '',
        stderr:
          'Error: Node.js 20 or newer is needed, and no program named node was found; VISORD_NODE=PATH can name it\n',
      });
    },
  );

  test('that is too old is refused with one sentence', () => {
    for (const name of ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy', 'visord']) {
      const old = "Object.defineProperty(process, 'versions', { value: { node: '18.20.4' } });";
      const { status, stdout, stderr } = run(process.execPath, [
        '-e',
        `${old} require(${JSON.stringify(join(BIN, `${name}.cjs`))})`,
      ]);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^Error: visord needs Node\.js 20 or newer; \S+ is v\S+\n$/);
    }
  });

  test('that cannot be executed is named', ({ folder }) => {
    const { bin, command } = installIn(folder);
    const broken = join(folder, 'broken');
    writeFileSync(broken, 'no program at all', { mode: 0o755 });
    writeFileSync(join(bin, 'node-path'), `${broken}\n`);
    expect(run(command)).toEqual({
      status: 126,
      stdout: '',
      stderr: `Error: ${broken} cannot be executed: Exec format error\n`,
    });
  });
});

describe('a package whose install script did not run', () => {
  test('finds the launcher of the machine, through links too', ({ folder }) => {
    const { bin, command } = installIn(folder);
    placePortable(folder, bin);
    const node = fakeNode(folder, 'bin/node');
    expect(existsSync(node)).toBe(true);
    symlinkSync(command, join(folder, 'linked'));
    const { stdout, stderr } = run(join(folder, 'linked'), ['-n', 'a b'], { PATH: '/usr/bin:/bin' });
    expect({ stdout, stderr }).toEqual({
      stdout: `bin/node ${bin}/supervisord.cjs -n a b\n`,
      stderr: '',
    });
  });

  test('reports what to run where it has none for the machine', ({ folder }) => {
    const { bin, command, root } = installIn(folder);
    placePortable(folder, bin);
    rmSync(join(root, 'prebuilds'), { recursive: true });
    expect(run(command, [], { PATH: '/usr/bin:/bin' })).toEqual({
      status: 127,
      stdout: '',
      stderr: expect.stringMatching(
        /^Error: visord has no built launcher for linux \S+; 'npm run install' in \S+ builds it, and needs a C compiler\n$/,
      ),
    });
  });
});

interface Installed {
  readonly root: string;
  readonly bin: string;
  readonly command: string;
}

/** The launcher as npm installs it: PREFIX/lib/node_modules/visord/dist/bin. */
function installIn(prefix: string): Installed {
  const root = join(prefix, 'lib/node_modules/visord');
  const bin = join(root, 'dist/bin');
  mkdirSync(bin, { recursive: true });
  for (const name of ['supervisord', 'supervisord.cjs', 'hold-signals.so']) {
    cpSync(join(BIN, name), join(bin, name));
  }
  return { root, bin, command: join(bin, 'supervisord') };
}

function placePortable(prefix: string, bin: string): void {
  const prebuilds = join(prefix, 'lib/node_modules/visord/prebuilds', `linux-${process.arch}`);
  mkdirSync(prebuilds, { recursive: true });
  for (const name of ['launcher', 'hold-signals.so']) {
    copyFileSync(join(ROOT, 'build/Release', name), join(prebuilds, name));
  }
  rmSync(join(bin, 'supervisord'));
  writeFileSync(join(bin, 'supervisord'), readFileSync(join(ROOT, 'src/bin/launcher/launcher.sh')));
  chmodSync(join(bin, 'supervisord'), 0o755);
}

/** A program that prints its name in the folder, and its arguments. */
function fakeNode(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\necho "${name} $*"\n`, { mode: 0o755 });
  return path;
}

/** Runs a command where the usual folders have no Node.js. */
function withoutNode(command: string, env: Record<string, string>): Ended {
  const folders = ['/usr/local/bin', '/usr/bin', '/opt/node/bin', '/usr/local/node/bin'];
  const hidden = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path));
  const script = `for path in ${hidden.join(' ')}; do mount --bind /dev/null "$path"; done; exec "$0"`;
  return run('unshare', ['-m', 'sh', '-c', script, command], {
    PATH: '/usr/sbin:/sbin:/usr/bin:/bin',
    ...env,
  });
}
