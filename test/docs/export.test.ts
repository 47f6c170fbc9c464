/** The table of keys in docs/export.md against the tables of the formats. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAM_OPTIONS } from '../../src/config/tables/program-options.ts';
import { composeKeys } from '../../src/exchange/export/compose.ts';
import { carryNothing, IN_CONTAINERS } from '../../src/exchange/export/container-keys.ts';
import { containerKeys } from '../../src/exchange/export/kubernetes-keys.ts';
import { exportSubject } from '../../src/exchange/export/subject.ts';
import { systemdKeys } from '../../src/exchange/export/systemd-keys.ts';
import { fakeUsers, loadText } from '../config/support.ts';
import { ROOT } from './markdown.ts';

const subject = exportSubject(loadText('[supervisord]\n'), fakeUsers, {
  nameOf: (name) => name,
  mergesAlike: false,
});

/** Keys by format that the page has a counterpart for. */
function documented(): readonly ReadonlySet<string>[] {
  const page = readFileSync(join(ROOT, 'docs', 'export.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| `\w+`.*\|.*\|.*\|.*\|$/.test(line));
  const columns = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const row of rows) {
    const [keys = '', ...cells] = row.slice(2, -2).split(' | ');
    for (const [index, cell] of cells.entries()) {
      if (cell === '–') continue;
      for (const [, key = ''] of keys.matchAll(/`(\w+)`/g)) columns[index]?.add(key);
    }
  }
  return columns;
}

/** Keys that a format reads beside the ones with a counterpart: they belong to another key, or are only noted. */
const isOwn = (key: string): boolean =>
  !/^(?:process_name|startsecs|numprocs|limit_(?!nofile)\w+|\w+_logfile_(?:maxbytes|backups)|\w+_check_(?!script)\w+)$/.test(
    key,
  );

test('every key of the page exists', () => {
  const known = new Set(Object.keys(PROGRAM_OPTIONS));
  expect(documented().flatMap((keys) => [...keys].filter((key) => !known.has(key)))).toEqual([]);
});

test.each([
  ['systemd', 0, systemdKeys(subject), []],
  ['compose', 1, composeKeys(subject), ['umask']],
  ['kubernetes', 2, containerKeys(subject), ['umask', 'env_files', 'stopsignal']],
] as const)('%s carries the keys of the page over', (_, column, table, onlyNoted) => {
  const inContainers = column === 0 ? new Set<string>() : new Set(Object.keys(IN_CONTAINERS));
  const onPage = [...(documented()[column] ?? [])].filter((key) => isOwn(key));
  expect(onPage.filter((key) => table[key] === undefined)).toEqual([]);
  const carried = Object.keys(table).filter(
    (key) =>
      isOwn(key) &&
      table[key] !== carryNothing &&
      !inContainers.has(key) &&
      !(onlyNoted as readonly string[]).includes(key),
  );
  expect(carried.filter((key) => !onPage.includes(key))).toEqual([]);
});
