/**
 * Which process listens on a TCP port of this machine, as far as this user may see it.
 *
 * @module
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { pidsIn } from '../../io/process-table.ts';

export interface Listener {
  /** Null where the process belongs to another user. */
  readonly pid: number | null;
  /** Name of the process; empty where it is not known. */
  readonly name: string;
}

const LISTEN = '0A';

/** The listeners by port, of this network namespace. */
export function listeningPorts(): ReadonlyMap<number, Listener> {
  const sockets = new Map<string, number>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of textOf(table).split('\n').slice(1)) {
      const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === LISTEN && inode !== undefined) {
        sockets.set(`socket:[${inode}]`, Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16));
      }
    }
  }
  const ports = new Map<number, Listener>();
  for (const port of sockets.values()) {
    ports.set(port, { pid: null, name: '' });
  }
  for (const { pid, link } of sockets.size === 0 ? [] : openSockets()) {
    const port = sockets.get(link);
    if (port !== undefined && ports.get(port)?.pid === null) {
      ports.set(port, { pid, name: textOf(`/proc/${pid}/comm`).trim() });
    }
  }
  return ports;
}

/** The lowest port that needs no privilege. */
export function firstFreePort(): number {
  const text = textOf('/proc/sys/net/ipv4/ip_unprivileged_port_start').trim();
  return /^\d+$/.test(text) ? Number(text) : 1024;
}

function* openSockets(): Iterable<{ pid: number; link: string }> {
  for (const pid of pidsIn()) {
    for (const descriptor of namesIn(`/proc/${pid}/fd`)) {
      const link = linkOf(`/proc/${pid}/fd/${descriptor}`);
      if (link.startsWith('socket:')) {
        yield { pid, link };
      }
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
