/** Text on a terminal: its width, its columns, its colours. */

import { describe, expect, it } from 'vitest';
import { columns } from '../../../src/ctl/commands/columns.ts';
import { wantsColour } from '../../../src/ctl/terminal/colour.ts';
import { fitText, printable, textWidth } from '../../../src/ctl/terminal/text-width.ts';
import { fc } from '../../properties.ts';

describe('text on a terminal', () => {
  it('is cut and filled to exactly the width, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(30), (text, width) => {
        expect(textWidth(fitText(printable(text), width))).toBe(width);
      }),
    );
  });

  it.each([
    ['漢字', 4],
    ['a\u0301', 1],
    ['😀', 2],
    ['✅', 2],
    ['⚠️', 2],
    ['☎', 1],
    ['👩‍👩‍👧', 2],
    ['🇸🇪', 2],
    ['1️⃣', 2],
    ['한국', 4],
    ['ｱ', 1],
    ['päron', 5],
  ])('%s takes %i cells', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('is cut between characters, and never inside one', () => {
    expect([fitText('ab✅cd', 4), fitText('👩‍👩‍👧👩‍👩‍👧', 3), fitText('e\u0301e\u0301e\u0301', 2)]).toEqual([
      'ab… ',
      '👩‍👩‍👧…',
      'e\u0301…',
    ]);
  });

  it('loses what could move the cursor', () => {
    expect(printable('a\u001b[2Jb\u001b]0;title\u0007c\rd\te\u009b1m')).toBe('abcd e1m');
  });

  it('is put in columns as the stock client does', () => {
    expect(columns(['a', 'bb', 'ccc', 'd'], 9)).toEqual(['a   ccc', 'bb  d  ']);
  });

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
  ])('has colours: terminal %s, %j', (isTerminal, environment, expected) => {
    expect(wantsColour(isTerminal, environment)).toBe(expected);
  });
});
