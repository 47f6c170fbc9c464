/**
 * What keys do in the live view.
 *
 * @module
 */
import { editText, type Key } from './keys.ts';
import { type List, orderBy, orderByNext, reverseOrder, toggleAll, toggleMarks, undo } from './list.ts';
import { rowsOfGroup, targetOf } from './targets.ts';
import type { WatchActions } from './watch-actions.ts';
import { LIST, type Question, type WatchModel } from './watch-model.ts';
import type { WatchPages } from './watch-pages.ts';

type Keys = Readonly<Record<string, () => void>>;

export interface WatchKeysOptions {
  readonly model: WatchModel;
  readonly actions: WatchActions;
  readonly pages: WatchPages;
  readonly close: () => void;
}

/** Returns what reads a key in the mode of the moment. */
export function watchKeys(options: WatchKeysOptions): (key: Key) => void {
  const { model, actions } = options;
  const letters = lettersOf(options);
  const named = namedKeysOf(options);

  const pressInList = (key: Key): void => {
    model.message = null;
    if (typeof key !== 'object') named[key]?.();
    else if ('text' in key) letters[key.text]?.();
  };
  const answer = (key: Key, question: Question): void => {
    model.mode = LIST;
    const isYes = typeof key === 'object' && 'text' in key && key.text.toLowerCase() === 'y';
    if (isYes) actions.confirmed(question);
    else model.message = null;
  };
  return (key) => {
    const { mode } = model;
    if (mode.kind === 'filter') pressInFilter(model, key);
    else if (mode.kind === 'question') answer(key, mode.question);
    else if (mode.kind === 'list') pressInList(key);
    else if (!mode.page.press(key)) {
      mode.page.close();
      model.mode = LIST;
    }
  };
}

function lettersOf({ model, actions, pages, close }: WatchKeysOptions): Keys {
  const change = (next: (list: List) => List) => (): void => model.change(next);
  return {
    q: close,
    k: () => model.goBy(-1),
    j: () => model.goBy(1),
    s: () => actions.onChosen('start'),
    x: () => actions.onChosen('stop'),
    r: () => actions.onChosen('restart'),
    S: () => actions.onGroup('start'),
    X: () => actions.onGroup('stop'),
    R: () => actions.onGroup('restart'),
    ' ': () => markSelected(model),
    g: () => markGroup(model),
    a: () => markAll(model),
    t: pages.openLog,
    i: pages.openDetails,
    '/': () => {
      model.mode = { kind: 'filter' };
    },
    o: change(orderByNext),
    O: change(reverseOrder),
    N: change((before) => orderBy(before, 'name')),
    P: change((before) => orderBy(before, 'cpu')),
    M: change((before) => orderBy(before, 'memory')),
    '?': pages.openHelp,
    h: pages.openHelp,
  };
}

function namedKeysOf({ model, pages }: WatchKeysOptions): Keys {
  return {
    up: () => model.goBy(-1),
    down: () => model.goBy(1),
    'page-up': () => model.goBy(-Math.max(1, model.height)),
    'page-down': () => model.goBy(Math.max(1, model.height)),
    home: () => model.goBy(Number.NEGATIVE_INFINITY),
    end: () => model.goBy(Number.POSITIVE_INFINITY),
    enter: pages.openLog,
    escape: () => model.change(undo),
  };
}

function markSelected(model: WatchModel): void {
  const row = model.selected;
  if (row === null || targetOf(model.hosts, row) === null) return;
  model.list = toggleMarks(model.list, [row.name]);
  model.goBy(1);
}

function markGroup(model: WatchModel): void {
  const row = model.selected;
  if (row === null) return;
  const names = rowsOfGroup(model.hosts, model.rows, row).map(({ name }) => name);
  model.list = toggleMarks(model.list, names);
}

function markAll(model: WatchModel): void {
  model.list = toggleAll(
    model.list,
    model.arranged.filter((row) => targetOf(model.hosts, row) !== null),
  );
}

function pressInFilter(model: WatchModel, key: Key): void {
  if (key === 'enter') model.mode = LIST;
  else if (key === 'escape') {
    model.list = { ...model.list, filter: '' };
    model.mode = LIST;
  } else if (key === 'up' || key === 'down') model.goBy(key === 'up' ? -1 : 1);
  else model.list = { ...model.list, filter: editText(model.list.filter, key) };
}
