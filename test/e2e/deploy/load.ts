/** Servers that end gracefully, and clients that ask them at a steady rate. */
import { existsSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { DEPLOY_COMMANDS } from '../../../compat/harness/debian.ts';
import { findCommand } from '../../../compat/harness/needs.ts';
import type { Side } from '../../../compat/scenario.ts';
import { type Need, need } from '../../needs.ts';
import { ownCtlWithin, program, startWith, untilAll } from '../support.ts';

/** Takes its sockets from the daemon; on TERM it accepts no more, and finishes what it has begun. */
const SERVER = `
const { readFileSync } = require('node:fs');
const { createServer } = require('node:http');
const release = readFileSync(__dirname + '/release', 'utf8');
const servers = Array.from({ length: Number(process.env.LISTEN_FDS) }, () =>
  createServer((request, response) => {
    response.setHeader('Content-Length', Buffer.byteLength(release));
    setTimeout(() => response.end(release), 5);
  }),
);
const all = (act) => Promise.all(servers.map((server, index) => new Promise((done) => act(server, done, index))));
process.on('SIGTERM', () => all((server, done) => server.close(done)).then(() => process.exit(0)));
all((server, done, index) => server.listen({ fd: 3 + index }, done)).then(() => console.log('ready'));
`;

/** The servers that start from now on are of this release. */
export function release(side: Side, name: string): void {
  side.writeFile('release', name);
}

/** Four servers that share a socket. */
export function servers(side: Side, listen: string, keys: Readonly<Record<string, string | number>>): string {
  return program('web', {
    command: `${process.execPath} ${side.writeFile('server.js', SERVER)}`,
    readiness_check_script: 'log:^ready$',
    numprocs: 4,
    process_name: '%(program_name)s_%(process_num)d',
    listen,
    startsecs: 0,
    // A server that the machine holds up is not killed before it has answered.
    stopwaitsecs: 60,
    ...keys,
  });
}

const GUNICORN = join(DEPLOY_COMMANDS, 'gunicorn');

/** gunicorn, which takes the sockets of LISTEN_FDS by itself. */
export const WITH_GUNICORN: Need = need(existsSync(GUNICORN), 'npm run deploys');

const APPLICATION = `
import os
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'release'), 'rb') as file:
    release = file.read()

def application(environment, start_response):
    start_response('200 OK', [('Content-Length', str(len(release)))])
    return [release]
`;

/** A worker that can take requests reports that. */
const GUNICORN_SETTINGS = `
def post_worker_init(worker):
    print('ready', flush=True)
`;

/** As `servers`, with gunicorn. */
export function gunicornServers(
  side: Side,
  listen: string,
  keys: Readonly<Record<string, string | number>>,
): string {
  side.writeFile('served.py', APPLICATION);
  const settings = side.writeFile('gunicorn.conf.py', GUNICORN_SETTINGS);
  return servers(side, listen, {
    command: `${GUNICORN} -c ${settings} --chdir ${side.dir} served:application`,
    ...keys,
  });
}

export interface Outcome {
  /** How often each answer came: a release, or the code of an error. */
  readonly answers: ReadonlyMap<string, number>;
  /** How many requests were sent in a second. */
  readonly perSecond: number;
}

export interface Load {
  /** Ends it when all requests are answered. */
  stop(): Promise<Outcome>;
  /** How many requests were answered until now. */
  readonly count: number;
}

/** Shorter than the pause between two requests; one that comes late sends those that are due. */
const TICK_MS = 5;

/** After a pause of the client the requests that are due are not sent all at once. */
const MAX_PER_TICK = 100;

/** The most requests that wait for an answer, as on a slow machine: nginx has 512 connections. */
const MOST_OPEN = 200;

/** Begins to send requests, each on a connection of its own, at a steady rate. */
export function load(
  where: { readonly port: number } | { readonly socketPath: string },
  perSecond: number,
): Load {
  const answers = new Map<string, number>();
  const open = new Set<Promise<void>>();
  let sent = 0;
  let count = 0;
  const one = async (): Promise<void> => {
    const answer = await ask(where);
    answers.set(answer, (answers.get(answer) ?? 0) + 1);
    count += 1;
  };
  const begun = performance.now();
  const secondsSince = (): number => (performance.now() - begun) / 1000;
  const timer = setInterval(() => {
    const due = Math.floor(secondsSince() * perSecond) - sent;
    for (let index = 0; index < Math.min(due, MAX_PER_TICK) && open.size < MOST_OPEN; index += 1) {
      const asked = one();
      sent += 1;
      open.add(asked);
      void asked.finally(() => open.delete(asked));
    }
  }, TICK_MS);
  return {
    get count() {
      return count;
    },
    async stop() {
      clearInterval(timer);
      const perSecondSent = sent / secondsSince();
      await Promise.all(open);
      return { answers, perSecond: perSecondSent };
    },
  };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';

/** The body of the answer; another status, or an error, by its code. A plain socket costs a third of node:http. */
function ask(where: { readonly port: number } | { readonly socketPath: string }): Promise<string> {
  return new Promise((resolve) => {
    const target = 'port' in where ? { port: where.port, host: '127.0.0.1' } : { path: where.socketPath };
    const socket = connect(target, () => socket.write(REQUEST));
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.on('end', () => resolve(answerOf(text)));
    socket.on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? String(error)));
  });
}

