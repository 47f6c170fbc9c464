/** The image of docs/docker.md and docs/examples/docker. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { fromSetup, needing } from '../needs.ts';
import { wrongCalls } from './command-lines.ts';
import { codeBlocks, ROOT, writtenPages } from './markdown.ts';

const textOf = (name: string): string => readFileSync(join(ROOT, 'docs/examples/docker', name), 'utf8');

const DOCKERFILES = ['Dockerfile.debian', 'Dockerfile.alpine'];

test.each(DOCKERFILES)('%s has nothing that a linter reports', (name) => {
  expect(validate(textOf(name))).toEqual([]);
  expect(validate('FRO node\nCMD x')).not.toEqual([]);
});

test.each(DOCKERFILES)('%s: the commands of the package exist', (name) => {
  const lists = [...textOf(name).matchAll(/(?:CMD|ENTRYPOINT) (\[.*\])$/gm)];
  const lines = lists.map(([, list = '[]']) => (JSON.parse(list) as string[]).join(' '));
  expect(lines).toContain('visord healthcheck');
  expect(lines.flatMap(wrongCalls)).toEqual([]);
});

test('the images on glibc and on musl differ in their first line only', () => {
  const [debian, alpine] = DOCKERFILES.map((name) => textOf(name).split('\n').slice(1));
  expect(debian).toEqual(alpine);
});

test.each(['Dockerfile.debian', 'supervisord.conf', 'docker-entrypoint.sh', 'kubernetes.yaml'])(
  'docs/docker.md shows %s',
  (name) => {
    const page = writtenPages().find(({ file }) => file === 'docs/docker.md');
    const blocks = page === undefined ? [] : codeBlocks(page).map(({ text }) => text.trimEnd());
    expect(blocks).toContain(textOf(name).trimEnd());
  },
);

needing(test, fromSetup('shellcheck'))('the entrypoint has nothing that shellcheck reports', () => {
  const { stdout, status } = spawnSync('shellcheck', ['-'], {
    input: textOf('docker-entrypoint.sh'),
    encoding: 'utf8',
  });
  expect([stdout, status]).toEqual(['', 0]);
});

test.each([
  [['-e', 'debug'], 'supervisord -n -c /etc/supervisord.conf -e debug'],
  [['supervisord', '-n'], 'supervisord -n'],
  [['sh', '-c', 'x y'], 'sh -c x y'],
])('the entrypoint becomes its command, and flags are for the daemon: %j', (args, expected) => {
  const shown = textOf('docker-entrypoint.sh').replace('exec "$@"', 'echo "$@"');
  const { stdout } = spawnSync('sh', ['-c', shown, 'sh', ...args], { encoding: 'utf8' });
  expect(stdout.trim()).toBe(expected);
});
