/**
 * All HTTP servers of a configuration.
 *
 * @module
 */
import { passwordOf } from '../config/sections/credentials.ts';
import type { HttpServerConfig, RpcInterfaceConfig } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import type { MainLog } from '../logs/main-log.ts';
import { getrlimit } from '../native/posix.ts';
import { serverUrlOf } from '../process/spawn/server-url.ts';
import type { MethodTable } from '../rpc/method.ts';
import {
  createMethodTable,
  loadPlugins,
  RpcInterfaceError,
  requireKnownFactories,
  UnknownFactoryError,
} from '../rpc/rpc-interfaces.ts';
import type { HandedSocket } from '../supervisor/journal/handover.ts';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';
import { auditFailedLogin } from './audit-trail.ts';
import { serverAccess } from './connections/access.ts';
import { Clients } from './connections/clients.ts';
import { connectionLimit } from './connections/connection-limit.ts';
import { HandedSockets } from './connections/handed-sockets.ts';
import { type HttpServer, serveHttp } from './connections/http-server.ts';
import { keptSocket } from './connections/kept-socket.ts';
import type { ListeningSocket } from './connections/listen.ts';
import { ListenError } from './connections/listen-error.ts';
import { openNewSocket, type ServerSocket } from './connections/server-socket.ts';
import type { TlsAcceptor } from './connections/tls-acceptor.ts';
import { foreignRequests } from './foreign-requests.ts';
import { HEALTH_PATH } from './health-handler.ts';
import { METRICS_PATH, routes } from './routes.ts';

const DEFAULT_PATIENCE_MS = 60_000;

/** Incomplete requests may take the larger of both: this number of bytes, or this number of largest bodies. */
const LEAST_HELD_BYTES = 32 << 20;
const BODIES_AT_A_TIME = 4;
/** Shortens the time that clients have, in tests; it is not for users. */
const PATIENCE_VARIABLE = 'VISORD_CLIENT_PATIENCE_MS';

export interface HttpServersOptions {
  /** How long a request may take to arrive, and a client may read nothing of an answer, in milliseconds; 60 s if left out. */
  readonly patienceMs?: number;
  /** How late a login of an address with many failed ones is checked, in milliseconds; 1 s if left out. */
  readonly loginDelayMs?: number;
  /** How many descriptors the daemon may open; its RLIMIT_NOFILE if left out. */
  readonly openFiles?: number;
  /** True leaves an RPC interface out that cannot be made, and logs that; otherwise no server is opened then. */
  readonly toleratesBrokenInterfaces?: boolean;
  /**
   * In an upgrade, what this process had open as another program: what no server of the configuration takes is closed,
   * and a server that cannot be opened is left out.
   */
  readonly handed?: readonly HandedSocket[] | null;
}

export interface HttpServers {
  /** No request is under way; clients that follow a log do not count. */
  readonly isQuiet: boolean;
  /** At which the servers listen, as a hand-over names them. */
  readonly addresses: readonly string[];
  /** All that another program under this pid needs to go on serving. */
  handOver(): HandedSocket[];
  /** SUPERVISOR_SERVER_URL of the children, or null without a server. */
  readonly serverUrl: string | null;
  /** The files of the unix sockets. */
  keptFiles(): KeptFile[];
  /** Ends listening, drops idle, waiting and tailing clients, and lets answers in flight be written. */
  close(): Promise<void>;
  /** Removes the socket files that are still ours. */
  removeSocketFiles(): void;
}

/**
 * Opens the servers of the supervisor's configuration, in its order.
 *
 * @throws ListenError when one of them cannot be opened; none is open then
 */
