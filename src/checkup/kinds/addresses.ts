/**
 * Addresses that the daemon cannot or should not listen on.
 *
 * @module
 */

import { passwordOf, usernameOf } from '../../config/sections/credentials.ts';
import type { HttpServerConfig, InetServerConfig, UserConfig } from '../../config/types.ts';
import { readFileSync, statSync } from '../../io/files.ts';
import { procStat } from '../../io/proc-stat.ts';
import { fnmatch } from '../../python/fnmatch.ts';
import type { FindingKind, Found } from '../finding.ts';
import { firstFreePort, type Listener, listeningPorts } from '../machine/listening-ports.ts';
import { programsOf, type Subject } from '../subject.ts';

const DOCS = 'reference/configuration.md';

export const ADDRESSES: readonly FindingKind[] = [
  {
    id: 'port-in-use',
    severity: 'warning',
    looksFor:
      'A port on which another process listens. A daemon that runs with the pidfile of this file is not reported.',
    docs: DOCS,
    find: portsInUse,
  },
  {
    id: 'privileged-port',
    severity: 'warning',
    looksFor: 'A port that only root may open, if the user of the check is not root.',
    docs: DOCS,
    find: privilegedPorts,
  },
  {
    id: 'open-server',
    severity: 'warning',
    looksFor:
      'An HTTP server without passwords and client certificates that other machines can reach: they can run programs here.',
    docs: 'security.md',
    find: openServers,
  },
  {
    id: 'password-without-tls',
    severity: 'warning',
    looksFor: 'An HTTP server with passwords and without TLS that other machines can reach.',
    docs: 'security.md#tls',
    advises: ['inet_http_server.certfile', 'inet_http_server.keyfile'],
    find: unencryptedServers,
  },
];

interface Port {
  readonly section: string;
  readonly key: string;
  readonly host: string;
  readonly port: number;
}

function* portsOf(subject: Subject): Iterable<Port> {
  for (const server of subject.config?.servers ?? []) {
    if (server.kind === 'inet') {
      yield { section: server.section, key: 'port', host: server.host, port: server.port };
    }
  }
  for (const { section, socket } of programsOf(subject)) {
    if (socket?.kind === 'tcp') {
      yield { section, key: 'socket', host: socket.host, port: socket.port };
    }
  }
}

function* portsInUse(subject: Subject): Iterable<Found> {
  const wanted = [...portsOf(subject)];
  const listeners = wanted.length === 0 ? new Map<number, Listener>() : listeningPorts();
  const own = pidOfDaemon(subject);
  for (const { section, key, port } of wanted) {
    const listener = listeners.get(port);
    if (listener !== undefined && !isOwn(listener.pid, own)) {
      const process = listener.pid === null ? 'A process' : `${listener.name} (pid ${listener.pid})`;
      yield { section, key, message: `${process} listens on port ${port}.` };
    }
  }
}

/** The daemon, or a program of it that has inherited its socket; a process of another user counts as one of them. */
function isOwn(pid: number | null, daemon: number | null): boolean {
  if (daemon === null) return false;
  return pid === null || pid === daemon || procStat(pid)?.parent === daemon;
}

function pidOfDaemon({ config }: Subject): number | null {
  try {
    const pid = Number(pidfileText(config?.daemon.pidfile ?? ''));
    return Number.isInteger(pid) && pid > 0 && procStat(pid) !== null ? pid : null;
  } catch {
    return null;
  }
}

/** Nothing for what is not a regular file. @throws ErrnoException */
function pidfileText(path: string): string {
  return statSync(path).isFile() ? readFileSync(path, 'latin1') : '';
}

function* privilegedPorts(subject: Subject): Iterable<Found> {
  if (process.getuid?.() === 0) {
    return;
  }
  const first = firstFreePort();
  for (const { section, key, port } of portsOf(subject)) {
    if (port < first) {
      yield { section, key, message: `Port ${port} needs root, or a port from ${first} up.` };
    }
  }
}

function* openServers({ config }: Subject): Iterable<Found> {
  if (config !== null && config.users.length > 0) {
    return;
  }
  for (const server of config?.servers ?? []) {
    if (isReachable(server) && usernameOf(server) === null && server.caFile === null) {
      yield {
        section: server.section,
        key: 'port',
        message: 'Every machine that reaches this port can start programs as the user of the daemon.',
        advice: [`port=127.0.0.1:${server.port}`],
      };
    }
  }
}

function* unencryptedServers({ config }: Subject): Iterable<Found> {
  for (const server of config?.servers ?? []) {
    if (isReachable(server) && server.certFile === null && hasPasswords(server, config?.users ?? [])) {
      yield {
        section: server.section,
        key: 'port',
        message: 'Passwords pass through the network unencrypted.',
        advice: ['certfile=/etc/supervisor/server.crt', 'keyfile=/etc/supervisor/server.key'],
      };
    }
  }
}

/** Other machines can connect to the server. */
function isReachable(server: HttpServerConfig): server is InetServerConfig {
  return server.kind === 'inet' && !/^(?:localhost|127\.|::1$)/.test(server.host);
}

function hasPasswords(server: InetServerConfig, users: readonly UserConfig[]): boolean {
  const hasOwn = Boolean(usernameOf(server)) && passwordOf(server) !== null;
  return hasOwn || users.some((user) => passwordOf(user) !== null && knows(server, user));
}

function knows({ section }: InetServerConfig, { servers }: UserConfig): boolean {
  return servers.some((pattern) => fnmatch(pattern)(section));
}
