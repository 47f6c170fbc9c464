import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodes-'));
afterAll(() => rmSync(folder, { recursive: true }));

function nodesOf(section: string, extensions = 'on') {
  const file = join(folder, 'supervisord.conf');
  writeFileSync(file, `[supervisord]\nextensions=${extensions}\n${section}`);
  const { fleetNodes, messages } = loadConfig({ file, environment: {} });
  return { fleetNodes, warn: messages.warn };
}

test('the nodes of [fleet] are read where the section has them', () => {
  expect(
    nodesOf('[fleet]\nnodes=a=http://h:1,b=unix:///s\nusername=u\npassword=p\ntimeout=3').fleetNodes,
  ).toEqual({
    name: 'fleet',
    nodes: [
      { name: 'a', url: 'http://h:1' },
      { name: 'b', url: 'unix:///s' },
    ],
    limitMs: 3000,
    username: 'u',
    password: 'p',
    caFile: null,
    certFile: null,
    keyFile: null,
  });
  expect(nodesOf('').fleetNodes).toBeNull();
  expect(nodesOf('[fleet]\nname=prod').fleetNodes).toBeNull();
  expect(nodesOf('[fleet]\nnodes=a=http://h:1', 'off').fleetNodes).toBeNull();
});

test.each([
  ['nodes=a=ftp://h', "'a=ftp://h' is not a node"],
  ['nodes=a=http://h\npassword_file=/nonexistent/word', 'password_file: ENOENT'],
])('a section that cannot be used is a warning: %s', (keys, reason) => {
  const { fleetNodes, warn } = nodesOf(`[fleet]\n${keys}`);
  expect(fleetNodes).toBeNull();
  expect(warn).toEqual([expect.stringContaining(reason)]);
});
