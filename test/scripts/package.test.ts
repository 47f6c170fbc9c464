/** The Debian package and the tarball of scripts/package, with the Node.js of this machine and without compression. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromSetup, installed, needing } from '../needs.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPTS = ['preinst', 'postinst', 'prerm', 'postrm'];
const COMMANDS = ['supervisord', 'supervisorctl', 'echo_supervisord_conf', 'pidproxy', 'visord'];

const folder = mkdtempSync(join(tmpdir(), 'visord-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** In place of Node.js, whose 100 MB take a while to pack. */
const RUNTIME = { node: join(folder, 'node'), license: join(ROOT, 'LICENSE') };

type Make = (options: Readonly<Record<string, unknown>>) => string;

async function make(kind: 'deb' | 'tarball'): Promise<string> {
  const built = join(ROOT, 'build/Release');
  const module = (await import(`${ROOT}scripts/package/${kind}.mjs`)) as Readonly<Record<string, Make>>;
  const maker = kind === 'deb' ? module.makeDeb : module.makeTarball;
  return (
    maker?.({
      arch: process.arch,
      version: '1.2.3',
      native: built,
      addon: join(built, 'posix.node'),
      runtime: RUNTIME,
      work: join(folder, 'work'),
      output: join(folder, 'packages'),
      host: ROOT,
      level: 0,
    }) ?? ''
  );
}

beforeAll(() => {
  writeFileSync(RUNTIME.node, `#!/bin/sh\nexec ${process.execPath} "$@"\n`, { mode: 0o755 });
});

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } });

