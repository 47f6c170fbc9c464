/**
 * Reading, tailing and clearing logs over XML-RPC, at every corner of offset and length.
 *
 * @module
 */
import { unlinkSync } from 'node:fs';
import type { Json, Scenario, Side } from '../../scenario.ts';
import { type Call, observeCalls, resultOf, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';

export const rpcLogs: Scenario = {
  name: 'rpc-logs',
  title: 'reading, tailing and clearing logs: offsets, lengths, unicode, binary',
  differences: ['unreadable-log-bytes'],
  run: async (side) => {
    writePrinters(side);
    const daemon = await side.start();
    for (const name of ['digits', 'words', 'binary', 'nolog', 'merged'])
      await untilState(side, name, 'EXITED');
    await observeRanges(side);
    await observeUnusual(side);
    await observeClearing(side);
    await observeMainLog(side);
    // Logged before the file is opened again, so that it is in the one that is gone.
    side.observe(
      'the terminal after clearLog',
      daemon.output().includes('INFO reopening log file') ? 'INFO reopening log file' : 'nothing',
    );
  },
};

const RANGES: readonly (readonly [offset: Json, length: Json])[] = [
  [0, 0],
  [0, 5],
  [3, 4],
  [3, 0],
  [9, 1],
  [10, 5],
  [11, 5],
  [1000, 0],
  [-3, 0],
  [-10, 0],
  [-1000, 0],
  [-3, 2],
  [-1, 1],
  [0, -1],
  [3, -2],
  [-3, -3],
  [0, 1_000_000],
  [2_147_483_647, 2_147_483_647],
  [-2_147_483_648, 0],
];

function writePrinters(side: Side): void {
  side.writeFile('words.txt', 'Grüße, 世界 🦜\n<tag> & "quote" \'s\ttab\r\nlast');
  side.writeFile(
    'binary.bin',
    Buffer.from([0x61, 0x00, 0x01, 0x1b, 0x7f, 0x80, 0xc3, 0xff, 0xfe, 0x62, 0x0a]),
  );
  const printer = (name: string, command: string, ...keys: string[]) =>
    program(name, command, 'autostart=true', ...keys);
  side.writeFile(
    'supervisord.conf',
    side.preamble +
      [
        printer('digits', `/bin/sh -c "printf 0123456789; printf abcdef >&2"`),
        printer('words', `/bin/cat ${side.path('words.txt')}`),
        printer('binary', `/bin/cat ${side.path('binary.bin')}`),
        printer('nolog', '/bin/echo gone', 'stdout_logfile=NONE', 'stderr_logfile=NONE'),
        program('never', '/bin/cat', `stdout_logfile=${side.path('never.log')}`),
        printer('merged', `/bin/sh -c "echo both; echo sides >&2"`, 'redirect_stderr=true'),
      ].join('\n'),
  );
}

async function observeRanges(side: Side): Promise<void> {
  for (const [offset, length] of RANGES) {
    await observeCalls(side, [
      ['readProcessStdoutLog', 'digits', offset, length],
      ['tailProcessStdoutLog', 'digits', offset, length],
      ['readProcessStderrLog', 'digits:digits', offset, length],
      ['tailProcessStderrLog', 'digits', offset, length],
    ]);
  }
  await observeCalls(side, [
    ['readProcessLog', 'digits', 2, 3],
    ['tailProcessLog', 'digits', 2, 3],
  ]);
}

async function observeUnusual(side: Side): Promise<void> {
  const both = (name: string): Call[] => [
    ['readProcessStdoutLog', name, 0, 0],
    ['tailProcessStdoutLog', name, 0, 1000],
    ['readProcessStderrLog', name, 0, 0],
    ['tailProcessStderrLog', name, 0, 1000],
  ];
  for (const name of ['words', 'nolog', 'never', 'merged'])
    await observeCalls(side, both(name), { title: 'odd logs' });
  await observeCalls(
    side,
    [
      // The third byte of a character of four, and a part of a character of two.
      ['readProcessStdoutLog', 'words', 0, 3],
      ['readProcessStdoutLog', 'words', 3, 4],
      ['tailProcessStdoutLog', 'words', 0, 37],
      ['readProcessStdoutLog', 'binary', 0, 1],
      ['readProcessStdoutLog', 'binary', 0, 5],
      ['readProcessStdoutLog', 'binary', 0, 0],
      ['tailProcessStdoutLog', 'binary', 0, 100],
    ],
    { title: 'unreadable text' },
  );
}

async function observeClearing(side: Side): Promise<void> {
  await observeCalls(
    side,
    [
      ['clearProcessLogs', 'digits'],
      ['readProcessStdoutLog', 'digits', 0, 0],
      ['readProcessStderrLog', 'digits', 0, 0],
      ['clearProcessLog', 'words:words'],
      ['readProcessStdoutLog', 'words', 0, 0],
      ['clearProcessLogs', 'nolog'],
      ['clearProcessLogs', 'never'],
      ['readProcessStdoutLog', 'never', 0, 0],
      ['clearProcessLogs', 'digits:*'],
      ['clearAllProcessLogs'],
      ['readProcessStdoutLog', 'binary', 0, 0],
      ['startProcess', 'digits', false],
    ],
    { title: 'clearing' },
  );
  await untilState(side, 'digits', 'EXITED');
  await observeCalls(side, [['readProcessStdoutLog', 'digits', 0, 0]], { title: 'clearing' });
}

async function observeMainLog(side: Side): Promise<void> {
  const whole = await resultOf(side, 'readLog', 0, 0);
  const file = side.readFile('main.log');
  side.observe('readLog is the main log', whole === file);
  side.observe('readMainLog is the main log', (await resultOf(side, 'readMainLog', 0, 0)) === file);
  side.observe('readLog from the end', (await resultOf(side, 'readLog', -20, 0)) === file.slice(-20));
  side.observe('readLog of a range', (await resultOf(side, 'readLog', 5, 30)) === file.slice(5, 35));
  await observeCalls(
    side,
    [['readLog', 1_000_000, 5], ['readLog', -3, 2], ['readLog', 0, -1], ['clearLog'], ['readLog', 0, 0]],
    { title: 'main log' },
  );
  unlinkSync(side.path('main.log'));
  await observeCalls(side, [['readLog', 0, 0], ['clearLog']], { title: 'main log removed' });
}
