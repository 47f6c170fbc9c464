/**
 * Waiting for a condition, always with an end.
 *
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';

/** Looks every 20 ms until the condition holds; a condition that throws does not hold yet. */
export async function waitUntil(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  let trouble = '';
  while (performance.now() < end) {
    try {
      if (await condition()) return;
      trouble = '';
    } catch (error) {
      trouble = ` (${error instanceof Error ? error.message : String(error)})`;
    }
    await delay(20);
  }
  throw new Error(`waited ${seconds} s, and this did not happen: ${what}${trouble}`);
}
