/**
 * What stands between a program and its log: capture mode, escapes, copies in the main log, special files.
 *
 * @module
 */

import { PYTHON } from '../harness/debian.ts';
import type { Scenario, Side } from '../scenario.ts';
import { listener, observeReceived, receivedBy, untilHeard, writeListeners } from './events/listeners.ts';
import { callMethod, untilState } from './support/calls.ts';
import { program } from './support/programs.ts';

const BEGIN = '<!--XSUPERVISOR:BEGIN-->';
const END = '<!--XSUPERVISOR:END-->';

/** Each program writes these pieces one by one; a piece is JSON text, its characters are bytes. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  plain: ['no tags here, but more than a tag is long\n'],
  once: [`before\n${BEGIN}hello${END}after, long enough for a tag\n`],
  twice: [`${BEGIN}one${END}${BEGIN}two${END} and a tail that is long enough\n`],
  empty: [`${BEGIN}${END} nothing between the tags, and a tail\n`],
  split: [
    'text <!--XSUPER',
    `VISOR:BEGIN-->in pieces`,
    ' and more<!--XSUPERVISOR',
    ':END--> and out again, for long enough\n',
  ],
  nested: [`${BEGIN}outer${BEGIN}inner${END}rest${END} and text behind all of it\n`],
  stray: [`an end ${END} without a beginning, as text\n`],
  bytes: [`${BEGIN}\xff\xfe'"\\${END} bytes that are not text were before this\n`],
  utf8: [`${BEGIN}p\xc3\xa4ron${END} umlauts were before this\n`],
  large: [
    BEGIN,
    'a'.repeat(60),
    'b'.repeat(60),
    'c'.repeat(60),
    `${END} more than capture_maxbytes was before this\n`,
  ],
};

/** What the reference loses when the program ends: a short last line, a tag that begins, a capture without an end. */
const LAST_WORDS: Readonly<Record<string, readonly string[]>> = {
  'last-line': ['a line that is long enough to be written\n', 'bye\n'],
  'last-tag': ['a line that is long enough to be written<!--XSUPERVISOR:'],
  'no-end': [`a line that is long enough to be written\n${BEGIN}never ended, and long enough too`],
};

const COLOURS: Readonly<Record<string, readonly string[]>> = {
  colours: ['\x1b[1;31mred\x1b[0m and \x1b[2Kplain\r\n'],
  cursor: ['\x1b[10;20Hat a place\x1b[?25l hidden\x1b[A\n'],
};

/** Sequences that are split, or never end, are handled differently: the reference looks at each read alone. */
const CUT_COLOURS: Readonly<Record<string, readonly string[]>> = {
  'cut-colours': ['\x1b[1;3', '1mred\x1b', '[0m plain\n'],
};

/** A piece is written once the one before it has been read out of the pipe, however long that takes. */
const WRITER = `import array, fcntl, json, os, sys, termios, time
fd = int(sys.argv[2])
left = array.array('i', [0])
for piece in json.load(open(sys.argv[1])):
    os.write(fd, piece.encode('latin-1'))
    while fcntl.ioctl(fd, termios.FIONREAD, left) == 0 and left[0] > 0:
        time.sleep(0.005)
`;

export const capture: Scenario = {
  name: 'capture',
  title: 'capture mode, strip_ansi, copies in the main log, /dev/fd',
  differences: ['capture-tail', 'strip-ansi-between-reads'],
  needs: ['python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    side.writeFile('writer.py', WRITER);
    await observeCapture(side);
    await observeColours(side);
    await observeCopies(side);
    await observeDescriptors(side);
  },
};

function writer(side: Side, name: string, pieces: readonly string[], fd: 1 | 2, ...keys: string[]): string {
  const file = side.writeFile(`${name}.json`, JSON.stringify(pieces));
  const log = `${fd === 1 ? 'stdout' : 'stderr'}_logfile=${side.path(`${name}.log`)}`;
  return program(name, `${PYTHON} ${side.path('writer.py')} ${file} ${fd}`, log, ...keys);
}

