/**
 * The main log, cut so that what depends on the moment of a poll is left out.
 *
 * @module
 */
import type { Side } from '../../scenario.ts';
import { untilState } from '../support/calls.ts';

/**
 * What depends on the moment: how often a wait is logged, when output is copied at level debug;
 * and where the reference names objects of its own.
 */
const UNSTEADY = /waiting for .* to (stop|die)|std(out|err) output:$|stopped monitoring/;

/** The lines of the main log that name a process, in order, without their times. */
export function linesAbout(side: Side, name: string): string[] {
  const named = new RegExp(`(^|[^\\w-])${name}($|[^\\w-])`);
  return mainLines(side).filter((line) => named.test(line) && !UNSTEADY.test(line));
}

/** All lines of the main log in order, without times and unsteady lines; from the last that has `since`. */
export function mainLines(side: Side, since?: string): string[] {
  const lines = side
    .normalise(side.readFile('main.log'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\$TIME /, '').replace(/\(\d+\) with SIGKILL/, '($PID) with SIGKILL'));
  const first = since === undefined ? 0 : lines.findLastIndex((line) => line.includes(since));
  return lines.slice(Math.max(0, first)).filter((line) => !UNSTEADY.test(line));
}

/**
 * Waits until the program, which fails at once whenever it is started, is in BACKOFF for the third time: that lasts
 * three seconds, in which a scenario that waits for it can still act.
 */
export async function untilLongBackoff(side: Side, name: string): Promise<void> {
  await side.waitFor(
    `${name} has failed three times`,
    () => linesAbout(side, name).filter((line) => line.includes('exited: ')).length === 3,
  );
  await untilState(side, name, 'BACKOFF');
}

/** The first line with the processes that a shutdown waits for. */
export function firstWaiting(side: Side): string {
  return /waiting for .* to die/.exec(side.readFile('main.log'))?.[0] ?? 'nothing was waited for';
}

/** Seconds between the lines of the main log that have the text. */
export function secondsBetween(side: Side, text: string): number[] {
  const times = side
    .readFile('main.log')
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Date.parse(line.slice(0, 23).replace(',', '.').replace(' ', 'T')) / 1000);
  return times.slice(1).map((time, index) => time - (times[index] ?? 0));
}
