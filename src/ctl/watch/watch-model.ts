/**
 * What the live view shows: the rows of its hosts, the list that is made of them, and the mode in which keys are read.
 *
 * @module
 */
import type { ActionTarget, Verb } from './actions.ts';
import { KEY_HINTS } from './bindings.ts';
import { type HostView, silentRow, type WatchedHost } from './host-view.ts';
import {
  arrange,
  FRESH_LIST,
  firstShown,
  type List,
  move,
  selectedIndex,
  selectedRow,
  show,
} from './list.ts';
import type { Page } from './pager.ts';
import type { Row } from './rows.ts';
import { planScreen, type View } from './screen.ts';
import type { Size } from './terminal.ts';
import { titleOf } from './title.ts';

export interface Question {
  readonly text: string;
  readonly verb: Verb;
  readonly targets: readonly ActionTarget[];
}

export type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'page'; readonly page: Page };

export const LIST: Mode = { kind: 'list' };

export interface WatchModelOptions {
  readonly hosts: readonly WatchedHost[];
  /** Shown beside the counts. */
  readonly title: string;
  readonly hasColour: boolean;
  /** Of the screen; null while there is none. */
  readonly size: () => Size | null;
}

export class WatchModel {
  list = FRESH_LIST;
  mode: Mode = LIST;
  /** The result of the last action, or null. */
  message: string | null = null;
  views: readonly HostView[] = [];
  readonly hosts: readonly WatchedHost[];
  readonly hasColour: boolean;
  readonly #title: string;
  readonly #size: () => Size | null;

  constructor({ hosts, title, hasColour, size }: WatchModelOptions) {
    this.hosts = hosts;
    this.hasColour = hasColour;
    this.#title = title;
    this.#size = size;
  }

  get rows(): readonly Row[] {
    return this.views.flatMap((view) => {
      const trouble = view.host.prefix === '' ? null : view.trouble();
      return trouble === null ? view.rows() : [silentRow(view.host, trouble)];
    });
  }

  /** The rows that pass the filter, in their order. */
  get arranged(): readonly Row[] {
    return arrange(this.rows, this.list);
  }

  get selected(): Row | null {
    return selectedRow(this.arranged, this.list);
  }

  /** Names of the rows that are on the screen. */
  get visible(): readonly string[] {
    const shown = this.arranged;
    const { height } = this;
    const top = firstShown(selectedIndex(shown, this.list), this.list.top, height, shown.length);
    return shown.slice(top, top + height).map(({ name }) => name);
  }

  /** How many rows fit on the screen. */
  get height(): number {
    const size = this.#size();
    return size === null ? 1 : planScreen(this.#footer, KEY_HINTS, size).height;
  }

  /** What the screen shows in the modes without a page. */
  get view(): View {
    const { rows, list, hasColour, views } = this;
    const shown = arrange(rows, list);
    const trouble = this.#trouble;
    return {
      title: titleOf({ rows, shown: shown.length, list, trouble, name: this.#title }),
      isStale: trouble !== null,
      rows: shown,
      selected: selectedIndex(shown, list),
      marked: list.marked,
      order: list.order,
      top: list.top,
      message: this.#footer,
      keys: KEY_HINTS,
      hasUsage: views.length === 0 || views.some((each) => each.hasUsage()),
      hasColour,
    };
  }

  goBy(by: number): void {
    this.list = move(this.list, this.arranged, by, this.height);
  }

  change(next: (list: List) => List): void {
    this.list = show(next(this.list), this.arranged, this.height);
  }

  pollNow(): void {
    for (const view of this.views) view.pollNow();
  }

  /** Of one host the last rows stay, with the reason; in a fleet a host that does not answer is a row. */
  get #trouble(): string | null {
    return this.views.find(({ host }) => host.prefix === '')?.trouble() ?? null;
  }

  get #footer(): string | null {
    const { mode, list } = this;
    if (mode.kind === 'filter') return `filter: ${list.filter}_`;
    return mode.kind === 'question' ? mode.question.text : this.message;
  }
}
