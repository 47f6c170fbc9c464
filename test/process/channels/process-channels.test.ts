import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Channels } from '../../../src/process/channels/channels.ts';
import { MOST_EARLIER_RUNS, ProcessChannels } from '../../../src/process/channels/process-channels.ts';
import { processConfig } from '../../rpc/fakes.ts';
import { noListeners, openDescriptors, readText, type TestHost, test, until } from '../support.ts';

/** Runs of one process, each of which leaves a process behind that has its stdout open. */
function runs(host: TestHost) {
  const folder = host.childLogDir;
  const owner = {
    config: processConfig('p', { redirectStderr: true }),
    pid: 1,
    groupName: 'g',
    lifeName: 'g:p',
    host,
    outputCounts: { stdout: { bytes: 0 }, stderr: { bytes: 0 } },
    stdoutLogfile: join(folder, 'out.log'),
    stderrLogfile: null,
    logTroubled: () => undefined,
    outputListenersOf: () => noListeners,
  };
  const channels = new ProcessChannels(owner);
  return {
    channels,
    log: () => readText(join(folder, 'out.log')),
    /** Begins a run and ends it; returns the descriptor of the process that is left behind. */
    run(): number {
      const opened = new Channels(owner, { stdin: null, user: null });
      const left = openSync(join(folder, 'g:p.stdout'), constants.O_RDWR);
      opened.childStarted();
      channels.begin(opened);
      channels.end();
      return left;
    },
  };
}

test('the output of processes that earlier runs have left is read on', async ({ host }) => {
  const { channels, log, run } = runs(host);
  const left = [run(), run()];
  for (const [index, fd] of left.entries()) {
    writeSync(fd, `${index} `);
  }
  await until('both are read', () => log().length === 4);
  expect(log().split(' ').sort()).toEqual(['', '0', '1']);
  for (const fd of left) {
    closeSync(fd);
  }
  channels.close();
  expect(host.log.lines).toEqual([]);
});

test('of more than a few earlier runs the oldest is closed, when what it has written is read', ({ host }) => {
  const { channels, log, run } = runs(host);
  const left = Array.from({ length: MOST_EARLIER_RUNS }, run);
  const files = openDescriptors();
  writeSync(left[0] ?? -1, 'the last words');
  left.push(run());
  expect(log()).toBe('the last words');
  left.push(run(), run());
  expect(openDescriptors()).toBe(files + 3);
  expect(host.log.lines).toEqual([
    expect.stringMatching(/^warn: processes that earlier runs of p have left/),
  ]);
  for (const fd of left) {
    closeSync(fd);
  }
  channels.close();
});

test('an earlier run ends when its last writer is gone, and counts no more', async ({ host }) => {
  const { channels, run } = runs(host);
  const files = openDescriptors();
  for (let round = 0; round < 2 * MOST_EARLIER_RUNS; round += 1) {
    closeSync(run());
    await until('the run is over', () => openDescriptors() <= files + 1);
  }
  expect(host.log.lines).toEqual([]);
  channels.close();
});
