/**
 * `supervisorctl` against a server that answers anything: it ends with an exit code and bounded output.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/ctl/commands/table.ts';
import { runLine } from '../../../src/ctl/dispatch.ts';
import { Session } from '../../../src/ctl/session.ts';
import { writeResponse } from '../../../src/xmlrpc/writer.ts';
import { Failure, type Fuzz, type Target } from '../fuzz.ts';
import { amplified, mutated, pieces } from '../mutate.ts';

const LINES = [
  'status',
  'status x',
  'pid',
  'pid all',
  'avail',
  'tail x',
  'maintail',
  'start x',
  'stop all',
  'restart x',
  'signal HUP x',
  'version',
  'reread',
  'update',
  'clear x',
  'remove x',
];

const INFO = {
  name: 'x',
  group: 'x',
  statename: 'RUNNING',
  state: 20,
  pid: 7,
  start: 1,
  stop: 0,
  now: 2,
  spawnerr: '',
  exitstatus: 0,
  description: 'pid 7, uptime 0:00:05',
  logfile: '',
  stdout_logfile: '',
  stderr_logfile: '',
};

/** Good answers for one method or another. */
const BODIES = [
  '3.0',
  true,
  7,
  '',
  [INFO, INFO],
  [['log text', 8, false]],
  [[['a'], ['b'], ['c']]],
  [{ name: 'x', group: 'x', status: 80, description: 'OK' }],
  { statecode: 1, statename: 'RUNNING' },
].map((value) => writeResponse(value as never).toString('latin1'));

const ANSWERS = BODIES.flatMap((body) => [
  `HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  `HTTP/1.0 200 OK\r\n\r\n${body}`,
  `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
]);

/** A client never waits longer for a silent server than its time limit, and some turns of the event loop. */
const SILENCE_MS = 150;
const MOST_MS = 20_000;
const MOST_OUTPUT = 4 << 20;

export const client: Target = {
  name: 'client',
  title: 'supervisorctl, against a server that answers anything',
  run: async (fuzz) => {
    const dir = mkdtempSync(join(tmpdir(), 'vf-'));
    const path = join(dir, 's');
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.once('data', () => answer(fuzz, socket));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    try {
      while (fuzz.mayGoOn()) {
        await runCommand(fuzz, `unix://${path}`);
        for (const socket of sockets) socket.destroy();
      }
    } finally {
      server.close();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

function answer(fuzz: Fuzz, socket: Socket): void {
  const { random } = fuzz;
  const base = random.pick(ANSWERS);
  const text = random.chance(0.5)
    ? base
    : random.chance(0.1)
      ? amplified(random, base)
      : mutated(random, base, ANSWERS);
  fuzz.begin(text);
  for (const piece of pieces(random, Buffer.from(text, 'latin1'))) socket.write(piece);
  // Some stay open for longer than a client waits for an answer; a call that starts a program has no such limit.
  if (random.chance(0.85)) socket.end();
  else setTimeout(() => socket.destroy(), 3 * SILENCE_MS);
}

async function runCommand(fuzz: Fuzz, serverUrl: string): Promise<void> {
  const line = fuzz.random.pick(LINES);
  fuzz.begin(line);
  let written = 0;
  const count = (text: { readonly length: number }): void => {
    written += text.length;
  };
  const session = new Session({
    connection: { serverUrl, username: null, password: null, silenceMs: SILENCE_MS },
    isInteractive: false,
    out: {
      line: count,
      write: count,
      bytes: count,
      error: count,
      errorText: count,
      terminalText: () => undefined,
      flush: () => undefined,
    },
    input: {
      ask: async () => null,
      askSecret: async () => null,
      release: () => undefined,
      close: () => undefined,
    },
    isTerminal: false,
    isWatched: false,
    hasColour: false,
    hasPatterns: false,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure(`${line}: no end after ${MOST_MS} ms`)), MOST_MS);
  });
  try {
    await Promise.race([runLine(session, { own: COMMANDS, plugins: [] }, line), late]);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${line}: ${error instanceof Error ? error.stack : String(error)}`);
  } finally {
    clearTimeout(timer);
  }
  if (written > MOST_OUTPUT) throw new Failure(`${line}: ${written} characters of output`);
  fuzz.saw(`exit status ${session.exitStatus}`);
}
