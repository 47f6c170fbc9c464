/**
 * A page of docs/ that is made from the tables of the code.
 *
 * @module
 */

export interface Page {
  /** Path from the root of the checkout. */
  readonly file: string;
  readonly text: () => string;
}