function answerOf(text: string): string {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const body = rest.join('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d+) /.exec(head)?.[1];
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  if (status === undefined || Number(length) !== body.length) return `cut off: ${text}`;
  return status === '200' ? body : `status ${status}`;
}

export const NGINX = findCommand('nginx');

/** A program that passes requests on to the socket. */
export function nginx(side: Side, port: number, socketPath: string): string {
  mkdirSync(side.path('nginx'));
  const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${side.path('nginx')}/${kind};`)
    .join(' ');
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const text = `${user} daemon off; pid ${side.path('nginx')}/pid; error_log stderr; events {}
http {
  access_log off; ${folders}
  upstream web { server unix:${socketPath}; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://web; } }
}
`;
  return program('nginx', {
    command: `${NGINX} -c ${side.writeFile('nginx.conf', text)}`,
    startsecs: 0,
    readiness_check_script: `tcp://127.0.0.1:${port}`,
  });
}

/** Set by `npm run deploys`, which has more of both. */
export const IS_MEASURED = process.env.VISORD_DEPLOYS !== undefined;
const DEPLOYS = Number(process.env.VISORD_DEPLOYS ?? 2);
const PER_SECOND = Number(process.env.VISORD_REQUESTS ?? 100);

/** For a deploy of all servers. */
const LIMIT_SECONDS = 300;

/** Where the requests go, if not to the servers themselves. */
interface Proxy {
  readonly sections: string;
  readonly port: number;
}

/** Deploys one release after the other, and requires that each request got the answer of a release. */
export async function deployUnderLoad(
  side: Side,
  keys: Readonly<Record<string, string | number>>,
  proxy: Proxy | null = null,
  serve: typeof servers = servers,
): Promise<void> {
  const port = await side.freePort();
  const listen = `tcp://127.0.0.1:${port},unix://${side.path('web.sock')}`;
  release(side, 'r0');
  await startWith(side, serve(side, listen, keys) + (proxy?.sections ?? ''));
  await untilAll(side, 'RUNNING');
  const clients = load({ port: proxy?.port ?? port }, PER_SECOND);
  const goOn = async (): Promise<void> => {
    const asked = clients.count;
    await side.waitFor('more answers', () => clients.count > asked + 20);
  };
  await goOn();
  for (let deploy = 1; deploy <= DEPLOYS; deploy += 1) {
    release(side, `r${deploy}`);
    const { stdout, code } = await ownCtlWithin(side, LIMIT_SECONDS, 'restart', 'web:*');
    expect([stdout, code]).toEqual([RESTARTED, 0]);
    await goOn();
  }
  const { answers, perSecond } = await clients.stop();
  expect([...answers.keys()].sort()).toEqual(
    Array.from({ length: DEPLOYS + 1 }, (_, index) => `r${index}`).sort(),
  );
  if (IS_MEASURED) {
    const total = [...answers.values()].reduce((sum, number) => sum + number, 0);
    process.stdout.write(`${DEPLOYS} deploys: ${total} requests, ${perSecond.toFixed(0)} a second\n`);
    expect(perSecond).toBeGreaterThan(PER_SECOND * 0.9);
  }
}

const RESTARTED = [0, 1, 2, 3].map((number) => `web:web_${number}: restarted\n`).join('');
