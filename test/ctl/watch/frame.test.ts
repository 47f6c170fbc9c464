/** What is written to the terminal for a picture. */
import { expect, it } from 'vitest';
import { frame } from '../../../src/ctl/watch/frame.ts';

it('the first picture is written as a whole, in one update', () => {
  expect(frame(null, ['a', 'b'])).toBe('\u001b[?2026h\u001b[1;1Ha\u001b[2;1Hb\u001b[?2026l');
});

it('of the next one only the lines that differ, and nothing where none does', () => {
  expect(frame(['a', 'b'], ['a', 'c'])).toBe('\u001b[?2026h\u001b[2;1Hc\u001b[?2026l');
  expect(frame(['a', 'b'], ['a', 'b'])).toBe('');
});
