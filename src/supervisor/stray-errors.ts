/**
 * Errors that nothing else catches: a fault in one place must not end the programs of all others.
 *
 * @module
 */
import type { MainLog } from '../logs/main-log.ts';

/** Logs them with their stack until the returned function is called. */
export function logStrayErrors(log: MainLog): () => void {
  const onError = (error: unknown): void => {
    log.critical(
      `unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  };
  process.on('uncaughtException', onError);
  process.on('unhandledRejection', onError);
  return () => {
    process.off('uncaughtException', onError);
    process.off('unhandledRejection', onError);
  };
}
