/**
 * The times of a fleet, all as parts of `lease_seconds`, and why two nodes never run a program at once.
 *
 * A node has confirmed its slots at the moment at which it SENT the last renewal that the store has answered. From there on,
 * on its own clock:
 *
 * - at 1/2 to 2/3 of the lease it stops the programs, the earlier the longer `stopwaitsecs` is;
 * - at 3/4 the guard has sent SIGKILL to all that is left of them;
 * - a quarter is left for the end of the processes, and for clocks that run at different speeds.
 *
 * Another node takes a slot over when it has seen that the key is gone, and a whole lease has passed on its clock since then.
 * A key may be gone though its lease was renewed just before (etcd-io/etcd#15247), so the removal alone is not enough. The
 * lease in the store is shorter, a third, so that a failover takes 4/3 of `lease_seconds`. The clock of the holder may run up
 * to a quarter slower than that of the other node.
 *
 * All moments are on CLOCK_BOOTTIME, which goes on while the machine sleeps, as the lease does.
 *
 * @module
 */

export interface LeaseTimes {
  /** `lease_seconds` in milliseconds. */
  readonly leaseMs: number;
  /** Lease of the keys in the store, in seconds. */
  readonly storeSeconds: number;
  /** From the moment a renewal was sent to the next one. */
  readonly renewMs: number;
  /** Pause after a call that has failed. */
  readonly retryMs: number;
  /** Time limit of one call. */
  readonly callMs: number;
  /** From the last confirmation to SIGKILL. */
  readonly killMs: number;
  /** How long another node waits after the key of a holder is gone. */
  readonly takeoverMs: number;
}

/** Stores do not keep shorter leases: two seconds is the least of etcd with its usual election timeout. */
const LEAST_STORE_SECONDS = 2;

/** @param leaseSeconds `lease_seconds` */
export function leaseTimes(leaseSeconds: number): LeaseTimes {
  const leaseMs = leaseSeconds * 1000;
  const storeSeconds = Math.max(LEAST_STORE_SECONDS, Math.ceil(leaseSeconds / 3));
  return {
    leaseMs,
    storeSeconds,
    renewMs: Math.min(leaseMs / 9, (storeSeconds * 1000) / 3),
    retryMs: Math.max(100, leaseMs / 45),
    callMs: Math.max(500, leaseMs / 6),
    killMs: (leaseMs * 3) / 4,
    takeoverMs: leaseMs,
  };
}

/** From the last confirmation to the stop of a program. @param stopWaitSeconds `stopwaitsecs` */
export function stopMs({ leaseMs, killMs }: LeaseTimes, stopWaitSeconds: number): number {
  return Math.min((leaseMs * 2) / 3, Math.max(leaseMs / 2, killMs - stopWaitSeconds * 1000));
}
