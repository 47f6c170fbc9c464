/** docs/supervisorctl.md has the keys of the live view. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LIST_KEYS, LOG_KEYS } from '../../src/ctl/watch/bindings.ts';

it('the tables of docs/supervisorctl.md are those of the live view', () => {
  const text = readFileSync(new URL('../../docs/supervisorctl.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, keys, does]) => [keys, does]);
  expect(rows).toEqual([...LIST_KEYS, ...LOG_KEYS].map(({ keys, does }) => [keys, does]));
});
