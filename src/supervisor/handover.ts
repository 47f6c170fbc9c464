/**
 * What a daemon leaves to the program that goes on under its pid: what a journal does not say of the processes, and
 * what stays open.
 *
 * @module
 */
import type { SerialsSoFar } from '../events/serials.ts';

/** A listening socket and who is connected through it. */
export interface HandedSocket {
  /** Tells it from others. */
  readonly address: string;
  readonly descriptor: number;
  readonly connections: readonly number[];
}

export interface Handover {
  /** Soft limit of open files that the daemon was started with. */
  readonly softFileLimit: number;
  /** It runs in the background. */
  readonly isDetached: boolean;
  readonly sockets: readonly HandedSocket[];
  /** Names of groups that are configured, and were not active. */
  readonly inactive: readonly string[];
  readonly serials: SerialsSoFar;
  /** Event listeners that wait for an event, as `keyOf` has them. */
  readonly listening: readonly string[];
}
