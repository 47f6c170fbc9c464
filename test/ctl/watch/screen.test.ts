/** The live view in terminals of any size. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../src/ctl/terminal/text-width.ts';
import type { Row } from '../../../src/ctl/watch/rows.ts';
import {
  drawScreen,
  firstShown,
  formatBytes,
  formatUptime,
  listHeight,
} from '../../../src/ctl/watch/screen.ts';

const row = (name: string, more: Partial<Row> = {}): Row => ({
  name,
  state: 'RUNNING',
  pid: 4242,
  uptimeSeconds: 61,
  cpuPercent: 12.34,
  memoryBytes: 25_000_000,
  restarts: 2,
  lastLine: 'GET / 200',
  description: '',
  ...more,
});

const view = (rows: readonly Row[], selected = 0) => ({
  title: 'title',
  rows,
  selected,
  top: 0,
  footer: 'keys',
  hasColour: false,
});

describe('the screen', () => {
  it('fills any terminal exactly', () => {
    const names = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), { maxLength: 30 });
    fc.assert(
      fc.property(
        names,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        (all, columns, rows) => {
          const lines = drawScreen(view(all.map((name) => row(name))), { columns, rows }).map(withoutColours);
          expect(lines).toHaveLength(rows);
          for (const line of lines) expect(textWidth(line)).toBe(columns);
        },
      ),
    );
  });

  it('shows name and state in 20 columns', () => {
    const lines = drawScreen(view([row('a-long-name-of-a-program')]), { columns: 20, rows: 4 });
    expect(withoutColours(lines[2] ?? '')).toBe('a-long-nam… RUNNING ');
  });

  it('shows everything where there is room', () => {
    const lines = drawScreen(view([row('web')], 1), { columns: 80, rows: 4 });
    expect(lines[2]).toMatch(/^web\s+RUNNING\s+0:01:01\s+4242\s+12\.3\s+23\.8M\s+2 GET \/ 200\s+$/);
  });

  it('shows why a process failed where its log is empty', () => {
    const failed = row('web', { state: 'FATAL', lastLine: '', description: 'Exited too quickly' });
    expect(drawScreen(view([failed], 1), { columns: 100, rows: 4 })[2]).toContain('Exited too quickly');
  });

  it('keeps the selected row in sight', () => {
    const height = listHeight({ columns: 80, rows: 10 });
    const shown = (selected: number, wanted: number): number => firstShown(selected, wanted, height, 20);
    expect([shown(0, 5), shown(6, 0), shown(7, 0)]).toEqual([0, 0, 1]);
  });

  it('is where it was when the terminal shrinks and grows again', () => {
    const shown = (rows: number): number => firstShown(9, 3, listHeight({ columns: 80, rows }), 20);
    expect([shown(13), shown(5), shown(3), shown(1), shown(13)]).toEqual([3, 8, 9, 9, 3]);
  });

  it('leaves no line empty while a row above is hidden', () => {
    const numbers = fc.nat(40);
    fc.assert(
      fc.property(numbers, numbers, numbers, numbers, (selected, wanted, height, count) => {
        fc.pre(selected < count && height > 0);
        const first = firstShown(selected, wanted, height, count);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(first).toBeLessThanOrEqual(Math.max(0, count - height));
        expect(selected).toBeGreaterThanOrEqual(first);
        expect(selected).toBeLessThan(first + height);
      }),
    );
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

function withoutColours(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
  return line.replace(/\u001b\[[0-9;]*m/g, '');
}
