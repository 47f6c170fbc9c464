/**
 * Readiness of any number of descriptors through one epoll descriptor in Node's loop.
 *
 * @module
 */
import { constants } from 'node:os';
import { addon, type PollerHandle } from './addon.ts';
import { checked, posixError } from './posix-error.ts';

/**
 * Bits of `events`, as in glue_poller.c. HANGUP also stands for errors, and is always reported; it may come
 * without READABLE, so that a reader reads on either until the end.
 */
export const READABLE = 1;
export const WRITABLE = 2;
export const HANGUP = 4;
/** To be watched without other events: HANGUP is reported when both directions are shut or broken, not when one is. */
export const GONE = 8;

const { EBADF, EEXIST, ENOENT } = constants.errno;

const ADD = 0;
const MODIFY = 1;
const REMOVE = 2;

const BATCH = 64;
const FIELDS = 3;
const LAST_GENERATION = 0x7fffffff;

interface Registration {
  /** Distinguishes a descriptor from an earlier one with its number. */
  readonly generation: number;
  readonly holds: boolean;
  events: number;
}

/**
 * Calls back for descriptors that are ready, level-triggered: what is not read is reported again.
 * It keeps the process alive while something is registered that is to hold it. Remove a descriptor before closing it.
 */
export class Poller {
  readonly #onReady: (fd: number, events: number) => void;
  readonly #batch = new Int32Array(BATCH * FIELDS);
  readonly #registrations = new Map<number, Registration>();
  readonly #handle: PollerHandle;
  #generation = 0;
  /** How many registrations keep the process alive. */
  #holding = 0;
  #closed = false;

  /**
   * @param onReady what it throws becomes an uncaught exception; the other descriptors are reported all the same
   * @throws PosixError EMFILE, ENFILE
   */
  constructor(onReady: (fd: number, events: number) => void) {
    this.#onReady = onReady;
    const handle = addon.createPoller((count) => this.#dispatch(count), this.#batch);
    if (typeof handle === 'number') throw posixError('epoll_create1', -handle);
    this.#handle = handle;
  }

  /**
   * Watches a descriptor. With `events` 0 it is registered but not watched at all, not even for its hangup.
   *
   * @param holds false for what is not to keep the process alive
   * @throws PosixError EEXIST where it is registered, EPERM for regular files, EBADF
   */
  add(fd: number, events: number, holds = true): void {
    if (this.#closed) throw posixError('epoll_ctl', EBADF, String(fd));
    if (this.#registrations.has(fd)) throw posixError('epoll_ctl', EEXIST, String(fd));
    this.#generation = this.#generation === LAST_GENERATION ? 1 : this.#generation + 1;
    const registration = { generation: this.#generation, events, holds };
    if (events !== 0) this.#control(ADD, fd, registration);
    this.#registrations.set(fd, registration);
    if (holds) this.#hold(1);
  }

  /** @throws PosixError ENOENT where it is not registered */
  modify(fd: number, events: number): void {
    const registration = this.#registrations.get(fd);
    if (registration === undefined) throw posixError('epoll_ctl', ENOENT, String(fd));
    if (registration.events === events) return;
    const operation = registration.events === 0 ? ADD : events === 0 ? REMOVE : MODIFY;
    this.#control(operation, fd, { ...registration, events });
    registration.events = events;
  }

  /** Forgets a descriptor, and what is already known to be ready of it; one that is not registered is fine. */
  remove(fd: number): void {
    const registration = this.#registrations.get(fd);
    if (registration === undefined) return;
    this.#registrations.delete(fd);
    if (registration.holds) this.#hold(-1);
    if (registration.events === 0) return;
    addon.controlPoller(this.#handle, REMOVE, fd, 0, 0);
  }

  /** Forgets everything; nothing is called back any more. The descriptors stay open. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#registrations.clear();
    addon.closePoller(this.#handle);
  }

  #hold(change: 1 | -1): void {
    const before = this.#holding;
    this.#holding += change;
    if (before === 0 || this.#holding === 0) addon.holdPoller(this.#handle, this.#holding > 0);
  }

  #control(
    operation: number,
    fd: number,
    { generation, events }: Pick<Registration, 'generation' | 'events'>,
  ): void {
    const result = addon.controlPoller(this.#handle, operation, fd, generation, events);
    checked('epoll_ctl', result, String(fd));
  }

  #dispatch(count: number): void {
    for (let at = 0; at < count * FIELDS; at += FIELDS) {
      const fd = this.#batch[at] ?? -1;
      const registration = this.#registrations.get(fd);
      if (registration === undefined || registration.generation !== this.#batch[at + 1]) continue;
      const events = (this.#batch[at + 2] ?? 0) & (registration.events | HANGUP);
      if (registration.events !== 0 && events !== 0) this.#call(fd, events);
    }
  }

  #call(fd: number, events: number): void {
    try {
      this.#onReady(fd, events);
    } catch (error) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}
