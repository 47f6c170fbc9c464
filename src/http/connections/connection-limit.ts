/**
 * How many clients may be connected: a flood must not take the descriptors that programs need to be started.
 *
 * @module
 */

/** stdin, stdout, stderr, and a log for each of the last two. */
const DESCRIPTORS_PER_PROGRAM = 5;
/** The main log, the listening sockets, what Node has open, and the pipes of a program that is being started. */
const OWN_DESCRIPTORS = 64;
/** This many can always connect: an administrator has to reach the daemon to find out what is wrong. */
const FEWEST = 16;
/** More clients than this are a fault or an attack. */
const MOST = 10_000;

/**
 * A third of what the running programs leave of the descriptors that the daemon may open. A client that follows a log
 * has two of them, so a third always stays for programs that are started. That is 286 clients for 1,024 descriptors
 * and 20 programs, 1,310 for 4,096, and 6,612 for 20,000.
 *
 * @param openFiles the soft RLIMIT_NOFILE of the daemon; negative is unlimited
 * @param programs how many are running
 */
export function connectionLimit(openFiles: number, programs: number): number {
  if (openFiles < 0) return MOST;
  const left = openFiles - OWN_DESCRIPTORS - DESCRIPTORS_PER_PROGRAM * programs;
  return Math.max(FEWEST, Math.min(MOST, Math.floor(left / 3)));
}
