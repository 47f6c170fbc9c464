/** The keys of the live view. */
import { describe, expect, it, vi } from 'vitest';
import { editText, type Key, keyReader, splitKeys } from '../../../src/ctl/watch/keys.ts';

const PASTE = '\u001b[200~';
const PASTE_END = '\u001b[201~';

describe('keys', () => {
  it.each([
    ['\u001b[A\u001b[B', ['up', 'down']],
    ['\u001bOA', ['up']],
    ['\u001b[5~\u001b[6~', ['page-up', 'page-down']],
    ['\u001b[24~q', [{ text: 'q' }]],
    ['\u001b[1;5Aq', [{ text: 'q' }]],
    ['\u001b[[Aq', [{ text: 'q' }]],
    ['\u001bxq', [{ text: 'q' }]],
    ['\u001b\u001b[A', ['escape', 'up']],
    ['\r\u0003\u007f\t\u001a', ['enter', 'interrupt', 'backspace', 'tab', 'suspend']],
    ['ä😀', [{ text: 'ä' }, { text: '😀' }]],
    ['\u0001', []],
    [`a${PASTE}x y${PASTE_END}b`, [{ text: 'a' }, { pasted: 'x y' }, { text: 'b' }]],
  ])('%j', (input, keys) => {
    expect(splitKeys(input)).toEqual({ keys, rest: '' });
  });

  it.each(['\u001b', '\u001b[', '\u001b[1;', '\u001bO', `${PASTE}x`])(
    'waits for what follows %j',
    (input) => {
      expect(splitKeys(`q${input}`)).toEqual({ keys: [{ text: 'q' }], rest: input });
    },
  );

  describe('in pieces', () => {
    const reader = () => {
      const keys: Key[] = [];
      return { keys, ...keyReader((key) => keys.push(key)) };
    };

    it('a sequence and a character are put together again', () => {
      const { keys, push, close } = reader();
      for (const byte of Buffer.from('\u001b[5~ä')) push(Buffer.from([byte]));
      close();
      expect(keys).toEqual(['page-up', { text: 'ä' }]);
    });

    it('ESC alone is a key when nothing follows, the beginning of another sequence is not', () => {
      vi.useFakeTimers();
      try {
        const { keys, push } = reader();
        push('\u001b');
        vi.runAllTimers();
        push('\u001b[');
        vi.runAllTimers();
        push('q');
        expect(keys).toEqual(['escape', { text: 'q' }]);
      } finally {
        vi.useRealTimers();
      }
    });

    it('pasted text whose end never arrives is dropped, and keys work again', () => {
      vi.useFakeTimers();
      try {
        const { keys, push } = reader();
        push(`${PASTE}xy`);
        vi.runAllTimers();
        push('q');
        expect(keys).toEqual([{ text: 'q' }]);
      } finally {
        vi.useRealTimers();
      }
    });
  });
});

describe('a line of text', () => {
  it.each<[string, Key, string]>([
    ['ab', { text: 'c' }, 'abc'],
    ['a😀', 'backspace', 'a'],
    ['ab', 'erase-line', ''],
    ['ab', 'up', 'ab'],
    ['', { pasted: ' web\nworker ' }, 'web worker'],
  ])('%j and %j', (text, key, edited) => {
    expect(editText(text, key)).toBe(edited);
  });
});
