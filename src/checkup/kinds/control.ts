/**
 * Whether supervisorctl can reach the daemon of this file, and control it.
 *
 * @module
 */
import { MAIN_RPC_FACTORY } from '../../config/sections/rpc-interfaces.ts';
import { absolutePath, folderOf } from '../../config/text/paths.ts';
import type { HttpServerConfig, InetServerConfig } from '../../config/types.ts';
import type { FindingKind, Found } from '../finding.ts';
import type { Subject } from '../subject.ts';

export const CONTROL: readonly FindingKind[] = [
  {
    id: 'no-rpc-interface',
    severity: 'warning',
    looksFor: 'A server without `[rpcinterface:supervisor]`: supervisorctl cannot do anything there.',
    docs: 'supervisorctl.md',
    find: withoutInterface,
  },
  {
    id: 'other-server',
    severity: 'warning',
    looksFor: 'A `serverurl` of `[supervisorctl]` that is not an address of a server of the same file.',
    docs: 'supervisorctl.md',
    find: otherServers,
  },
];

function* withoutInterface({ config, errors }: Subject): Iterable<Found> {
  const [server] = config?.servers ?? [];
  const isWrong = errors.some(({ section }) => section?.startsWith('rpcinterface:'));
  if (
    config !== null &&
    server !== undefined &&
    !isWrong &&
    !config.rpcInterfaces.some(({ factory }) => factory === MAIN_RPC_FACTORY)
  ) {
    yield {
      section: server.section,
      key: null,
      message: 'supervisorctl and other clients find no methods there.',
      advice: ['[rpcinterface:supervisor]', `supervisor.rpcinterface_factory = ${MAIN_RPC_FACTORY}`],
    };
  }
}

function* otherServers({ config, source, file }: Subject): Iterable<Found> {
  const text = source.get('supervisorctl', 'serverurl');
  const servers = config?.servers ?? [];
  if (text === null || servers.length === 0) {
    return;
  }
  const url = text.replaceAll('%(here)s', () => folderOf(absolutePath(file)));
  const isKnown = servers.some((server) =>
    server.kind === 'unix'
      ? url.startsWith('unix://') && absolutePath(url.slice('unix://'.length)) === server.file
      : url.startsWith(schemeOf(server)) && portOf(url) === server.port,
  );
  if (!isKnown && !url.includes('%(') && isLocal(url)) {
    yield {
      section: 'supervisorctl',
      key: 'serverurl',
      message: `No server of this file listens on ${url}.`,
      advice: servers.map((server) => `serverurl=${addressOf(server)}`),
    };
  }
}

function addressOf(server: HttpServerConfig): string {
  if (server.kind === 'unix') return `unix://${server.file}`;
  const host = server.host.includes(':') ? `[${server.host}]` : server.host || 'localhost';
  return `${schemeOf(server)}${host}:${server.port}`;
}

function schemeOf({ certFile }: InetServerConfig): string {
  return certFile === null ? 'http://' : 'https://';
}

/** The client of another machine's daemon has its own file. */
function isLocal(url: string): boolean {
  return url.startsWith('unix://') || /^https?:\/\/(?:localhost|127\.[\d.]+|\[::1\])(?=[:/]|$)/.test(url);
}

function portOf(url: string): number | null {
  if (!URL.canParse(url)) return null;
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
