/**
 * Failed logins of a server by address. An address with many of them in a minute is slowed down: its next logins, right
 * and wrong ones, are checked late and one after the other. No address is locked out, as many clients can share one.
 *
 * @module
 */
import { isIPv6 } from 'node:net';

/** Failed logins in a minute that cost an address nothing. */
const FREE_FAILURES = 10;
const MINUTE_MS = 60_000;
/** How late a login of a slowed address is checked, in milliseconds. */
const DELAY_MS = 1000;
/** The shortest time between two checks of logins of one slowed address, in milliseconds. */
const SPACING_MS = 100;
/** How many addresses are remembered; the one whose minute began first is forgotten for a new one. */
const MOST_ADDRESSES = 1000;

interface Failures {
  /** When the minute began in which they are counted, on the monotonic clock. */
  readonly sinceMs: number;
  count: number;
  /** Those that no line of the log has counted. */
  unlogged: number;
  /** No login of the address is checked before. */
  nextCheckMs: number;
}

export interface FailedLoginsOptions {
  /** Called at most once a minute for an address. @param count of failed logins since the last call for it */
  readonly onMany: (source: string, count: number) => void;
  /** In place of the second in milliseconds, for tests. */
  readonly delayMs?: number | undefined;
}

export class FailedLogins {
  readonly #options: FailedLoginsOptions;
  readonly #bySource = new Map<string, Failures>();

  constructor(options: FailedLoginsOptions) {
    this.#options = options;
  }

  /** No login has failed: nothing can be slowed down. */
  get isEmpty(): boolean {
    return this.#bySource.size === 0;
  }

  /** Takes the next moment at which a login of the address may be checked; returns how far it is, 0 for at once. */
  delayMs(address: string): number {
    const failures = this.#bySource.get(sourceOf(address));
    const nowMs = performance.now();
    if (failures === undefined || failures.count < FREE_FAILURES || nowMs - failures.sinceMs >= MINUTE_MS) {
      return 0;
    }
    const { delayMs = DELAY_MS } = this.#options;
    failures.nextCheckMs = Math.max(nowMs + delayMs, failures.nextCheckMs + SPACING_MS);
    return failures.nextCheckMs - nowMs;
  }

  /** A login of the address has failed. */
  add(address: string): void {
    const source = sourceOf(address);
    const failures = this.#failuresOf(source);
    failures.count += 1;
    failures.unlogged += 1;
    if (failures.count === FREE_FAILURES) {
      this.#options.onMany(source, failures.unlogged);
      failures.unlogged = 0;
    }
  }

  #failuresOf(source: string): Failures {
    const nowMs = performance.now();
    const before = this.#bySource.get(source);
    if (before !== undefined && nowMs - before.sinceMs < MINUTE_MS) return before;
    this.#bySource.delete(source);
    if (this.#bySource.size >= MOST_ADDRESSES) {
      const [first = ''] = this.#bySource.keys();
      this.#bySource.delete(first);
    }
    const { unlogged = 0, nextCheckMs = 0 } = before ?? {};
    const fresh = { sinceMs: nowMs, count: 0, unlogged, nextCheckMs };
    this.#bySource.set(source, fresh);
    return fresh;
  }
}

/**
 * The key of an address: for IPv6 its /64 network, as one client can use any address in it.
 *
 * @param address with its port, as `10.0.0.5:40112` or `[2001:db8::5]:40112`
 */
function sourceOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':'));
  const inner = host.startsWith('[') ? host.slice(1, -1) : host;
  if (!isIPv6(inner)) return inner;
  if (inner.includes('.')) return inner.slice(inner.lastIndexOf(':') + 1);
  const [front = '', back] = inner.split('::');
  const groups = front === '' ? [] : front.split(':');
  const behind = back === undefined || back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: 8 - groups.length - behind.length }, () => '0');
  return `${[...groups, ...zeros, ...behind].slice(0, 4).join(':')}::/64`;
}
