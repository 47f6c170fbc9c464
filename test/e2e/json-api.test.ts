/** The JSON API of a real daemon, over a unix socket and over TCP; the examples of docs/json-api.md. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { Side } from '../../compat/scenario.ts';
import { call, program, script, startWith, test, untilState } from './support.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/json-api.md', import.meta.url)), 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^```sh\n(.*?)^```$/gms)]
  .flatMap(([, block = '']) => block.replaceAll('\\\n', '').trim().split('\n'))
  .map((line) => line.replace(/\s+/g, ' '));

const JSON_HEADERS = { 'Content-Type': 'application/json' };

/** A daemon with a server on TCP, too; returns the address of that. */
async function startWithPort(side: Side, sections: string, keys = ''): Promise<string> {
  const port = await side.freePort();
  await startWith(side, `[inet_http_server]\nport=127.0.0.1:${port}\n${keys}${sections}`);
  return `http://127.0.0.1:${port}`;
}

async function post(base: string, method: string, body: string): Promise<unknown> {
  const response = await fetch(`${base}/api/${method}`, { method: 'POST', headers: JSON_HEADERS, body });
  return { status: response.status, body: await response.json() };
}

interface Stream {
  readonly text: () => string;
  readonly response: Response;
  end(): void;
}

/** An answer that goes on; its text grows. */
async function read(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Stream> {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  let text = '';
  const decoder = new TextDecoder();
  const take = async () => {
    for await (const bytes of response.body ?? []) text += decoder.decode(bytes, { stream: true });
  };
  // It ends with an error when it is aborted, or when the daemon closes the connection.
  take().catch(() => {});
  return { text: () => text, response, end: () => ending.abort() };
}

/** Runs a line of the shell until its output fulfils a condition, or it exits; returns the output. */
async function outputOf(side: Side, line: string, isEnough: (text: string) => boolean): Promise<string> {
  const child = spawn('sh', ['-c', `exec ${line}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let hasEnded = false;
  child.stdout.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  child.on('close', () => {
    hasEnded = true;
  });
  try {
    await side.waitFor(`the output of ${line}`, () => hasEnded || isEnough(text));
  } finally {
    child.kill('SIGKILL');
  }
  return text;
}

const WEB = { startsecs: 0, stopasgroup: 'true' };

describe('the JSON API', () => {
  test('is used with curl as its page shows', async ({ side }) => {
    const command = script(side, 'web.sh', 'echo started\nexec sleep 1000');
    const itself = `[fleet]\nnodes=app1=unix://${side.path('s.sock')}\n`;
    await startWith(side, program('web', { ...WEB, command, stdout_logfile: side.path('web.log') }) + itself);
    await side.logged('started', { file: 'web.log' });
    const shown = async (example: string, isEnough: (text: string) => boolean = () => false) =>
      outputOf(side, example.replaceAll('/run/supervisor.sock', side.path('s.sock')), isEnough);
    const [info = '', openapi = '', events = '', part = '', follow = '', node = '', ...more] = EXAMPLES;
    expect(more).toEqual([]);
    expect(JSON.parse(await shown(info))).toMatchObject({ result: { name: 'web', statename: 'RUNNING' } });
    expect(JSON.parse(await shown(openapi))).toMatchObject({ openapi: '3.1.1' });
    expect(await shown(events, (text) => text.includes('\nid: '))).toMatch(/^retry: 2000\nid: \w+-\d+\n/);
    expect(await shown(part)).toBe('started\n');
    expect(await shown(follow, (text) => text.includes('started'))).toBe('started\n');
    expect(JSON.parse(await shown(node))).toEqual({ result: true });
  });

  test('starts and stops a program, and its events and its log show that', async ({ side }) => {
    const command = script(side, 'web.sh', 'echo "run of $$"\nexec sleep 1000');
    const keys = { ...WEB, command, autostart: 'false', stdout_logfile: side.path('web.log') };
    const base = await startWithPort(side, program('web', keys));
    const events = await read(`${base}/api/events?types=PROCESS_STATE`);
    await side.waitFor('the stream has begun', () => events.text().includes('\nid: '));
    const log = await read(`${base}/api/logs/web/stdout?follow=1`);
    expect(log.response.headers.get('content-type')).toBe('text/plain;charset=utf-8');

    expect(await post(base, 'supervisor.startProcess', '{"name": "web"}')).toEqual({
      status: 200,
      body: { result: true },
    });
    await side.waitFor('the log has its line', () => /^run of \d+\n$/.test(log.text()));
    expect(await post(base, 'supervisor.startProcess', '["web"]')).toEqual({
      status: 409,
      body: { fault: { code: 60, name: 'ALREADY_STARTED', text: 'ALREADY_STARTED: web' } },
    });
    expect(await post(base, 'supervisor.stopProcess', '["web"]')).toMatchObject({ status: 200 });
    await side.waitFor('all events are there', () => events.text().includes('"PROCESS_STATE_STOPPED"'));
    const types = [...events.text().matchAll(/"type":"PROCESS_STATE_(\w+)"/g)].map(([, state]) => state);
    expect(types).toEqual(['STARTING', 'RUNNING', 'STOPPING', 'STOPPED']);

    // The connection breaks; what happens meanwhile is sent on the next one.
    const [, id = ''] = /^id: (.*)\ndata: .*RUNNING"/m.exec(events.text()) ?? [];
    events.end();
    log.end();
    const again = await read(`${base}/api/events?types=PROCESS_STATE`, { 'Last-Event-ID': id });
    await side.waitFor('the rest is there', () => again.text().includes('"PROCESS_STATE_STOPPED"'));
    expect(again.text()).not.toMatch(/"PROCESS_STATE_RUNNING"|lost/);
    again.end();
  });

  test('sends ticks while a client asks for them', async ({ side }) => {
    const base = await startWithPort(side, '');
    const events = await read(`${base}/api/events?types=TICK_5`);
    await side.waitFor('a tick', () =>
      /"type":"TICK_5","time":[\d.]+,"payload":\{"when":\d+5|0\}/.test(events.text()),
    );
    events.end();
  });

  test('ends its streams when the daemon stops, and notifies of lost events after its restart', async ({
    side,
  }) => {
    const base = await startWithPort(side, program('web', { ...WEB, command: '/bin/sleep 1000' }));
    const events = await read(`${base}/api/events`);
    await side.waitFor('the stream has begun', () => events.text().includes('\nid: '));
    const [, id = ''] = /\nid: (.*)\n/.exec(events.text()) ?? [];
    await call(side, 'restart');
    await side.waitFor('the daemon is stopping', () =>
      events.text().includes('"SUPERVISOR_STATE_CHANGE_STOPPING"'),
    );
    await side.waitFor('web runs again', async () => {
      try {
        const info = await untilState(side, 'web', 'RUNNING');
        return info.statename === 'RUNNING' && (await isNewStream(base, id));
      } catch {
        // The socket is closed for a moment.
        return false;
      }
    });
  });

  test('refuses hostile requests, and goes on', async ({ side }) => {
    const base = await startWithPort(side, program('web', { ...WEB, command: '/bin/sleep 1000' }));
    const head = (length: number) =>
      `POST /api/supervisor.stopProcess HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
    const half = connect(side.path('s.sock')).on('error', () => {});
    half.write(`${head(100)}["web"]`);
    const deep = '['.repeat(500_000);
    const answers = await Promise.all([
      side.rawHttp(`${head(2 ** 40)}["web"]`),
      side.rawHttp(`${head(deep.length)}${deep}`),
      side.rawHttp(`${head(9)}["web", x]`),
      side.rawHttp(Buffer.from(`${head(5)}["\xff"]`, 'latin1')),
      side.rawHttp('GET /api/logs/web/stdout?offset=99999999999999999999 HTTP/1.0\r\n\r\n'),
      side.rawHttp(`GET /api/events?types=${'A'.repeat(10_000)} HTTP/1.0\r\n\r\n`),
      side.rawHttp('GET /api/%00%ff%2e%2e/ HTTP/1.0\r\n\r\n'),
    ]);
    expect(answers.map((answer) => answer.split(' ')[1])).toEqual([
      '413',
      '400',
      '400',
      '400',
      '400',
      '400',
      '404',
    ]);
    expect(await post(base, 'supervisor.getProcessInfo', '["web"]')).toMatchObject({
      body: { result: { statename: 'RUNNING' } },
    });
    half.destroy();
    expect(side.readFile('main.log')).not.toMatch(/unexpected exception|Server Error/);
  });
});

/** Whether the daemon that answers has not given this id. */
async function isNewStream(base: string, id: string): Promise<boolean> {
  const stream = await read(`${base}/api/events`, { 'Last-Event-ID': id });
  try {
    for (let look = 0; look < 500 && !stream.text().includes('\nid: '); look += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return stream.text().includes('event: lost\n');
  } finally {
    stream.end();
  }
}
