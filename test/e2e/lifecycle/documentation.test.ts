import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { startWith, test, untilState } from '../support.ts';

const PAGE = readFileSync(new URL('../../../docs/starting-and-stopping.md', import.meta.url), 'utf8');
const [DEPENDENCIES = '', EXIT_POLICY = ''] = [...PAGE.matchAll(/```ini\n(.*?)```/gs)].map(
  ([, text]) => text ?? '',
);

test('the example of dependencies starts in its order', async ({ side }) => {
  await startWith(side, DEPENDENCIES);
  await untilState(side, 'web', 'RUNNING');
  const log = side.readFile('main.log');
  const order = ['db', 'migrate', 'api_0', 'web'].map((name) => log.indexOf(`spawned: '${name}'`));
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(order).not.toContain(-1);
});

test('the example of an exit policy ends the daemon with the status of the program', async ({ side }) => {
  const daemon = await startWith(side, EXIT_POLICY);
  expect(await daemon.exited()).toBe(3);
});
