import { readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ProcessConfig } from '../../src/config/types.ts';
import { Channels } from '../../src/process/channels.ts';
import type { IoLoop } from '../../src/process/io-loop.ts';
import { processConfig } from '../rpc/fakes.ts';
import { InfoLog, loggedTo, nobody, openDescriptors, readText, test, until } from './support.ts';

function open(folder: string, io: IoLoop, changes: Partial<ProcessConfig> = {}) {
  const log = new InfoLog();
  const troubles: (string | null)[] = [];
  const options = {
    config: processConfig('p', changes),
    groupName: 'g',
    folder,
    owner: null,
    stdoutLogfile: join(folder, 'out.log'),
    stderrLogfile: join(folder, 'err.log'),
    stripAnsi: false,
    io,
    log,
    onLogTrouble: (message: string | null) => troubles.push(message),
    hearersOf: () => nobody,
  };
  return { channels: new Channels(options), log, troubles };
}

test('stdout and stderr go to their own logs', ({ folder, io }) => {
  const { channels } = open(folder, io);
  writeSync(channels.childFds.stdout, 'to stdout');
  writeSync(channels.childFds.stderr, 'to stderr');
  channels.close();
  expect([readText(join(folder, 'out.log')), readText(join(folder, 'err.log'))]).toEqual([
    'to stdout',
    'to stderr',
  ]);
});

test('with redirect_stderr both are one pipe into the log of stdout', ({ folder, io }) => {
  const { channels } = open(folder, io, { redirectStderr: true });
  const { stdout, stderr } = channels.childFds;
  expect(stderr).toBe(stdout);
  expect(readdirSync(folder).sort()).toEqual(['g:p.stdin', 'g:p.stdout', 'out.log']);
  channels.close();
});

test('the end comes when the last writer of both has closed them', async ({ folder, io }) => {
  const { channels } = open(folder, io);
  let ends = 0;
  channels.onEnd(() => {
    ends += 1;
  });
  expect(channels.isOpen).toBe(true);
  channels.closeChildEnds();
  await until('the end', () => ends === 1);
  expect(channels.isOpen).toBe(false);
  channels.close();
  expect(ends).toBe(1);
});

test('a life that is over leaves neither names nor descriptors', ({ folder, io }) => {
  const before = openDescriptors();
  const { channels } = open(folder, io);
  channels.close();
  expect(openDescriptors()).toBe(before);
  expect(readdirSync(folder).filter((name) => name.startsWith('g:p'))).toEqual([]);
});

test('a channel that cannot be had leaves none of the others open', ({ folder, io }) => {
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

test('trouble with a log is told to the main log and to the process', ({ folder, io }) => {
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
  writeSync(channels.childFds.stdout, 'old');
  channels.finish();
  expect(readText(join(folder, 'out.log'))).toBe('old');
  channels.clearLogs();
  expect(readText(join(folder, 'out.log'))).toBe('');
  writeSync(channels.childFds.stdout, 'new');
  channels.close();
  expect(readText(join(folder, 'out.log'))).toBe('new');
});