export async function openHttpServers(
  supervisor: SupervisorView,
  options: HttpServersOptions = {},
): Promise<HttpServers> {
  const configs = supervisor.config.servers;
  const { loginDelayMs } = options;
  let ending: AbortController | undefined;
  const ended = (): AbortSignal => {
    ending ??= new AbortController();
    return ending.signal;
  };
  const interfaces = await makeInterfaces(supervisor, options, ended);
  const clients = openClients(supervisor, options);
  const open: OpenServer[] = [];
  const handed = options.handed ? new HandedSockets(options.handed, supervisor.log) : null;
  const opened: HttpServers = {
    serverUrl: serverUrlOf(configs),
    get isQuiet() {
      return open.every(({ server }) => server.isQuiet);
    },
    get addresses() {
      return open.map(({ address }) => address);
    },
    handOver: () =>
      open.map(({ address, socket: { descriptor }, server }) => ({
        address,
        descriptor,
        connections: server.idleConnections,
      })),
    close: async () => {
      ending?.abort();
      await Promise.all(open.map(({ server }) => server.close()));
      clients.close();
    },
    removeSocketFiles: () => {
      for (const { socket } of open) socket.file?.remove();
    },
    keptFiles: () => open.flatMap((one) => keptFileOf(one)),
  };
  try {
    for (const config of configs) {
      const tls = await tlsOf(supervisor, config, handed !== null);
      if (tls === 'unusable') continue;
      const socket = handed === null ? openNewSocket(config) : handed.open(config);
      if (socket !== null) {
        const server = serve(supervisor, config, { ...socket, interfaces, clients, tls, loginDelayMs });
        open.push({ ...socket, config, server });
      }
    }
  } catch (error) {
    await opened.close();
    opened.removeSocketFiles();
    throw error;
  } finally {
    handed?.close();
  }
  return opened;
}

interface OpenServer extends Omit<ServerSocket, 'socket'> {
  readonly config: HttpServerConfig;
  readonly server: HttpServer;
  /** Another one after its file was removed. */
  socket: ListeningSocket;
}

function keptFileOf(open: OpenServer): KeptFile[] {
  const { config, server } = open;
  if (config.kind !== 'unix') return [];
  const replace = (socket: ListeningSocket): void => {
    open.socket = socket;
    server.moveTo(socket.descriptor);
  };
  return [keptSocket({ config, current: () => open.socket, replace })];
}

/** Clients of all servers are counted together: they share the daemon's descriptors. */
function openClients(supervisor: SupervisorView, options: HttpServersOptions): Clients {
  const { openFiles = getrlimit('nofile').soft, patienceMs = defaultPatienceMs() } = options;
  const largestBody = Math.max(...supervisor.config.servers.map(({ maxBodyBytes }) => maxBodyBytes));
  const mostHeldBytes = Math.max(LEAST_HELD_BYTES, BODIES_AT_A_TIME * largestBody);
  return new Clients({
    patienceMs,
    limit: () => connectionLimit(openFiles, runningPrograms(supervisor)),
    mostHeldBytes,
    onHeld: () =>
      supervisor.log.warn(
        `HTTP servers: requests that have not arrived whole take more than ${Math.floor(mostHeldBytes / 2 ** 20)} MB; ` +
          'the oldest clients without a complete request are closed',
      ),
    onCrowd: ({ section, count }) =>
      supervisor.log.warn(
        `Server '${section}': ${count} clients are connected, the most that ${openFiles} open files leave room for; ` +
          'for each new one the oldest without a complete request is closed, or the one that has been idle longest',
      ),
    onRefused: ({ section }) =>
      supervisor.log.warn(
        `Server '${section}': new clients are refused: all others wait for answers or follow logs`,
      ),
  });
}

function defaultPatienceMs(): number {
  return Number(process.env[PATIENCE_VARIABLE]) || DEFAULT_PATIENCE_MS;
}

function runningPrograms(supervisor: SupervisorView): number {
  let count = 0;
  for (const group of supervisor.groups.values()) {
    for (const process of group.processes.values()) count += process.pid === 0 ? 0 : 1;
  }
  return count;
}

