/**
 * What the table of the list and its lines are given.
 *
 * @module
 */
import type { Listing, Query } from '../model/listing.ts';

export interface ListTableProps {
  readonly listing: Listing;
  readonly query: Query;
  readonly selected: ReadonlySet<string>;
  readonly current: string | null;
  /** By the daemon's clock, in seconds since the epoch. */
  readonly now: number;
  change(changes: Partial<Query>): void;
  toggle(ids: readonly string[], isSelected: boolean): void;
  setCurrent(id: string): void;
}
