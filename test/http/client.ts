/** HTTP clients that show every byte, and a server to talk to. */
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { defaultConfig } from '../../src/config/tables/defaults.ts';
import { UNIX_SERVER_OPTIONS } from '../../src/config/tables/server-options.ts';
import { USER_OPTIONS } from '../../src/config/tables/user-options.ts';
import type {
  Credentials,
  GroupConfig,
  RpcInterfaceConfig,
  UnixServerConfig,
  UserConfig,
} from '../../src/config/types.ts';
import { type HttpServers, type HttpServersOptions, openHttpServers } from '../../src/http/servers.ts';
import { FakeSupervisor, group, processConfig } from '../rpc/fakes.ts';

/** A daemon with one unix server, in a folder of its own. */
export interface TestServer {
  readonly supervisor: FakeSupervisor;
  readonly servers: HttpServers;
  readonly folder: string;
  readonly file: string;
  end(): Promise<void>;
}

export interface TestServerOptions extends HttpServersOptions {
  readonly credentials?: Credentials;
  readonly users?: readonly UserConfig[];
  /** The value of [supervisord] audit. */
  readonly audit?: boolean;
  /** Other values of the server's section. */
  readonly section?: Partial<UnixServerConfig>;
  readonly groups?: readonly GroupConfig[];
  /** Beside those of the main factory. */
  readonly rpcInterfaces?: readonly RpcInterfaceConfig[];
  readonly maxBodyBytes?: number;
  readonly healthz?: 'private' | 'public';
  readonly metrics?: 'private' | 'public';
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'visord-http-'));
  const file = join(folder, 'http.sock');
  const supervisor = new FakeSupervisor(options.groups ?? [group('p', [processConfig('p')])], [
    {
      ...unixServer(file, options.credentials ?? null),
      maxBodyBytes: options.maxBodyBytes ?? MEBIBYTE,
      healthz: options.healthz ?? 'private',
      metrics: options.metrics ?? 'private',
      ...options.section,
    },
  ]);
  const { config } = supervisor;
  supervisor.config = {
    ...config,
    users: options.users ?? [],
    rpcInterfaces: [...config.rpcInterfaces, ...(options.rpcInterfaces ?? [])],
    daemon: { ...config.daemon, audit: options.audit ?? false },
  };
  const servers = await openHttpServers(supervisor, options);
  const end = async () => {
    await servers.close();
    servers.removeSocketFiles();
    rmSync(folder, { recursive: true });
  };
  return { supervisor, servers, folder, file, end };
}

/** Servers and clients of a test, which end with it, the last first; called once at the top of a file. */
export function openedInTest(): {
  serve(options?: TestServerOptions): Promise<TestServer>;
  client(server: { readonly file: string }): RawClient;
  keep(thing: { end(): Promise<void> | void }): void;
} {
  const open: { end(): Promise<void> | void }[] = [];
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.end();
  });
  return {
    serve: async (options) => {
      const server = await startServer(options);
      open.push(server);
      return server;
    },
    client: ({ file }) => {
      const connection = new RawClient(file);
      open.push(connection);
      return connection;
    },
    keep: (thing) => {
      open.push(thing);
    },
  };
}

export function unixServer(file: string, credentials: Credentials | null = null): UnixServerConfig {
  return {
    ...defaultConfig(UNIX_SERVER_OPTIONS),
    kind: 'unix',
    section: 'unix_http_server',
    file,
    ...credentials,
  };
}

/** A `[user:NAME]` with the password `secret`. */
export function user(name: string, changes: Partial<UserConfig> = {}): UserConfig {
  return { ...defaultConfig(USER_OPTIONS), name, password: 'secret', ...changes };
}

/** The header with the password `secret`. */
export function as(name: string): string {
  return `Authorization: Basic ${Buffer.from(`${name}:secret`).toString('base64')}`;
}

const MEBIBYTE = 1 << 20;

/** A connection that keeps what comes in. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #isClosed = false;
  readonly #waiting = new Set<() => void>();

  /** @param to the path of a unix socket, or what is connected already */
  constructor(to: string | Socket) {
    this.socket = typeof to === 'string' ? connect({ path: to, allowHalfOpen: true }) : to;
    this.socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    const close = () => {
      this.#isClosed = true;
      this.#wake();
    };
    this.socket.on('end', close);
    this.socket.on('close', close);
    this.socket.on('error', () => {});
  }

  get text(): string {
    return this.#received.toString();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  send(data: string | Buffer): this {
    this.socket.write(data);
    return this;
  }

  /** Resolves once the text received fulfils the condition; rejects when the other side closes before. */
  async until(condition: (text: string) => boolean): Promise<string> {
    await this.#wait(() => condition(this.text) || this.#isClosed);
    if (!condition(this.text)) throw new Error(`closed after: ${this.text}`);
    return this.text;
  }

  /** Resolves with everything received once the other side has closed. */
  async untilClosed(): Promise<string> {
    await this.#wait(() => this.#isClosed);
    return this.text;
  }

  /** Sends one request and resolves with its answer, of which it takes the length from its head. */
  async ask(request: string | Buffer): Promise<Answer> {
    this.#received = Buffer.alloc(0);
    this.send(request);
    await this.#wait(() => isWhole(this.text) || this.#isClosed);
    return parseAnswer(this.text);
  }

  end(): void {
    this.socket.destroy();
  }

  #wait(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check();
  }
}

export interface Answer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export function parseAnswer(text: string): Answer {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const [name = '', value = ''] = line.split(/: (.*)/s);
    return [name.toLowerCase(), value];
  });
  return { status: Number(first.split(' ')[1]), headers: new Map(headers), body };
}

function isWhole(text: string): boolean {
  const { headers, body } = parseAnswer(text);
  const length = headers.get('content-length');
  return length !== undefined && Buffer.byteLength(body) >= Number(length);
}

/** A POST to /RPC2. */
export function post(body: string, headers: readonly string[] = [], version = '1.1'): string {
  const lines = [`POST /RPC2 HTTP/${version}`, ...headers, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export function get(path: string, headers: readonly string[] = [], version = '1.1'): string {
  return `${[`GET ${path} HTTP/${version}`, ...headers].join('\r\n')}\r\n\r\n`;
}

export function methodCall(method: string, ...texts: readonly string[]): string {
  const params = texts.map((text) => `<param><value><string>${text}</string></value></param>`).join('');
  return `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
}