function serve(
  supervisor: SupervisorView,
  config: HttpServerConfig,
  { socket, interfaces: { table, names }, clients, connections, tls, loginDelayMs }: Serving,
): HttpServer {
  const access = serverAccess(supervisor, config);
  const foreign = foreignRequests({
    section: config.section,
    allowedHosts: config.allowedHosts,
    isExposed: config.kind === 'inet' && access.isOpen && config.caFile === null,
    log: supervisor.log,
  });
  const server = serveHttp(socket.descriptor, {
    supervisor,
    access,
    section: config.section,
    foreign,
    publicPaths: [
      ...(config.healthz === 'public' ? [HEALTH_PATH] : []),
      ...(config.metrics === 'public' ? [METRICS_PATH] : []),
    ],
    routes: routes(supervisor, table, {
      maxBodyBytes: config.maxBodyBytes,
      refuseAction: foreign.refuseAction,
    }),
    clients,
    tls,
    loginDelayMs,
    onFailedLogin: (peer, name) => auditFailedLogin(supervisor, peer, name),
    connections,
  });
  for (const name of names) {
    supervisor.log.info(`RPC interface '${name}' initialized`);
  }
  const asksForCertificate = config.kind === 'inet' && config.caFile !== null;
  if (access.isOpen && !asksForCertificate) {
    supervisor.log.critical(`Server '${config.section}' running without any HTTP authentication checking`);
    if (passwordOf(config)) {
      supervisor.log.warn(`Server '${config.section}' has an empty username, so its password is not checked`);
    }
  }
  return server;
}

/**
 * @param isTolerant true logs a certificate that cannot be used, and leaves the server out
 * @throws ListenError
 */
async function tlsOf(
  supervisor: SupervisorView,
  config: HttpServerConfig,
  isTolerant: boolean,
): Promise<TlsAcceptor | null | 'unusable'> {
  if (config.kind !== 'inet' || config.certFile === null) return null;
  const { tlsAcceptor } = await import('./connections/tls-acceptor.ts');
  try {
    return tlsAcceptor(supervisor, config);
  } catch (error) {
    if (!isTolerant) throw error;
    supervisor.log.critical(`server '${config.section}' is left out: ${(error as Error).message}`);
    return 'unusable';
  }
}

interface Serving extends ServerSocket {
  readonly interfaces: Interfaces;
  readonly clients: Clients;
  readonly tls: TlsAcceptor | null;
  readonly loginDelayMs: number | undefined;
}

interface Interfaces {
  readonly table: MethodTable;
  /** The names of the sections whose methods can be called. */
  readonly names: readonly string[];
}

/** @throws ListenError when one cannot be made and that is not tolerated */
async function makeInterfaces(
  supervisor: SupervisorView,
  options: HttpServersOptions,
  ended: () => AbortSignal,
): Promise<Interfaces> {
  const { rpcInterfaces, servers } = supervisor.config;
  if (servers.length === 0) return { table: new Map(), names: [] };
  const broken = new Set<string>();
  const onBroken = (error: RpcInterfaceError): void => {
    supervisor.log.warn(`RPC interface '${error.interfaceName}': ${error.explanation}`);
    if (options.toleratesBrokenInterfaces !== true) throw error;
    supervisor.log.critical(`${error.message}: it is left out`);
    broken.add(error.interfaceName);
  };
  try {
    const known = options.handed ? withKnownFactories(rpcInterfaces, supervisor.log) : rpcInterfaces;
    const plugins = await loadPlugins(known);
    const table = createMethodTable(supervisor, known, { plugins, ended, onBroken });
    return { table, names: known.map(({ name }) => name).filter((name) => !broken.has(name)) };
  } catch (error) {
    if (error instanceof UnknownFactoryError || error instanceof RpcInterfaceError) {
      throw new ListenError(error.message);
    }
    throw error;
  }
}

/** An upgrade leaves out what its trial, in an older version, has not found to be wrong. */
function withKnownFactories(interfaces: readonly RpcInterfaceConfig[], log: MainLog): RpcInterfaceConfig[] {
  return interfaces.filter((config) => {
    try {
      requireKnownFactories([config]);
      return true;
    } catch (error) {
      log.critical(`${(error as Error).message}: it is left out`);
      return false;
    }
  });
}
