/**
 * One request and its answer, as handlers see them.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { SupervisorView } from '../supervisor/supervisor-view.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Decoded path without query, with its leading slash. */
  readonly path: string;
  /** What follows the `?`, as it came. */
  readonly query: string;
  readonly supervisor: SupervisorView;
}

/** Answers a request, now or later; what it throws is logged and answered with 500. */
export type Handler = (exchange: Exchange) => void;
