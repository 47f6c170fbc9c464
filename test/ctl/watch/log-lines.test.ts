/** The lines that the view of a log keeps. */
import { expect, it } from 'vitest';
import { logLines } from '../../../src/ctl/watch/log-lines.ts';

it('a channel alone has its lines and the notices, both have all, in their order', () => {
  const lines = logLines();
  lines.add('stdout', 'one');
  lines.add('stderr', 'two');
  lines.add(null, '(notice)');
  expect(lines.of('stderr').map(({ text }) => text)).toEqual(['two', '(notice)']);
  expect(lines.of(null).map(({ text }) => text)).toEqual(['one', 'two', '(notice)']);
});

it('the last 5,000 are kept, and their numbers stay', () => {
  const lines = logLines();
  for (let number = 0; number < 12_000; number += 1) lines.add('stdout', String(number));
  const kept = lines.of(null);
  expect([kept.length, kept[0]?.number, kept.at(-1)?.text]).toEqual([5000, 7000, '11999']);
});

it('long lines are cut, and fewer of them are kept', () => {
  const lines = logLines();
  for (let number = 0; number < 1000; number += 1) lines.add('stdout', 'x'.repeat(50_000));
  const kept = lines.of(null);
  expect(kept[0]?.text).toHaveLength(10_001);
  expect(kept.length).toBeLessThan(401);
  expect(kept.length).toBeGreaterThan(350);
});