needing(describe, installed('dpkg-deb', 'dpkg'))('the Debian package', () => {
  let file = '';
  const root = join(folder, 'root');

  beforeAll(async () => {
    file = await make('deb');
    run('dpkg-deb', '--raw-extract', file, root);
  });

  const control = (name: string): string => readFileSync(join(root, 'DEBIAN', name), 'utf8');

  test('has its name, its version and what it needs', () => {
    const arch = process.arch === 'x64' ? 'amd64' : process.arch;
    expect(file).toBe(join(folder, 'packages', `visord_1.2.3_${arch}.deb`));
    const fields = run('dpkg-deb', '--field', file, 'Package', 'Version', 'Architecture', 'Depends');
    expect(fields).toMatch(
      new RegExp(
        `^Package: visord\nVersion: 1\\.2\\.3\nArchitecture: ${arch}\nDepends: libc6 \\(>= 2\\.\\d+\\), .*\n$`,
      ),
    );
  });

  test('belongs to root, and only commands and scripts are executable', () => {
    const lines = run('dpkg-deb', '--contents', file).trim().split('\n');
    expect(lines.filter((line) => !/ root\/root /.test(line))).toEqual([]);
    expect(lines.filter((line) => /^.{5}w|^.{8}w/.test(line) && !line.startsWith('l'))).toEqual([]);
    const modes = new Map(lines.map((line) => [line.split(/\s+/)[5], line.slice(0, 10)]));
    for (const name of COMMANDS) {
      expect(modes.get(`./usr/lib/visord/dist/bin/${name}`)).toBe('-rwxr-xr-x');
      expect(modes.get(`./usr/bin/${name}`)).toBe('lrwxrwxrwx');
    }
    expect(modes.get('./etc/init.d/visord')).toBe('-rwxr-xr-x');
    expect(modes.get('./usr/lib/systemd/system/visord.service')).toBe('-rw-r--r--');
  });

  test('has no file of the package supervisor that it does not divert', () => {
    const paths = run('dpkg-deb', '--contents', file)
      .split('\n')
      .filter((line) => !line.startsWith('d'))
      .map((line) => line.split(/\s+/)[5]?.slice(1));
    const ofSupervisor = [
      ...['supervisord', 'supervisorctl', 'pidproxy', 'echo_supervisord_conf'].map(
        (name) => `/usr/bin/${name}`,
      ),
      ...['echo_supervisord_conf', 'pidproxy', 'supervisor', 'supervisorctl', 'supervisord'].map(
        (name) => `/usr/share/man/man1/${name}.1.gz`,
      ),
      ...['/etc/default/supervisor', '/etc/init.d/supervisor', '/etc/supervisor/supervisord.conf'],
      ...['/lib/systemd/system/supervisor.service', '/usr/lib/systemd/system/supervisor.service'],
    ];
    const shared = ofSupervisor.filter((path) => paths.includes(path));
    // The script is run with a dpkg-divert that prints what it is called for.
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const listing = '#!/bin/sh\n[ "$1" = --listpackage ] || for last; do :; done; echo "$last" >> "$OUT"\n';
    writeFileSync(join(bin, 'dpkg-divert'), listing, { mode: 0o755 });
    const out = join(folder, 'diverted');
    execFileSync('sh', [join(root, 'DEBIAN/preinst'), 'install'], {
      env: { PATH: `${bin}:/usr/bin:/bin`, OUT: out },
    });
    const diverted = readFileSync(out, 'utf8').trim().split('\n').filter(Boolean);
    expect(shared.length).toBeGreaterThan(0);
    expect(diverted.sort()).toEqual(shared.sort());
  });

  test('has a unit with the name of that of the package supervisor, and a script, for its own commands', () => {
    const unit = readFileSync(join(root, 'usr/lib/systemd/system/visord.service'), 'utf8');
    expect(unit).toContain('\nExecStart=/usr/bin/supervisord -n -c /etc/supervisor/supervisord.conf\n');
    expect(unit).toContain('\nAlias=supervisor.service\n');
    const script = readFileSync(join(root, 'etc/init.d/visord'), 'utf8');
    expect(script).toContain('\npidfile=/run/supervisord.pid\n');
    expect(control('conffiles')).toBe('/etc/init.d/visord\n');
  });

  test('has maintainer scripts that a POSIX shell reads', () => {
    for (const name of SCRIPTS) {
      expect(control(name)).not.toContain('#FUNCTIONS#');
      expect(spawnSync('sh', ['-n', join(root, 'DEBIAN', name)]).status).toBe(0);
    }
  });

  needing(test, fromSetup('shellcheck'))('has scripts in which shellcheck finds nothing', () => {
    // SC2317 and SC2329: all scripts contain the same functions, and none calls all of them.
    const args = ['--exclude=SC2317,SC2329', ...SCRIPTS.map((name) => join(root, 'DEBIAN', name))];
    const { stdout } = spawnSync('shellcheck', args, { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  test('has a configuration that the daemon reads, and in which visord check finds no error', () => {
    const config = join(folder, 'supervisord.conf');
    const text = readFileSync(join(root, 'usr/share/visord/supervisord.conf'), 'utf8');
    writeFileSync(config, text.replaceAll('/var/log/supervisor', folder).replaceAll('/etc/', `${folder}/`));
    const output = run(join(root, 'usr/bin/visord'), 'check', config);
    expect(output).toMatch(/: 0 errors, /);
  });

  test('runs with the Node.js inside', () => {
    expect(run(join(root, 'usr/bin/supervisord'), '-v')).toBe('4.3.0\n');
    writeFileSync(join(root, 'usr/lib/visord/node/bin/node'), '#!/bin/sh\necho inside\n');
    expect(run(join(root, 'usr/bin/supervisord'), '-v')).toBe('inside\n');
  });
});

test('the tarball runs where it is unpacked, also after a move', async () => {
  const file = await make('tarball');
  const name = `visord-1.2.3-linux-${process.arch}`;
  expect(file).toBe(join(folder, 'packages', `${name}.tar.xz`));
  const place = join(folder, 'a place');
  mkdirSync(place);
  run('tar', '-C', place, '-xf', file);
  for (const command of COMMANDS) expect(existsSync(join(place, name, 'bin', command))).toBe(true);
  expect(existsSync(join(place, name, 'share/man/man8/supervisord.8'))).toBe(true);
  cpSync(join(place, name), join(folder, 'moved'), { recursive: true, verbatimSymlinks: true });
  rmSync(place, { recursive: true });
  expect(run(join(folder, 'moved/bin/supervisord'), '-v')).toBe('4.3.0\n');
  expect(run(join(folder, 'moved/bin/echo_supervisord_conf'))).toContain('[supervisord]');
});
