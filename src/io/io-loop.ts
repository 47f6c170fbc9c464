/**
 * Who is to be told when a descriptor can be read or written: one poller for the whole daemon.
 *
 * @module
 */
import { Poller, READABLE } from '../native/posix.ts';
import { Rounds, type Visit } from './rounds.ts';

/** Is told which of READABLE, WRITABLE and HANGUP hold for its descriptor. */
export type ReadyHandler = (events: number) => void;

export interface IoLoop {
  /** Watches a descriptor; one that is watched already gets the new events and handler. */
  watch(fd: number, events: number, handler: ReadyHandler): void;
  /** Ends the watch; to be called before the descriptor is closed. */
  forget(fd: number): void;
  /** Calls once after a pause, for a descriptor that is not watched meanwhile; see `Rounds.later`. */
  later(visit: Visit, pauseMs: number): void;
  close(): void;
}

/** Opens the daemon's poller and its timer. @throws PosixError EMFILE, ENFILE */
export function openIoLoop(): IoLoop {
  const handlers = new Map<number, ReadyHandler>();
  const poller = new Poller((fd, events) => handlers.get(fd)?.(events));
  const rounds = new Rounds();
  handlers.set(rounds.timer, () => rounds.goRound());
  poller.add(rounds.timer, READABLE);
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
    later: (visit, pauseMs) => rounds.later(visit, pauseMs),
    close() {
      handlers.clear();
      poller.close();
      rounds.close();
    },
  };
}
