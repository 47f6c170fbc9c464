/**
 * A time limit for a whole answer, also of a server that sends it byte by byte.
 *
 * @module
 */
import { BadAnswerError } from './trouble.ts';

/** @throws BadAnswerError when the limit is over, and what the work throws */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | null = null;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new BadAnswerError(`has not answered for ${limitMs / 1000} seconds`)),
      limitMs,
    );
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
