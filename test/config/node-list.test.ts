import { expect, it } from 'vitest';
import { nodeList } from '../../src/config/tables/node-list.ts';

const HOST = {
  environment: {},
  users: { userByName: () => null, userById: () => null, groupByName: () => null, groupById: () => null },
};
const parse = (text: string) => nodeList.parse(text, HOST);

it('reads names and addresses, with commas or line ends between', () => {
  expect(parse('app1=https://10.0.0.1:9001, app2=http://[::1]:9001,\n  local=unix:///run/a=b.sock')).toEqual([
    { name: 'app1', url: 'https://10.0.0.1:9001' },
    { name: 'app2', url: 'http://[::1]:9001' },
    { name: 'local', url: 'unix:///run/a=b.sock' },
  ]);
});

it('writes what it reads', () => {
  const text = 'a=http://localhost:1,b=unix:///s';
  expect(nodeList.format(parse(text))).toBe(text);
});

it.each([
  ['https://10.0.0.1:9001', "'https://10.0.0.1:9001' is not a node: write NAME=URL"],
  ['a/b=http://localhost', "'a/b=http://localhost' is not a node: write NAME=URL"],
  ['a*=http://localhost', "'a*=http://localhost' is not a node: write NAME=URL"],
  ['a=ftp://localhost', "'a=ftp://localhost' is not a node: write NAME=URL"],
  ['a=http://x,a=http://y', 'the node a is in the list twice'],
  [' , ', 'the list of nodes is empty'],
])('refuses %s', (text, message) => {
  expect(() => parse(text)).toThrow(message);
});
