/**
 * The pages of docs/ that are made from the tables of the code. A test holds each page against its table.
 *
 * @module
 */
import { methodsPage } from './methods-page.ts';

export interface Page {
  /** Path from the root of the checkout. */
  readonly file: string;
  readonly text: () => string;
}

export const PAGES: readonly Page[] = [{ file: 'docs/reference/methods.md', text: methodsPage }];
