/** The live view in terminals of any size. */

import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../src/ctl/terminal/text-width.ts';
import { formatBytes, formatUptime } from '../../../src/ctl/watch/columns.ts';
import { helpLines } from '../../../src/ctl/watch/help.ts';
import { SERVER_ORDER } from '../../../src/ctl/watch/order.ts';
import { openPager } from '../../../src/ctl/watch/pager.ts';
import type { Row } from '../../../src/ctl/watch/rows.ts';
import { drawScreen, planScreen, type View } from '../../../src/ctl/watch/screen.ts';
import { fc } from '../../properties.ts';
import { row } from './support.ts';

const KEYS = ['s start', 'x stop', 'q quit  ? help'];

const view = (rows: readonly Row[], more: Partial<View> = {}): View => ({
  title: 'title',
  isStale: false,
  rows,
  selected: 0,
  marked: new Set(),
  order: SERVER_ORDER,
  top: 0,
  message: null,
  keys: KEYS,
  hasUsage: true,
  hasColour: false,
  ...more,
});

const plain = (lines: readonly string[]): string[] => lines.map(withoutColours);

describe('the screen', () => {
  it('fills any terminal exactly', () => {
    const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { maxLength: 30 });
    const message = fc.option(fc.string({ unit: 'grapheme', maxLength: 300 }));
    fc.assert(
      fc.property(
        names,
        message,
        fc.boolean(),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (all, question, hasUsage, columns, rows) => {
          const marked = new Set(all.slice(1));
          const drawn = view(
            all.map((name) => row(name)),
            { message: question, marked, hasUsage },
          );
          const lines = plain(drawScreen(drawn, { columns, rows }));
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(textWidth(line)).toBe(columns);
        },
      ),
    );
  });

  it('shows name and state in 20 columns', () => {
    const lines = drawScreen(view([row('a-long-name-of-a-program')]), { columns: 20, rows: 4 });
    expect(withoutColours(lines[2] ?? '')).toBe('a-long-na…  RUNNING ');
  });

  it('shows all columns if the terminal is wide enough', () => {
    const lines = drawScreen(view([row('web')], { selected: 1 }), { columns: 80, rows: 4 });
    expect(lines[2]).toMatch(/^web\s+RUNNING\s+0:01:01\s+4242\s+12\.3\s+23\.8M\s+2 GET \/ 200\s+$/);
  });

  it('has no columns for processor time and memory if they are unknown', () => {
    const [, heading] = plain(drawScreen(view([row('web')], { hasUsage: false }), { columns: 80, rows: 6 }));
    expect(heading).toMatch(/^NAME +STATE +UPTIME +PID +RST REASON/);
  });

  it('shows the reason of a failure in place of the last line, and both for the selected process', () => {
    const failed = row('web', { state: 'FATAL', lastLine: 'no such file', reason: 'Exited too quickly' });
    const lines = plain(drawScreen(view([failed]), { columns: 64, rows: 10 }));
    expect(lines[2]).toMatch(/ Exited too \S*…$/);
    expect(lines[8]).toMatch(/^web: Exited too quickly \| no such file +$/);
  });

  it('marks the column that it is sorted by, with the direction', () => {
    const heading = (order: View['order']): string =>
      plain(drawScreen(view([row('web')], { order }), { columns: 80, rows: 6 }))[1] ?? '';
    expect(heading({ by: 'memory', isReversed: false })).toContain(' MEM↓ ');
    expect(heading({ by: 'name', isReversed: false })).toContain('NAME↑ ');
    expect(heading({ by: 'name', isReversed: true })).toContain('NAME↓ ');
  });

  it('shows marks behind the names', () => {
    const lines = plain(
      drawScreen(view([row('one'), row('two')], { marked: new Set(['two']) }), { columns: 60, rows: 6 }),
    );
    expect([lines[2]?.slice(0, 5), lines[3]?.slice(0, 5)]).toEqual(['one  ', 'two *']);
  });

  it('shows the whole question, in several lines if it is longer than one', () => {
    const message = 'stop 3 processes (web:1, web:2, web:3)? y/N';
    const lines = plain(drawScreen(view([row('web')], { message }), { columns: 30, rows: 10 }));
    expect(lines.slice(-2).map((line) => line.trimEnd())).toEqual([
      'stop 3 processes (web:1,',
      'web:2, web:3)? y/N',
    ]);
  });

  it('always shows how to leave and where the help is', () => {
    for (const columns of [14, 20, 40, 80]) {
      expect(planScreen(null, KEYS, { columns, rows: 10 }).footer.join('')).toContain('q quit  ? help');
    }
  });

  it.each([
    [1, null, ['a']],
    [1, 'stop a? y/N', ['stop a? y/N']],
    [2, null, ['a', 's start  x stop  q quit  ? help']],
    [3, null, ['title', 'a', 's start  x stop  q quit  ? help']],
  ])('%i lines have what matters most', (rows, message, first) => {
    const lines = plain(drawScreen(view([row('a')], { message }), { columns: 60, rows }));
    expect(lines.map((line) => line.replace(/^a .*/, 'a').trimEnd())).toEqual(first);
  });

  it.each([
    [0, '0:00:00'],
    [3725, '1:02:05'],
    [90_061, '1d 01:01'],
    [null, ''],
  ])('shows %s seconds as %s', (seconds, text) => {
    expect(formatUptime(seconds)).toBe(text);
  });

  it.each([
    [0, '0K'],
    [1_500_000, '1.4M'],
    [200 * 1024 ** 2, '200M'],
    [3 * 1024 ** 3, '3.0G'],
  ])('shows %i bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('the help', () => {
  it('fits into narrow terminals', () => {
    for (const columns of [10, 40, 80, 120]) {
      const page = openPager({ title: 'Keys', hasColour: false, lines: helpLines });
      for (const line of page.draw({ columns, rows: 24 })) expect(textWidth(line)).toBe(columns);
    }
  });

  it('scrolls to its end, and leaves by q', () => {
    const page = openPager({ title: 'Keys', hasColour: false, lines: helpLines });
    const size = { columns: 80, rows: 10 };
    const first = page.draw(size);
    expect(page.press('end')).toBe(true);
    expect(page.draw(size)).not.toEqual(first);
    expect(page.draw(size).at(-2)).toContain('log');
    expect(page.press({ text: 'q' })).toBe(false);
  });
});

function withoutColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}
