/** A server that answers whatever a test wants, and a session that talks to it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from 'vitest';
import type { Outcome } from '../../src/ctl/commands/command.ts';
import { COMMANDS } from '../../src/ctl/commands/table.ts';
import { runLine as dispatch } from '../../src/ctl/dispatch.ts';
import type { CommandPlugin } from '../../src/ctl/plugins/plugin.ts';
import { Session, type SessionOptions } from '../../src/ctl/session.ts';
import type { LineInput } from '../../src/ctl/terminal/line-input.ts';
import type { Output } from '../../src/ctl/terminal/output.ts';
import { FAULT_CODES, type FaultName } from '../../src/rpc/faults.ts';
import type { RpcValue } from '../../src/xmlrpc/values.ts';
import { writeFault, writeResponse } from '../../src/xmlrpc/writer.ts';

/** What is sent back for a method: bytes as they are, or null to send nothing and stay connected. */
export type Answer = (method: string, body: string) => Buffer | string | null;

export interface FakeServer {
  readonly path: string;
  readonly url: string;
  /** The methods that were called, in order. */
  readonly calls: string[];
  /** Answers from now on. */
  answer: Answer;
  /** Breaks every connection. */
  hangUp(): void;
}

export interface FakeSession {
  readonly session: Session;
  /** Everything on stdout so far. */
  stdout(): string;
  stderr(): string;
}

async function withServer(use: (server: FakeServer) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'ctl-'));
  const path = join(dir, 's');
  const sockets = new Set<Socket>();
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const fake: FakeServer = { path, url: `unix://${path}`, calls: [], answer: () => null, hangUp };
  const listener = await listen(path, (socket) => {
    sockets.add(socket);
    serve(socket, fake);
  });
  try {
    await use(fake);
  } finally {
    hangUp();
    listener.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A test with a fake server on a unix socket, and a second one for tests that name it. */
export const test = base.extend<{ server: FakeServer; other: FakeServer }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the names out of this pattern.
  server: async ({}, use) => withServer(use),
  // biome-ignore lint/correctness/noEmptyPattern: the same.
  other: async ({}, use) => withServer(use),
});

/** The lock of rolling restarts, as a store of a fleet has it. */
export interface FakeLock {
  /** Of the holder; null while the lock is free. */
  id: string | null;
}

/** What daemons with this store answer. @param others as for `answers` */
export function locking(
  lock: FakeLock,
  id: string,
  others: Parameters<typeof answers>[0] = {},
  seconds = 600,
): Answer {
  const rest = answers(others);
  return (method, body) => {
    const [first = '', second = ''] = [...body.matchAll(/<string>([^<]*)<\/string>/g)].map(
      ([, text]) => text,
    );
    if (method === 'visord.unlockRolling') {
      if (lock.id === first) lock.id = null;
      return result(true);
    }
    if (method !== 'visord.lockRolling') return rest(method, body);
    if (second !== '' && second !== lock.id) return fault('BAD_NAME', second);
    if (second === '' && lock.id !== null) return fault('FAILED', `${lock.id} has it`);
    lock.id = second || id;
    return result({ id: lock.id, seconds });
  };
}

/** A whole response with a length. */
export function http(body: Buffer | string, status = '200 OK'): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

export function result(value: RpcValue): Buffer {
  return http(writeResponse(value));
}

export function fault(name: FaultName, detail?: string): Buffer {
  return http(writeFault(FAULT_CODES[name], detail === undefined ? name : `${name}: ${detail}`));
}

/** Answers `getVersion`, and the methods of the table. */
export function answers(table: Readonly<Record<string, Buffer | string | (() => Buffer | string)>>): Answer {
  return (method) => {
    const short = method.replace(/^supervisor\./, '');
    const answer = table[short] ?? (short === 'getVersion' ? result('3.0') : fault('UNKNOWN_METHOD'));
    return typeof answer === 'function' ? answer() : answer;
  };
}

/** Runs a line with the commands of the client, and those of plugins. */
export function runLine(
  session: Session,
  line: string,
  plugins: readonly CommandPlugin[] = [],
): Promise<Outcome> {
  return dispatch(session, { own: COMMANDS, plugins }, line);
}

/** A session on the server that keeps what it prints. */
export function openSession(
  serverUrl: string,
  options: Partial<SessionOptions> & { readonly lines?: readonly string[] } = {},
): FakeSession {
  let stdout = '';
  let stderr = '';
  const out: Output = {
    line: (text) => {
      stdout += `${text}\n`;
    },
    write: (text) => {
      stdout += text;
    },
    bytes: (bytes) => {
      stdout += bytes.toString();
    },
    error: (text) => {
      stderr += `${text}\n`;
    },
    errorText: (text) => {
      stderr += text;
    },
    terminalText: () => undefined,
    flush: () => undefined,
  };
  const lines = [...(options.lines ?? [])];
  const next = (): Promise<string | null> => Promise.resolve(lines.shift() ?? null);
  const input: LineInput = {
    ask: (prompt) => {
      stdout += prompt;
      return next();
    },
    askSecret: (prompt) => {
      stdout += prompt;
      return next();
    },
    release: () => undefined,
    close: () => undefined,
  };
  const session = new Session({
    connection: { serverUrl, username: null, password: null, silenceMs: 60_000 },
    isInteractive: false,
    out,
    input,
    isTerminal: false,
    isWatched: false,
    hasColour: false,
    hasPatterns: false,
    ...options,
  });
  return { session, stdout: () => stdout, stderr: () => stderr };
}

/** What `getAllProcessInfo` has about a process. */
export function processInfo(
  name: string,
  more: Readonly<Record<string, RpcValue>> = {},
): Record<string, RpcValue> {
  return {
    name,
    group: name,
    description: 'pid 7, uptime 0:00:05',
    statename: 'RUNNING',
    state: 20,
    pid: 7,
    start: 1000,
    stop: 0,
    now: 1005,
    spawnerr: '',
    exitstatus: 0,
    logfile: '',
    stdout_logfile: '',
    stderr_logfile: '',
    ...more,
  };
}

function listen(path: string, connected: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(connected).listen(path, () => resolve(server));
  });
}

function serve(socket: Socket, fake: FakeServer): void {
  let request = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    request += bytes.toString();
    const length = /Content-Length: (\d+)/.exec(request)?.[1];
    const bodyStart = request.indexOf('\r\n\r\n') + 4;
    if (bodyStart < 4 || Buffer.byteLength(request.slice(bodyStart)) < Number(length ?? 0)) return;
    const body = request.slice(bodyStart);
    const method = /<methodName>([^<]*)/.exec(body)?.[1] ?? request.split(' ')[1] ?? '';
    fake.calls.push(method);
    const answer = fake.answer(method, body);
    if (answer !== null) socket.end(answer);
  });
}

/** A process that was never started. */
export const STOPPED = { statename: 'STOPPED', state: 0, pid: 0, description: 'Not started' };
/** Processes in groups of their own and in a group of two. */
export const WEB = [
  processInfo('web-1'),
  processInfo('web-2', STOPPED),
  processInfo('w1', { group: 'pool' }),
  processInfo('w2', { group: 'pool' }),
  processInfo('odd*', {}),
  processInfo('päron'),
];
/** A session that a person sees. */
export const onTerminal = { isTerminal: true, isWatched: true, hasPatterns: true };
