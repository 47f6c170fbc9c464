import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withoutCgroup } from '../../../src/checkup/kinds/cgroups.ts';
import { openSubject } from '../../../src/checkup/reading/open-subject.ts';
import { fakeUsers, folderWith } from '../../config/support.ts';
import { program } from '../support.ts';

const SECTIONS =
  program('web', 'kill_mode=cgroup\nmemory_max=1GB\ncpu_quota=50%') +
  program('plain') +
  program('group', 'kill_mode=group');

/** @param mountinfo of the machine @param controllers of its cgroup */
async function findings(mountinfo: (folder: string) => string, controllers = ''): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'visord-check-'));
  mkdirSync(join(folder, 'self'));
  writeFileSync(join(folder, 'self', 'mountinfo'), mountinfo(folder));
  writeFileSync(join(folder, 'self', 'cgroup'), '0::/\n');
  writeFileSync(join(folder, 'cgroup.controllers'), controllers);
  const subject = await openSubject({
    file: join(folderWith({ 'main.conf': `[supervisord]\n${SECTIONS}` }), 'main.conf'),
    environment: { PATH: '/usr/bin:/bin' },
    users: fakeUsers,
    limitMs: 200,
  });
  const found = [...withoutCgroup(subject, folder)].map(
    ({ section, key, message }) => `${section} ${key}: ${message.replaceAll(folder, 'FOLDER')}`,
  );
  rmSync(folder, { recursive: true });
  return found;
}

test('without cgroup v2 every key that needs it is reported', async () => {
  expect(await findings(() => '')).toEqual([
    'program:web memory_max: it has no effect here: cgroup v2 is not mounted.',
    'program:web cpu_quota: it has no effect here: cgroup v2 is not mounted.',
    'program:web kill_mode: the processes of a program are found in /proc here: cgroup v2 is not mounted.',
  ]);
});

test('with cgroup v2 the keys whose controllers are missing are reported', async () => {
  const mount = (folder: string) => `30 25 0:26 / ${folder} rw - cgroup2 cgroup2 rw\n`;
  expect(await findings(mount, 'cpu io\n')).toEqual([
    'program:web memory_max: it has no effect here: the controller memory cannot be used in FOLDER.',
  ]);
  expect(await findings(mount, 'cpu memory\n')).toEqual([]);
});
