/**
 * An alarm for a moment of the wall clock, which also fires when that clock is set.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import { clockTimer, PosixError, READABLE, readInto } from '../native/posix.ts';
import { now } from './clock.ts';
import type { IoLoop } from './io-loop.ts';
import { setAlarm } from './timers.ts';

/** Where there is no descriptor for a timer, the wall clock is read this often, in milliseconds. */
const LOOK_MS = 60_000;

/** Later than any alarm: the year 2100. */
const LAST_MOMENT_MS = 4_102_444_800_000;

/**
 * Calls once at the moment, or as soon as the wall clock is set or the machine wakes up, never before this returns; the
 * returned function cancels that. The callback compares the time.
 *
 * @param wallMs milliseconds since the epoch; infinity waits for a change of the clock only
 */
export function setWallAlarm(io: IoLoop, wallMs: number, ring: () => void): () => void {
  const end = (): void => {
    cancelDelay();
    closeTimer(io, fd);
    fd = null;
  };
  const ringOnce = (): void => {
    end();
    ring();
  };
  const timerRang = (isOver: boolean): void => {
    // The clock of this process may be another one than the kernel's (libfaketime): the delay decides then.
    if (isOver && now().wallMs < wallMs) {
      closeTimer(io, fd);
      fd = null;
    } else {
      ringOnce();
    }
  };
  let fd = openTimer(io, Math.min(wallMs, LAST_MOMENT_MS), timerRang);
  // A timer of Node may be early by a fraction of a millisecond.
  const delayMs = Math.max(1, Math.ceil(wallMs - now().wallMs) + 1);
  const longestMs = fd === null ? LOOK_MS : Number.POSITIVE_INFINITY;
  const isNeeded = Math.min(delayMs, longestMs) !== Number.POSITIVE_INFINITY;
  const cancelDelay = isNeeded ? setAlarm(Math.min(delayMs, longestMs), ringOnce) : () => {};
  return end;
}

/** The timer of the kernel runs on the wall clock. Null where there is no descriptor left for it. */
function openTimer(io: IoLoop, wallMs: number, ring: (isOver: boolean) => void): number | null {
  try {
    const fd = clockTimer(wallMs);
    io.watch(fd, READABLE, {
      ready: () => {
        // ECANCELED where the clock was set.
        ring(readInto(fd, expirations) === expirations.length);
      },
    });
    return fd;
  } catch (error) {
    if (error instanceof PosixError) {
      return null;
    }
    throw error;
  }
}

const expirations = Buffer.alloc(8);

function closeTimer(io: IoLoop, fd: number | null): void {
  if (fd !== null) {
    io.forget(fd);
    closeSync(fd);
  }
}
