import { closeSync, constants, openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProcessConfig } from '../../../src/config/types.ts';
import type { IoLoop } from '../../../src/io/io-loop.ts';
import { Channels } from '../../../src/process/channels/channels.ts';
import { processConfig } from '../../rpc/fakes.ts';
import { InfoLog, loggedTo, noListeners, openDescriptors, readText, test, until } from '../support.ts';

function open(folder: string, io: IoLoop, changes: Partial<ProcessConfig> = {}) {
  const log = new InfoLog();
  const troubles: (string | null)[] = [];
  const owner = {
    config: processConfig('p', changes),
    pid: 1,
    groupName: 'g',
    lifeName: 'g:p',
    host: { runtimeFolder: folder, stripAnsi: false, io, log },
    outputCounts: { stdout: { bytes: 0 }, stderr: { bytes: 0 } },
    stdoutLogfile: join(folder, 'out.log'),
    stderrLogfile: join(folder, 'err.log'),
    logTroubled: (message: string | null) => troubles.push(message),
    outputListenersOf: () => noListeners,
  };
  return { channels: new Channels(owner, { stdin: null, user: null }), log, troubles };
}

/** The child's end of a channel, opened as the child would. */
function childEnd({ stdio }: Channels, channel: 'stdout' | 'stderr'): number {
  if (!('fifos' in stdio)) {
    return openSync(`/proc/self/fd/${stdio[channel]}`, constants.O_WRONLY);
  }
  const [, stdout, stderr = stdout] = stdio.fifos;
  return openSync(channel === 'stdout' ? stdout : stderr, constants.O_RDWR);
}

function write(channels: Channels, channel: 'stdout' | 'stderr', text: string): void {
  const fd = childEnd(channels, channel);
  writeSync(fd, text);
  closeSync(fd);
}

test('stdout and stderr go to their own logs', ({ folder, io }) => {
  const { channels } = open(folder, io);
  write(channels, 'stdout', 'to stdout');
  write(channels, 'stderr', 'to stderr');
  channels.close();
  expect([readText(join(folder, 'out.log')), readText(join(folder, 'err.log'))]).toEqual([
    'to stdout',
    'to stderr',
  ]);
});

test('with redirect_stderr both are one pipe into the log of stdout', ({ folder, io }) => {
  const { channels } = open(folder, io, { redirectStderr: true });
  write(channels, 'stderr', 'to both');
  channels.finish();
  expect(readText(join(folder, 'out.log'))).toBe('to both');
  expect(readdirSync(folder).sort()).toEqual(['out.log']);
  channels.close();
});

test('the end comes when the last writer of both has closed them', async ({ folder, io }) => {
  const { channels } = open(folder, io);
  let ends = 0;
  channels.onEnd(() => {
    ends += 1;
  });
  expect(channels.isOpen).toBe(true);
  write(channels, 'stdout', '');
  write(channels, 'stderr', '');
  channels.childStarted();
  await until('the end', () => ends === 1);
  expect(channels.isOpen).toBe(false);
  channels.close();
  expect(ends).toBe(1);
});

test('a process that has exited leaves neither names nor descriptors', ({ folder, io }) => {
  const before = openDescriptors();
  const { channels } = open(folder, io);
  channels.close();
  expect(openDescriptors()).toBe(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('g:p'))).toEqual([]);
});

test('a channel that cannot be opened leaves none of the others open', ({ folder, io }) => {
  const before = openDescriptors();
  const failing: IoLoop = {
    ...io,
    watch() {
      throw new Error('no room');
    },
  };
  expect(() => open(folder, failing)).toThrow('no room');
  expect(openDescriptors()).toBe(before);
});

test('a log that cannot be written is reported in the main log and by the process', ({ folder, io }) => {
  const config = { stdout: loggedTo(''), stderr: loggedTo('') };
  const { channels, log, troubles } = open(folder, io, config);
  channels.close();
  expect([log.lines, troubles]).toEqual([[], []]);

  const unwritable = open(folder, io);
  unwritable.channels.close();
  expect(unwritable.troubles).toEqual([]);
});

test('clearing empties both logs', ({ folder, io }) => {
  const { channels } = open(folder, io);
  const stdout = childEnd(channels, 'stdout');
  writeSync(stdout, 'old');
  channels.finish();
  expect(readText(join(folder, 'out.log'))).toBe('old');
  channels.clearLogs();
  expect(readText(join(folder, 'out.log'))).toBe('');
  writeSync(stdout, 'new');
  channels.close();
  closeSync(stdout);
  expect(readText(join(folder, 'out.log'))).toBe('new');
});

test('while lines are kept, the log gets whole lines; what is held back is written at the end of that', async ({
  folder,
  io,
}) => {
  const { channels } = open(folder, io);
  const log = (): string => readText(join(folder, 'out.log'));
  const end = childEnd(channels, 'stdout');
  channels.keepLines(true);
  writeSync(end, 'one\ntw');
  await until('the first line', () => log() === 'one\n');
  writeSync(end, 'o\nthree');
  await until('the second line', () => log() === 'one\ntwo\n');
  channels.keepLines(false);
  expect(log()).toBe('one\ntwo\nthree');
  writeSync(end, ' and four');
  closeSync(end);
  channels.close();
  expect(log()).toBe('one\ntwo\nthree and four');
});
