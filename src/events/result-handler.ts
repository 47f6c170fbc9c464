/**
 * Result handlers: they judge the answer of an event listener (`result_handler=`).
 *
 * @module
 */
import type { SupervisorEvent } from './event.ts';

/** The answer refuses the event: it is offered again. */
export class ResultRejected extends Error {
  override readonly name = 'ResultRejected';
}

export interface ResultHandler {
  /**
   * Returns null for an event that was processed, ResultRejected for one to be offered again, and any other
   * error for a listener that broke the protocol; or a promise of the same.
   */
  judge(event: SupervisorEvent, result: Buffer): Promise<void> | unknown;
}

/** The reference's own: `OK` and nothing else accepts the event. */
export const DEFAULT_RESULT_HANDLER: ResultHandler = {
  judge: (_event, result) =>
    result.toString('latin1') === 'OK' ? null : new ResultRejected(result.toString('utf8')),
};

/** A function of the user's: it throws, or returns a promise that rejects, to refuse. */
export type ResultHandlerFunction = (event: SupervisorEvent, result: Buffer) => unknown;

/**
 * Wraps a user's function. An error whose name is `RejectEvent` or `ResultRejected` offers the event again;
 * any other one is a fault of the handler.
 */
export function resultHandlerOf(handle: () => Promise<ResultHandlerFunction>): ResultHandler {
  return {
    judge: async (event, result) => {
      try {
        await (await handle())(event, result);
      } catch (error) {
        const { name, message } = error as Error;
        throw name === 'RejectEvent' || name === 'ResultRejected' ? new ResultRejected(message) : error;
      }
    },
  };
}
