/**
 * How much larger than usual the pipes of busy channels may be together: a user who is not root has 64 MB for all
 * pipes, and after that each new one holds only 8 KB (pipe(7), pipe-user-pages-soft).
 *
 * @module
 */
import { setPipeSize } from '../../native/posix.ts';

const ALLOWED_BYTES = 32 << 20;

let givenBytes = 0;

/** Returns the size that the pipe has then; the one it had where it cannot have another. */
export function resizePipe(fd: number, fromBytes: number, toBytes: number): number {
  if (toBytes === fromBytes || givenBytes + toBytes - fromBytes > ALLOWED_BYTES) {
    return fromBytes;
  }
  try {
    const size = setPipeSize(fd, toBytes);
    givenBytes += size - fromBytes;
    return size;
  } catch {
    // EPERM: the user has no more; EBUSY: more is in it than the new size holds. Either way it goes on as it is.
    return fromBytes;
  }
}

/** A pipe was closed: its additional size is free for other pipes. */
export function forgetPipe(usualBytes: number, bytes: number): void {
  givenBytes -= bytes - usualBytes;
}
