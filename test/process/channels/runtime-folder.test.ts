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
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeRuntimeFolder, removeRuntimeFolder } from '../../../src/process/channels/runtime-folder.ts';
import { makeFifo } from '../../fifos.ts';
import { test } from '../support.ts';

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

test('a file of another making stays, with its folder', ({ folder }) => {
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
