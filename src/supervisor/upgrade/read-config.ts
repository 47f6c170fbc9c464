/**
 * Reads the configuration after an upgrade. The trial has read it a moment before; a file that is being saved at this
 * very moment must not end the daemon.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, ConfigError } from '../../config/types.ts';

const TRIES = 50;
const PAUSE_MS = 100;

/** Tries for five seconds. @throws ConfigError of the last try */
export async function readWithRetries(read: () => Config): Promise<Config> {
  for (let tries = 1; ; tries += 1) {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ConfigError) || tries === TRIES) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
