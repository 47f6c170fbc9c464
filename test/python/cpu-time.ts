/** Time for tests of hostile input: that of the processor, which other programs on the machine do not lengthen. */
import process from 'node:process';

/** Runs something; the result is what it cost this process, in milliseconds. */
export function cpuMilliseconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
