/**
 * The floor of answering: a server that sends prepared bytes.
 *
 * @module
 */
import { createServer, type Server as NetServer } from 'node:net';
import { join } from 'node:path';
import { withFolder } from './bed.ts';
import type { Server } from './load-client.ts';

/**
 * Serves one answer to every request, in this process: a bare socket of Node.js, no HTTP parser, no XML.
 * A client that is not much faster here than against a daemon sets the pace itself.
 */
export function withCannedServer<Result>(
  body: string,
  measure: (dir: string, server: Server) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (dir) => {
    const socket = join(dir, 's.sock');
    const server = await listen(socket, httpResponse(body));
    try {
      return await measure(dir, { pid: process.pid, socket });
    } finally {
      server.close();
    }
  });
}

/** An answer of getAllProcessInfo as long as a real one, for a number of programs. */
export function processInfoAnswer(programs: number): string {
  return response(`<array><data>${`<value>${PROCESS_INFO}</value>`.repeat(programs)}</data></array>`);
}

/** An answer of getState. */
export const STATE_ANSWER = response(
  struct({ statename: '<string>RUNNING</string>', statecode: '<int>1</int>' }),
);

const PROCESS_INFO = struct({
  name: '<string>sleeper-00</string>',
  group: '<string>sleeper-00</string>',
  start: '<int>1790000000</int>',
  stop: '<int>0</int>',
  now: '<int>1790000600</int>',
  state: '<int>20</int>',
  statename: '<string>RUNNING</string>',
  spawnerr: '<string></string>',
  exitstatus: '<int>0</int>',
  logfile: '<string>/tmp/vb-XXXXXX/logs/sleeper-00-stdout---supervisor-xxxxxxxx.log</string>',
  stdout_logfile: '<string>/tmp/vb-XXXXXX/logs/sleeper-00-stdout---supervisor-xxxxxxxx.log</string>',
  stderr_logfile: '<string>/tmp/vb-XXXXXX/logs/sleeper-00-stderr---supervisor-xxxxxxxx.log</string>',
  pid: '<int>12345</int>',
  description: '<string>pid 12345, uptime 0:10:00</string>',
});

function struct(members: Readonly<Record<string, string>>): string {
  const list = Object.entries(members).map(
    ([name, value]) => `<member><name>${name}</name><value>${value}</value></member>`,
  );
  return `<struct>${list.join('')}</struct>`;
}

function response(value: string): string {
  return `<?xml version="1.0"?><methodResponse><params><param><value>${value}</value></param></params></methodResponse>`;
}

function httpResponse(body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** Every request ends with the end tag of its call; pieces of a request are joined. */
function listen(path: string, answer: Buffer): Promise<NetServer> {
  const server = createServer((client) => {
    let tail = '';
    client.on('error', () => client.destroy());
    client.on('data', (bytes) => {
      tail = (tail + bytes.toString('latin1')).trimEnd().slice(-END_OF_CALL.length);
      if (tail === END_OF_CALL) client.write(answer);
    });
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(path, () => resolve(server));
  });
}

const END_OF_CALL = '</methodCall>';
