/**
 * Requests that cannot be read.
 *
 * @module
 */

/** A request that cannot be read; the answer is HTTP 400. */
export class MalformedRequestError extends Error {
  override readonly name = 'MalformedRequestError';
}

/** A well-formed request without a method name; the main log has a line of its own for this case. */
export class NoMethodNameError extends MalformedRequestError {}
