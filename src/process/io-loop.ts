/**
 * Who is to be told when a descriptor can be read or written: one poller for the whole daemon.
 *
 * @module
 */
import { Poller } from '../native/posix.ts';

/** Is told which of READABLE, WRITABLE and HANGUP hold for its descriptor. */
export type ReadyHandler = (events: number) => void;

export interface IoLoop {
  /** Watches a descriptor; one that is watched already gets the new events and handler. */
  watch(fd: number, events: number, handler: ReadyHandler): void;
  /** Ends the watch; to be called before the descriptor is closed. */
  forget(fd: number): void;
  close(): void;
}

/** Opens the daemon's poller. */
export function openIoLoop(): IoLoop {
  const handlers = new Map<number, ReadyHandler>();
  const poller = new Poller((fd, events) => handlers.get(fd)?.(events));
  return {
    watch(fd, events, handler) {
      if (handlers.has(fd)) {
        poller.modify(fd, events);
      } else {
        poller.add(fd, events);
      }
      handlers.set(fd, handler);
    },
    forget(fd) {
      if (handlers.delete(fd)) {
        poller.remove(fd);
      }
    },
    close() {
      handlers.clear();
      poller.close();
    },
  };
}
