import { describe, expect, test } from 'vitest';
import { localDestination } from '../../../src/logs/syslog/destinations.ts';
import { Syslog } from '../../../src/logs/syslog/syslog.ts';
import { SyslogCopy } from '../../../src/process/taps/syslog-copy.ts';

const SOURCE = {
  process: 'web',
  channel: 'stdout',
  facility: 'user',
  priority: 'info',
  tag: null,
  pid: () => 12,
} as const;

class Recorder extends Syslog {
  readonly sent: string[] = [];

  override send(message: Buffer, heading: Buffer): void {
    this.sent.push(heading.toString() + message.toString('latin1'));
  }
}

/** What a process called `web` has sent when it wrote these chunks, and when it ended after them. */
function written(...chunks: (string | Buffer)[]): { sent: string[]; afterEnd: string[] } {
  const recorder = new Recorder();
  const copy = new SyslogCopy(localDestination(recorder, SOURCE));
  const scratch = Buffer.alloc(1 << 20);
  for (const chunk of chunks) {
    const bytes = Buffer.from(chunk);
    bytes.copy(scratch);
    const passed = copy.take(scratch.subarray(0, bytes.length));
    expect(passed.equals(bytes)).toBe(true);
    scratch.fill('?');
  }
  const sent = [...recorder.sent];
  expect(copy.end()).toHaveLength(0);
  return { sent, afterEnd: recorder.sent.slice(sent.length) };
}

describe('program output in syslog', () => {
  test('is one message for each line, the name of the process before it', () => {
    expect(written('one\ntwo\n')).toEqual({ sent: ['web one', 'web two'], afterEnd: [] });
  });

  test('keeps empty lines, but for those at the end of what came at once', () => {
    expect(written('one\n\n\ntwo\n\n\n').sent).toEqual(['web one', 'web ', 'web ', 'web two']);
    expect(written('one\n', '\n', '\n\n').sent).toEqual(['web one', 'web ', 'web ']);
  });

  test('joins a line that came in several reads', () => {
    expect(written('sp', 'li', 't\nnext', ' line\n').sent).toEqual(['web split', 'web next line']);
  });

  test('sends an unfinished line when the channel ends', () => {
    expect(written('whole\nunfinished')).toEqual({ sent: ['web whole'], afterEnd: ['web unfinished'] });
  });

  test('is sent byte for byte', () => {
    expect(written(Buffer.from([0x00, 0xff, 0x1b, 0x0d, 0x0a])).sent).toEqual(['web \0\xff\x1b\r']);
  });

  test('does not hold back a line without an end for ever', () => {
    const { sent, afterEnd } = written(...Array.from({ length: 40 }, () => 'x'.repeat(4096)), 'end\n');
    expect(sent.length).toBeGreaterThan(1);
    expect(sent.every((message) => message.length <= 64 * 1024 + 4096)).toBe(true);
    expect(sent.map((message) => message.slice('web '.length)).join('')).toBe(`${'x'.repeat(40 * 4096)}end`);
    expect(afterEnd).toEqual([]);
  });
});