async function observeCapture(side: Side): Promise<void> {
  const maxBytes = ['stdout_capture_maxbytes=100', 'stderr_capture_maxbytes=100'];
  const all = Object.entries({ ...WRITERS, ...LAST_WORDS });
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      listener(side, 'subscriber', 'python', 'PROCESS_COMMUNICATION,REMOTE_COMMUNICATION', 'stopwaitsecs=0'),
      ...all.map(([name, pieces]) => writer(side, name, pieces, 1, ...maxBytes)),
      ...Object.entries(WRITERS).map(([name, pieces]) => writer(side, `${name}-err`, pieces, 2, ...maxBytes)),
      writer(side, 'off', WRITERS.once ?? [], 1),
    ].join('\n'),
  );
  const daemon = await side.start();
  await untilState(side, 'subscriber', 'RUNNING');
  for (const [name] of all) {
    await runToEnd(side, name);
    side.observe(`log of ${name}`, side.readFile(`${name}.log`));
  }
  for (const name of Object.keys(WRITERS)) {
    await runToEnd(side, `${name}-err`);
    side.observe(`stderr log of ${name}`, side.readFile(`${name}-err.log`));
  }
  await runToEnd(side, 'off');
  side.observe('tags without capture_maxbytes are text', side.readFile('off.log'));
  await untilHeard(side, 'all', ['subscriber']);
  side.observe('events', receivedBy(side, 'subscriber').length);
  observeReceived(side, 'what listeners receive', 'subscriber');
  await daemon.stop();
}

async function runToEnd(side: Side, name: string): Promise<void> {
  await callMethod(side, ['startProcess', name]);
  await untilState(side, name, 'EXITED');
}

async function observeColours(side: Side): Promise<void> {
  const all = { ...COLOURS, ...CUT_COLOURS };
  const captured = [`${BEGIN}\x1b[32mgreen\x1b[0m${END} text that is long enough\n`];
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      '[supervisord]\nstrip_ansi=true\n',
      listener(
        side,
        'colour-subscriber',
        'python',
        'PROCESS_COMMUNICATION,PROCESS_LOG,REMOTE_COMMUNICATION',
        'stopwaitsecs=0',
      ),
      ...Object.entries(all).map(([name, pieces]) =>
        writer(side, name, pieces, 1, 'stdout_events_enabled=true'),
      ),
      writer(side, 'captured', captured, 1, 'stdout_capture_maxbytes=1MB'),
    ].join('\n'),
  );
  const daemon = await side.start();
  await untilState(side, 'colour-subscriber', 'RUNNING');
  for (const name of [...Object.keys(all), 'captured']) {
    await runToEnd(side, name);
    side.observe(`strip_ansi: log of ${name}`, side.readFile(`${name}.log`));
  }
  await untilHeard(side, 'all', ['colour-subscriber']);
  side.observe(
    'strip_ansi: what listeners receive',
    receivedBy(side, 'colour-subscriber')
      .map(({ payload }) => payload.replace(/pid:\d+/, 'pid:$PID'))
      .filter((payload) => !payload.includes('cut-colours')),
  );
  await daemon.stop();
}

/** At loglevel debug the main log shows what programs write. */
async function observeCopies(side: Side): Promise<void> {
  const pieces = { text: ['two\nlines\n'], umlaut: ['p\xc3\xa4ron\n'], undecodable: ["\xff\xfe'\n"] };
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      '[supervisord]\nloglevel=debug\n',
      ...Object.entries(pieces).flatMap(([name, parts]) => [
        writer(side, name, parts, 1),
        writer(side, `${name}-err`, parts, 2),
      ]),
      writer(side, 'unlogged', ['not in a log of its own\n'], 1, 'stdout_logfile=NONE'),
      writer(side, 'noted', WRITERS.once ?? [], 1, 'stdout_capture_maxbytes=1MB'),
    ].join('\n'),
  );
  side.writeFile('main.log', '');
  const daemon = await side.start();
  const names = [...Object.keys(pieces).flatMap((name) => [name, `${name}-err`]), 'unlogged', 'noted'];
  for (const name of names) {
    await runToEnd(side, name);
    const about = new RegExp(`'${name}' std(out|err) (output|emitted)`);
    const lines = side.readFile('main.log').split(/\n(?=\d{4}-)/);
    side.observe(`copies of ${name}`, lines.filter((line) => about.test(line)).map(side.normalise));
  }
  await daemon.stop();
}

/** A program that logs to a descriptor of the daemon. */
async function observeDescriptors(side: Side): Promise<void> {
  const to = (fd: number) => [`stdout_logfile=/dev/fd/${fd}`, 'stdout_logfile_maxbytes=0', 'autostart=true'];
  side.writeFile(
    'supervisord.conf',
    [
      side.preamble,
      program('one', '/bin/sh -c "echo to descriptor one"', ...to(1)),
      program('two', '/bin/sh -c "echo to descriptor two"', ...to(2)),
    ].join('\n'),
  );
  const daemon = await side.start();
  const lines = ['to descriptor one', 'to descriptor two'];
  await side.waitFor('all is written', () => lines.every((line) => daemon.output().includes(line)));
  side.observe(
    '/dev/fd/N: written',
    lines.filter((line) => daemon.output().includes(line)),
  );
  await untilState(side, 'one', 'EXITED');
  side.observe('/dev/fd/N: exit code', await daemon.stop());
}
