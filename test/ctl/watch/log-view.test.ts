/** The view of a log: what is shown after keys, and while lines arrive. */

import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../src/ctl/terminal/text-width.ts';
import type { Key } from '../../../src/ctl/watch/keys.ts';
import { type LogLines, logLines } from '../../../src/ctl/watch/log-lines.ts';
import { openLogView } from '../../../src/ctl/watch/log-view.ts';
import type { Page } from '../../../src/ctl/watch/pager.ts';
import { fc } from '../../properties.ts';

const SIZE = { columns: 60, rows: 6 };

interface Opened {
  readonly lines: LogLines;
  readonly view: Page;
  /** The lines of the log on the screen, without their marks; draws as the client does after each key. */
  press(...keys: readonly (Key | string)[]): string[];
  head(): string;
  foot(): string;
}

function open(count: number, hasColour = false): Opened {
  const lines = logLines();
  for (let number = 1; number <= count; number += 1) lines.add('stdout', `line ${number}`);
  const view = openLogView({ lines, title: 'web', hasColour, close: () => undefined });
  const draw = (): string[] => view.draw(SIZE).map((line) => line.trimEnd());
  draw();
  return {
    lines,
    view,
    press: (...keys) => {
      let shown = draw();
      for (const key of keys) {
        for (const each of pressed(key)) view.press(each);
        shown = draw();
      }
      return (
        shown
          .slice(1, -1)
          .filter((line) => line !== '')
          // biome-ignore lint/suspicious/noControlCharactersInRegex: matches are in reverse video.
          .map((line) => line.replace(/\u001b\[\d+m/g, '').slice(2))
      );
    },
    head: () => draw()[0] ?? '',
    foot: () => draw().at(-1) ?? '',
  };
}

const NAMED = new Set(['up', 'down', 'page-up', 'page-down', 'home', 'end', 'enter', 'escape', 'tab']);

function pressed(key: Key | string): Key[] {
  if (typeof key !== 'string') return [key];
  return NAMED.has(key) ? [key as Key] : [...key].map((text) => ({ text }));
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_unused, index) => `line ${from + index}`);

describe('the view of a log', () => {
  it('follows the end', () => {
    const { lines, press, head } = open(10);
    expect(press()).toEqual(numbers(7, 10));
    lines.add('stdout', 'line 11');
    expect(press()).toEqual(numbers(8, 11));
    expect(head()).toBe('==> web <==  stdout and stderr (!), following');
  });

  it('stays where it is scrolled to while lines arrive, and follows again at the end', () => {
    const { lines, press, head } = open(10);
    expect(press('up', 'up')).toEqual(numbers(5, 8));
    lines.add('stdout', 'line 11');
    expect(press()).toEqual(numbers(5, 8));
    expect(head()).toContain('paused, 3 more lines');
    expect(press('down')).toEqual(numbers(6, 9));
    expect(press('home')).toEqual(numbers(1, 4));
    expect(press('page-down')).toEqual(numbers(4, 7));
    expect(press('end')).toEqual(numbers(8, 11));
    expect(head()).toContain('following');
    expect(press('up', 'down', 'down')).toEqual(numbers(8, 11));
    expect(head()).toContain('following');
  });

  it('pauses and goes on', () => {
    const { lines, press, head } = open(10);
    press('p');
    lines.add('stdout', 'line 11');
    expect(press()).toEqual(numbers(7, 10));
    expect(head()).toContain('paused, 1 more line');
    expect(press('p')).toEqual(numbers(8, 11));
  });

  it('goes on following where all lines are on the screen', () => {
    const { press, head } = open(2);
    expect(press('up', 'page-up')).toEqual(numbers(1, 2));
    expect(head()).toContain('following');
  });

  it('shows stderr beside stdout, and each alone', () => {
    const { lines, view, press, head } = open(1);
    lines.add('stderr', 'a warning');
    expect(view.draw(SIZE).map((line) => line.trimEnd())).toContain('! a warning');
    press('tab');
    expect(head()).toContain('<==  stdout, following');
    expect(view.draw(SIZE)[1]?.trimEnd()).toBe('line 1');
    press('tab');
    expect(view.draw(SIZE)[1]?.trimEnd()).toBe('a warning');
    press('tab');
    expect(head()).toContain('stdout and stderr');
  });

  it('searches back from the end in any case, and to the matches before and after', () => {
    const { lines, press, foot } = open(20);
    lines.add('stdout', 'the end');
    expect(press('/LINE 1', 'enter')[0]).toBe('line 18');
    expect(foot()).toBe('11 lines match');
    expect(press('n', 'n')[0]).toBe('line 17');
    expect(press('N')[0]).toBe('line 18');
    expect(press('/nowhere', 'enter')[0]).toBe('line 18');
    expect(foot()).toBe('not found: nowhere');
    press('/x');
    expect(foot()).toBe('search: x_');
    press('escape');
    expect(foot()).toContain('q back');
  });

  it('shows matches in reverse video', () => {
    const { view, press } = open(3, true);
    press('/2', 'enter');
    expect(view.draw(SIZE).join('\n')).toContain('line \u001b[7m2\u001b[27m');
  });

  it('wraps long lines where it is asked to', () => {
    const { lines, press, foot } = open(0);
    lines.add('stdout', 'x'.repeat(100));
    expect(press()).toEqual([`${'x'.repeat(57)}…`]);
    expect(press('w')).toEqual(['x'.repeat(58), 'x'.repeat(42)]);
    expect(foot()).toContain('w wrap');
  });

  it('leaves by q, t, Esc and Enter, and by none of them while the help is shown', () => {
    const { view } = open(1);
    expect(view.press({ text: '?' })).toBe(true);
    expect(view.draw(SIZE)[0]).toContain('Keys of watch');
    expect(view.press({ text: 'q' })).toBe(true);
    for (const key of [{ text: 'q' }, { text: 't' }, 'escape', 'enter'] as const) {
      expect(view.press(key)).toBe(false);
    }
  });

  it('fills any terminal exactly, whatever is written and pressed', () => {
    const line = fc.tuple(
      fc.constantFrom('stdout', 'stderr', null),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
    );
    const key = fc.constantFrom<Key>(
      'up',
      'home',
      'page-down',
      'tab',
      { text: 'w' },
      { text: 'p' },
      { text: '/' },
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 30 }),
        fc.array(key, { maxLength: 5 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (written, keys, columns, rows) => {
          const lines = logLines();
          for (const [channel, text] of written) lines.add(channel, text);
          const view = openLogView({ lines, title: 'web', hasColour: false, close: () => undefined });
          for (const each of [null, ...keys]) {
            if (each !== null) view.press(each);
            const drawn = view.draw({ columns, rows });
            expect(drawn).toHaveLength(rows);
            for (const one of drawn) expect(textWidth(one)).toBe(columns);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
