/**
 * Removes the values of `secret_files` from the output of hooks and checks, which have them in their environment: their
 * last line goes to the main log, to clients and to the web page.
 *
 * @module
 */

/** Shorter values, as a port or a user name, are in too many other words. */
const SHORTEST = 4;

const SHOWN = '***';

/** @param secrets the values; of one with line ends, each line is hidden */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .flatMap((secret) => secret.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST)
    .sort((left, right) => right.length - left.length)
    .reduce((hidden, line) => hidden.replaceAll(line, SHOWN), text);
}
