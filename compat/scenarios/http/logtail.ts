/**
 * `/logtail` and `/mainlogtail`: what they start with, what follows, truncation, rotation, and what is not there.
 *
 * @module
 */

import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Scenario, Side } from '../../scenario.ts';
import { resultOf, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { observeExchange, request } from '../support/requests.ts';

export const httpLogtail: Scenario = {
  name: 'http-logtail',
  title: '/logtail and /mainlogtail: streaming, truncation, rotation, missing logs',
  differences: ['missing-log-name', 'tail-after-truncation', 'tail-buffering-header', 'tail-over-http-1-0'],
  run: async (side) => {
    const log = (name: string) => `stdout_logfile=${side.path(name)}`;
    side.writeFile(
      'supervisord.conf',
      side.preamble +
        [
          program('cat', '/bin/cat', 'autostart=true', log('cat.log')),
          program(
            'turning',
            '/bin/cat',
            'autostart=true',
            log('turning.log'),
            'stdout_logfile_maxbytes=50',
            'stdout_logfile_backups=2',
          ),
          program('never', '/bin/cat', log('folder/never.log')).replace('folder/', ''),
          program('none', '/bin/cat', 'stdout_logfile=NONE'),
          program('errors', '/bin/sh -c "echo oops >&2; sleep 1000"', 'autostart=true'),
          '[group:team]\nprograms=never,none\n',
        ].join('\n'),
    );
    await side.start();
    for (const name of ['cat', 'turning', 'errors']) await untilState(side, name, 'RUNNING');
    await observeRefusals(side);
    await observeStream(side);
    await observeRotation(side);
    await observeMain(side);
  },
};

/** A client that stays, and what it has read of the body so far. */
interface Tail {
  head(): string;
  body(): string;
  isOpen(): boolean;
  close(): void;
}

function follow(side: Side, path: string, version = ' HTTP/1.1'): Tail {
  const chunks: Buffer[] = [];
  const socket = connect(side.path('s.sock'));
  socket.on('connect', () => socket.write(request({ method: 'GET', path, version })));
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  let isOpen = true;
  socket.on('close', () => {
    isOpen = false;
  });
  const text = () => Buffer.concat(chunks).toString('latin1');
  return {
    head: () => text().split('\r\n\r\n')[0] ?? '',
    body: () => {
      const raw = text().split('\r\n\r\n').slice(1).join('\r\n\r\n');
      const bytes = text().includes('Transfer-Encoding: chunked') ? unchunk(raw) : raw;
      return Buffer.from(bytes, 'latin1').toString();
    },
    isOpen: () => isOpen,
    close: () => socket.destroy(),
  };
}

/** The payload of a chunked body, as far as it has arrived. */
function unchunk(raw: string): string {
  let payload = '';
  for (let rest = raw; rest !== ''; ) {
    const size = /^([0-9a-f]+)\r\n/i.exec(rest);
    if (size === null) return payload;
    const start = size[0].length;
    const length = Number.parseInt(size[1] ?? '0', 16);
    payload += rest.slice(start, start + length);
    rest = rest.slice(start + length + 2);
  }
  return payload;
}

async function feed(side: Side, name: string, text: string): Promise<void> {
  await resultOf(side, 'sendProcessStdin', name, text);
  if (name === 'cat') await untilLogged(side, name, text.trimEnd());
}

const hasBody = (side: Side, tail: Tail, text: string) =>
  side.waitFor(`the tail shows ${text} (it has ${JSON.stringify(tail.body())})`, () =>
    tail.body().includes(text),
  );

async function observeRefusals(side: Side): Promise<void> {
  const paths = [
    '/logtail/nope',
    '/logtail/',
    '/logtail',
    '/logtail/cat:nope',
    '/logtail/cat/nope',
    '/logtail/cat/stdout/x',
    '/logtail/team:none',
    '/logtail/team:*',
    '/logtail/team',
    '/logtail/cat:*',
    '/logtail//cat',
  ];
  for (const path of paths) {
    await observeExchange(
      side,
      `GET ${path}`,
      request({ method: 'GET', path, headers: { Connection: 'close' } }),
    );
  }
  for (const path of ['/logtail/cat', '/mainlogtail']) {
    await observeExchange(
      side,
      `POST ${path}`,
      request({ path, body: '', headers: { Connection: 'close' } }),
    );
  }
}

async function observeStream(side: Side): Promise<void> {
  const lines = Array.from(
    { length: 100 },
    (_, index) => `line number ${String(index).padStart(4, '0')}\n`,
  ).join('');
  await feed(side, 'cat', lines);
  const tail = follow(side, '/logtail/cat');
  await hasBody(side, tail, 'number 0099\n');
  side.observe('headers of a tail', tail.head().split('\r\n').sort());
  side.observe('a tail starts with the last 1024 bytes', tail.body());
  await feed(side, 'cat', 'Grüße 🦜\n');
  await hasBody(side, tail, '🦜\n');
  const other = follow(side, '/logtail/cat:cat/stdout');
  await hasBody(side, other, '🦜\n');
  side.observe('a second tail', other.body());
  other.close();
  await feed(side, 'cat', 'after the other has gone\n');
  await hasBody(side, tail, 'has gone\n');
  side.observe('all of a tail', tail.body().slice(1024));
  writeFileSync(side.path('cat.log'), '');
  await side
    .waitFor('the truncation shows', () => !tail.isOpen() || tail.body().includes('truncated'), 8)
    .catch(() => undefined);
  side.observe('the end of a tail after truncation', { open: tail.isOpen(), end: tail.body().slice(-30) });
  tail.close();
  const next = follow(side, '/logtail/cat');
  await side.waitFor('the tail is open', () => next.head().includes('200'));
  await feed(side, 'cat', 'after the truncation\n');
  await hasBody(side, next, 'the truncation\n');
  await resultOf(side, 'clearProcessLogs', 'cat');
  await feed(side, 'cat', 'after clearing\n');
  await hasBody(side, next, 'after clearing\n');
  side.observe('a tail over clearing', next.body());
  next.close();

  const old = follow(side, '/logtail/cat', ' HTTP/1.0');
  await side
    .waitFor('it shows anything', () => old.body().includes('after clearing\n'), 6)
    .catch(() => undefined);
  side.observe('a tail over HTTP/1.0', { head: old.head().split('\r\n').sort(), body: old.body() });
  old.close();
  const errors = follow(side, '/logtail/errors/stderr');
  await hasBody(side, errors, 'oops');
  side.observe('a tail of stderr', errors.body());
  errors.close();
}

async function observeRotation(side: Side): Promise<void> {
  const tail = follow(side, '/logtail/turning');
  await side.waitFor('the tail is open', () => tail.head().includes('200'));
  // The second, fourth and sixth line make the log rotate; whether a tail still sees them depends on timing.
  for (const letter of 'abcdef') {
    const line = `${letter.repeat(29)}\n`;
    await feed(side, 'turning', line);
    if ('ace'.includes(letter)) await hasBody(side, tail, line);
    else await side.waitFor('the log has turned', () => side.readFile('turning.log.1').endsWith(line));
  }
  side.observe('a tail over rotations', tail.body().replace(/^[bdf]+\n/gm, ''));
  side.observe(
    'the rotated logs',
    ['', '.1', '.2', '.3'].map((suffix) => side.readFile(`turning.log${suffix}`)),
  );
  tail.close();
}

async function observeMain(side: Side): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await resultOf(side, 'stopProcess', 'turning');
    await resultOf(side, 'startProcess', 'turning');
  }
  const tail = follow(side, '/mainlogtail');
  await side.waitFor('the tail is open', () => tail.body() !== '');
  side.observe('headers of the main tail', tail.head().split('\r\n').sort());
  await side.waitFor('the tail has what the log has', () => side.readFile('main.log').endsWith(tail.body()));
  side.observe('length of the main tail', tail.body().length === 1024);
  await resultOf(side, 'stopProcess', 'turning');
  await hasBody(side, tail, 'stopped: turning');
  await resultOf(side, 'clearLog');
  await resultOf(side, 'startProcess', 'team:never');
  await hasBody(side, tail, 'success: never');
  side.observe('the main tail after clearLog', tail.body().split('\n').at(-2) ?? '');
  renameSync(side.path('main.log'), side.path('main.log.moved'));
  await observeExchange(
    side,
    'no main log',
    request({ method: 'GET', path: '/mainlogtail', headers: { Connection: 'close' } }),
  );
  unlinkSync(side.path('cat.log'));
  await observeExchange(
    side,
    'no log',
    request({ method: 'GET', path: '/logtail/cat', headers: { Connection: 'close' } }),
  );
  tail.close();
}
