import { expect, test } from 'vitest';
import { ListenerTap } from '../../../src/process/taps/output-listeners.ts';

test('a listener receives everything, and the log gets it all the same', () => {
  const heard: string[] = [];
  const tap = new ListenerTap((bytes) => heard.push(bytes.toString()));
  const bytes = Buffer.from('hello\n');
  expect(tap.take(bytes)).toBe(bytes);
  tap.take(Buffer.from('again'));
  expect(tap.end()).toHaveLength(0);
  expect(heard).toEqual(['hello\n', 'again']);
});
