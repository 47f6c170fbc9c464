/**
 * TCP ports for the daemons and servers of scenarios.
 *
 * @module
 */
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Ports that scenarios have been given; none is given twice in one run. */
const given = new Set<number>();

/**
 * A port that is free on loopback now, and outside the kernel's range for outgoing connections: a port of that
 * range could be in use by the time that the daemon listens.
 */
export async function freePort(): Promise<number> {
  const { first, last } = quietRange();
  for (;;) {
    const port = randomInt(first, last + 1);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
}

const LOWEST = 10_000;

/** The ports below the range of outgoing connections, or above it where that begins low. */
function quietRange(): { readonly first: number; readonly last: number } {
  const [low = 32_768, high = 60_999] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
    .trim()
    .split(/\s+/)
    .map(Number);
  if (low > LOWEST + 1000) return { first: LOWEST, last: low - 1 };
  return high < 64_000 ? { first: high + 1, last: 65_535 } : { first: LOWEST, last: 65_535 };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
