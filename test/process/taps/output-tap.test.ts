import { expect, test } from 'vitest';
import { AnsiStripper } from '../../../src/process/taps/ansi.ts';
import { ListenerTap } from '../../../src/process/taps/output-listeners.ts';
import { endAll, type OutputTap, passThrough } from '../../../src/process/taps/output-tap.ts';

/** Holds back its input until the end. */
class Hoarder implements OutputTap {
  #held: Buffer[] = [];

  take(bytes: Buffer): Buffer {
    this.#held.push(Buffer.from(bytes));
    return Buffer.alloc(0);
  }

  end(): Buffer {
    return Buffer.concat(this.#held);
  }
}

function recorder(heard: string[]): OutputTap {
  return new ListenerTap((bytes) => heard.push(bytes.toString('latin1')));
}

test('output passes one tap after the other', () => {
  const raw: string[] = [];
  const plain: string[] = [];
  const taps = [recorder(raw), new AnsiStripper(), recorder(plain)];
  expect(passThrough(taps, Buffer.from('\u001b[1mbold')).toString()).toBe('bold');
  expect([raw, plain]).toEqual([['\u001b[1mbold'], ['bold']]);
});

test('where a tap lets nothing through, those behind it are not asked', () => {
  const heard: string[] = [];
  expect(passThrough([new Hoarder(), recorder(heard)], Buffer.from('x'))).toHaveLength(0);
  expect(heard).toEqual([]);
});

test('what a tap held back passes those behind it at the end', () => {
  const heard: string[] = [];
  const taps = [new AnsiStripper(), new Hoarder(), recorder(heard)];
  passThrough(taps, Buffer.from('text\u001b'));
  expect(endAll(taps).toString('latin1')).toBe('text\u001b');
  expect(heard.join('')).toBe('text\u001b');
});

test('no taps change nothing', () => {
  const bytes = Buffer.from('as it came');
  expect(passThrough([], bytes)).toBe(bytes);
  expect(endAll([])).toHaveLength(0);
});
