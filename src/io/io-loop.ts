/**
 * Readiness of descriptors: one poller for the whole daemon, for the channels of programs, the clients of its servers
 * and the readers of its logs.
 *
 * @module
 */
import { Poller, READABLE } from '../native/posix.ts';
import { Rounds, type Visit } from './rounds.ts';

/** The owner of a descriptor. */
export interface ReadyHandler {
  /** @param events which of READABLE, WRITABLE and HANGUP hold */
  ready(events: number): void;
}

export interface IoLoop {
  /**
   * Watches a descriptor; for one that is watched already the events and the handler are replaced. With `events` 0 not
   * even its hangup is reported.
   *
   * @throws PosixError EMFILE or ENFILE at the first watch of all, EPERM for regular files, EBADF
   */
  watch(fd: number, events: number, handler: ReadyHandler): void;
  /** Ends the watch; to be called before the descriptor is closed. One that is not watched is fine. */
  forget(fd: number): void;
  /** Calls once after a pause, for a descriptor that is not watched meanwhile; see `Rounds.later`. */
  later(visit: Visit, pauseMs: number): void;
  /** Forgets everything; the next call of `ioLoop` opens another. */
  close(): void;
}

let current: IoLoop | null = null;

/** The loop of this process; it opens its descriptors at the first watch. */
export function ioLoop(): IoLoop {
  current ??= createLoop();
  return current;
}

interface Opened {
  readonly poller: Poller;
  readonly rounds: Rounds;
}

function createLoop(): IoLoop {
  const handlers = new Map<number, ReadyHandler>();
  let opened: Opened | null = null;
  const loop: IoLoop = {
    watch(fd, events, handler) {
      opened ??= open(handlers);
      if (handlers.has(fd)) {
        opened.poller.modify(fd, events);
      } else {
        opened.poller.add(fd, events);
      }
      handlers.set(fd, handler);
    },
    forget(fd) {
      if (handlers.delete(fd)) {
        opened?.poller.remove(fd);
      }
    },
    later(visit, pauseMs) {
      opened ??= open(handlers);
      opened.rounds.later(visit, pauseMs);
    },
    close() {
      handlers.clear();
      opened?.poller.close();
      opened?.rounds.close();
      if (current === loop) {
        current = null;
      }
    },
  };
  return loop;
}

/** Both at once: a pause must not fail because there is no descriptor left for its timer. */
function open(handlers: Map<number, ReadyHandler>): Opened {
  const rounds = new Rounds();
  try {
    const poller = new Poller((fd, events) => handlers.get(fd)?.ready(events));
    // Paused channels keep the process alive, so their timer need not.
    poller.add(rounds.timer, READABLE, false);
    handlers.set(rounds.timer, { ready: () => rounds.goRound() });
    return { poller, rounds };
  } catch (error) {
    rounds.close();
    throw error;
  }
}
