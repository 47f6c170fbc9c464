import { describe, expect, test } from 'vitest';
import { processLogEvent } from '../../src/events/event.ts';
import { ResultRejected } from '../../src/events/result-handler.ts';
import { stdoutResultHandler } from '../../src/events/stdout-handler.ts';

/** What is written for a result, and the verdict. */
function judge(result: string | Buffer): { readonly written: string[]; readonly verdict: unknown } {
  const written: string[] = [];
  const handler = stdoutResultHandler((bytes) => written.push(bytes.toString()));
  const event = processLogEvent({ name: 'web', groupName: 'web', pid: 5 }, 'stdout', 'x');
  return { verdict: handler.judge(event, Buffer.from(result)), written };
}

const HEAD = 'processname:web_0 groupname:web pid:12 channel:stderr\n';

describe('the result handler supervisor_stdout', () => {
  // What the package's handler prints for the same results.
  test.each([
    ['one line', 'web_0 stderr | one line\n'],
    ['two\nlines', 'web_0 stderr | two\nweb_0 stderr | lines\n'],
    ['a line end\n', 'web_0 stderr | a line end\nweb_0 stderr | \n'],
    ['', 'web_0 stderr | \n'],
    ['Größe 😀 a:b', 'web_0 stderr | Größe 😀 a:b\n'],
  ])('writes the lines of %j with the name of the process, at once', (data, text) => {
    expect(judge(HEAD + data)).toEqual({ verdict: null, written: [text] });
  });

  test('keeps bytes that are not UTF-8', () => {
    const written: Buffer[] = [];
    const handler = stdoutResultHandler((bytes) => written.push(bytes));
    const event = processLogEvent({ name: 'web', groupName: 'web', pid: 5 }, 'stdout', 'x');
    const result = Buffer.concat([Buffer.from('processname:a channel:b\n'), Buffer.of(0xff, 0x00)]);
    expect(handler.judge(event, result)).toBeNull();
    expect(Buffer.concat(written).toString('latin1')).toBe('a b | \xff\0\n');
  });

  test.each(['OK', '', 'processname:web channel:stdout', 'type:a\ndata', 'a b c\n'])(
    'takes a listener that answers %j for a broken one',
    (result) => {
      const { verdict, written } = judge(result);
      expect(verdict).toBeInstanceOf(Error);
      expect(verdict).not.toBeInstanceOf(ResultRejected);
      expect(written).toEqual([]);
    },
  );
});
