import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import {
  type RuntimeFolderOptions,
  removeRuntimeFolder,
  runtimeFolders,
} from '../../../src/process/channels/runtime-folder.ts';
import { makeFifo } from '../../fifos.ts';
import { test } from '../support.ts';

function makeRuntimeFolder(options: RuntimeFolderOptions): string | null {
  return runtimeFolders(options).make();
}

test('under systemd the folder is in the first of its runtime directories, for its owner alone', ({
  folder,
}) => {
  const made = makeRuntimeFolder({
    runtimeDirectory: `${folder}/run:${folder}/other`,
    identifier: 'super/../visor',
    pidfile: `${folder}/a.pid`,
  });
  expect(made?.startsWith(`${folder}/run/super_.._visor-`)).toBe(true);
  expect(statSync(made ?? '').mode & 0o7777).toBe(0o700);
});

test('two daemons with the same identifier have two folders, and one daemon has the same one again', ({
  folder,
}) => {
  const make = (pidfile: string) =>
    makeRuntimeFolder({ runtimeDirectory: folder, identifier: 'supervisor', pidfile: join(folder, pidfile) });
  expect(make('a.pid')).not.toBe(make('b.pid'));
  expect(make('a.pid')).toBe(make('a.pid'));
});

test('a folder that is too open is closed', ({ folder }) => {
  const options = { runtimeDirectory: folder, identifier: 'supervisor', pidfile: join(folder, 'a.pid') };
  const made = makeRuntimeFolder(options) ?? '';
  chmodSync(made, 0o777);
  expect(makeRuntimeFolder(options)).toBe(made);
  expect(statSync(made).mode & 0o777).toBe(0o700);
});

test('neither a file nor a link in the place of the folder is used', ({ folder }) => {
  const options = { runtimeDirectory: folder, identifier: 'supervisor', pidfile: join(folder, 'a.pid') };
  const place = makeRuntimeFolder(options) ?? '';
  rmSync(place, { recursive: true });
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), place);
  const next = makeRuntimeFolder(options);
  expect(next).not.toBe(place);
  rmSync(place);
  writeFileSync(place, '');
  expect(makeRuntimeFolder(options)).toBe(next);
  if (next !== null) removeRuntimeFolder(next);
});

test('the folder goes with all that is in it, and once only', ({ folder }) => {
  const made = makeRuntimeFolder({
    runtimeDirectory: folder,
    identifier: 'supervisor',
    pidfile: join(folder, 'a.pid'),
  });
  makeFifo(join(made ?? '', 'x.stdout'));
  writeFileSync(join(made ?? '', 'journal'), '');
  removeRuntimeFolder(made ?? '');
  removeRuntimeFolder(made ?? '');
  expect(existsSync(made ?? '')).toBe(false);
});

test('a file that the daemon has not made stays, with its folder', ({ folder }) => {
  const made =
    makeRuntimeFolder({
      runtimeDirectory: folder,
      identifier: 'supervisor',
      pidfile: join(folder, 'a.pid'),
    }) ?? '';
  writeFileSync(join(made, 'journal.1'), 'kept');
  writeFileSync(join(made, 'journal'), '');
  removeRuntimeFolder(made);
  expect(readdirSync(made)).toEqual(['journal.1']);
});

test('the folder is found again under another RUNTIME_DIRECTORY, and by another path to the pidfile', ({
  folder,
}) => {
  mkdirSync(join(folder, 'run'));
  symlinkSync(join(folder, 'run'), join(folder, 'link'));
  const options = (runtimeDirectory: string, pidfile: string): RuntimeFolderOptions => ({
    runtimeDirectory,
    identifier: 'supervisor',
    pidfile: join(folder, pidfile),
  });
  const made = makeRuntimeFolder(options(join(folder, 'first'), 'run/a.pid')) ?? '';
  const found = (...args: Parameters<typeof options>) => runtimeFolders(options(...args)).existing;
  expect(found(`${folder}/second:${folder}/first`, 'link/a.pid')).toContain(made);
  expect(found(`${folder}/second:${folder}/first`, 'run/b.pid')).not.toContain(made);
});

test('the folder of 0.1.0 is found, which has neither boot nor PID namespace in its name', ({ folder }) => {
  const pidfile = join(folder, 'a.pid');
  const hash = createHash('sha1').update(pidfile).digest('hex').slice(0, 8);
  const old = join(folder, `supervisor-${hash}`);
  mkdirSync(old);
  const options = { runtimeDirectory: folder, identifier: 'supervisor', pidfile };
  expect(runtimeFolders(options).existing).toEqual([old]);
  expect(makeRuntimeFolder(options)).toMatch(new RegExp(`^${old}-[0-9a-f]{8}-[0-9a-f]{8}$`));
});

test('a folder of an earlier boot beside the pidfile is removed', ({ folder }) => {
  const options = { runtimeDirectory: folder, identifier: 'supervisor', pidfile: join(folder, 'a.pid') };
  const name = basename(makeRuntimeFolder(options) ?? '');
  const earlier = join(folder, `.visord-${name.replace(/-\w{8}-\w{8}$/, '-00000000-00000000')}`);
  mkdirSync(earlier);
  writeFileSync(join(earlier, 'journal'), '');
  const otherContainer = join(folder, `.visord-${name.replace(/-\w{8}$/, '-00000000')}`);
  mkdirSync(otherContainer);
  makeRuntimeFolder(options);
  expect([existsSync(earlier), existsSync(otherContainer)]).toEqual([false, true]);
});
