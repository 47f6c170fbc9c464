/** The line for nodes whose configurations differ. */
import { expect, it } from 'vitest';
import { describeDrift } from '../../../src/ctl/fleet/drift.ts';

function nodes(digests: Readonly<Record<string, string>>): { name: string; digest: string }[] {
  return Object.entries(digests).map(([name, digest]) => ({ name, digest }));
}

it('is left out where all are the same, and where a digest is not known', () => {
  expect(describeDrift([])).toBeNull();
  expect(describeDrift(nodes({ app1: 'aa', app2: 'aa', app3: '' }))).toBeNull();
});

it('begins with the configuration of the most nodes', () => {
  expect(describeDrift(nodes({ app1: 'aa', app2: 'bb', app3: 'bb' }))).toBe(
    'configurations differ: bb on app2, app3; aa on app1',
  );
});

it('counts many nodes', () => {
  const many = Object.fromEntries(Array.from({ length: 6 }, (_unused, index) => [`app${index}`, 'aa']));
  expect(describeDrift(nodes({ ...many, odd: 'bb' }))).toBe(
    'configurations differ: aa on 6 nodes; bb on odd',
  );
});
