import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EVENT_PARENTS } from '../../src/config/tables/event-types.ts';

test('the reference page has every event type, in the order of the table, and no other', () => {
  const page = readFileSync(new URL('../../docs/event-listeners.md', import.meta.url), 'utf8');
  const table = /<!-- types: begin -->([\s\S]*)<!-- types: end -->/.exec(page)?.[1] ?? '';
  const named = [...table.matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map((match) => match[1]);
  expect(named).toEqual(Object.keys(EVENT_PARENTS));
});
