/**
 * The live view: draws the processes of its hosts, and acts on keys.
 *
 * @module
 */
import type { Session } from '../session.ts';
import { type ActionTarget, act, summarise, type Verb } from './actions.ts';
import { openDetails } from './details.ts';
import { openHelp } from './help.ts';
import { type HostView, silentRow, viewHost, type WatchedHost } from './host-view.ts';
import { editText, type Key } from './keys.ts';
import {
  arrange,
  chosenRows,
  FRESH_LIST,
  firstShown,
  type List,
  move,
  orderBy,
  orderByNext,
  reverseOrder,
  selectedIndex,
  selectedRow,
  show,
  toggleAll,
  toggleMarks,
  undo,
} from './list.ts';
import { openLogView } from './log-view.ts';
import type { Page } from './pager.ts';
import type { Row } from './rows.ts';
import { drawScreen, planScreen, type View } from './screen.ts';
import { type FullScreen, openFullScreen } from './terminal.ts';
import { titleOf } from './title.ts';

/** The most important first; the last one is always shown. */
const KEYS: readonly string[] = [
  '↑↓ select',
  's start',
  'x stop',
  'r restart',
  't log',
  'i why',
  '/ filter',
  'Space mark',
  'o sort',
  'S X R group',
  'q quit  ? help',
];
const REDRAW_MS = 50;

interface Question {
  readonly text: string;
  readonly verb: Verb;
  readonly targets: readonly ActionTarget[];
}

type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'page'; readonly page: Page };

const LIST: Mode = { kind: 'list' };

export interface WatchOptions {
  readonly intervalMs: number;
  /** Shown beside the counts. */
  readonly title: string;
  readonly hosts: readonly WatchedHost[];
}

/** Shows the view until a key leaves it. */
export function watchProcesses({ hasColour }: Session, options: WatchOptions): Promise<void> {
  return new Promise((resolve) => openWatch(hasColour, options, resolve));
}

function openWatch(hasColour: boolean, { hosts, intervalMs, title }: WatchOptions, leave: () => void): void {
  let list = FRESH_LIST;
  let mode: Mode = LIST;
  let message: string | null = null;
  let screen: FullScreen | null = null;
  let views: readonly HostView[] = [];
  let redraw: NodeJS.Timeout | null = null;

  const rows = (): readonly Row[] =>
    views.flatMap((view) => {
      const trouble = view.host.prefix === '' ? null : view.trouble();
      return trouble === null ? view.rows() : [silentRow(view.host, trouble)];
    });
  /** Of one host the last rows stay, with the reason; in a fleet a host that does not answer is a row. */
  const trouble = (): string | null => views.find(({ host }) => host.prefix === '')?.trouble() ?? null;
  const arranged = (): readonly Row[] => arrange(rows(), list);
  const footer = (): string | null => {
    if (mode.kind === 'filter') return `filter: ${list.filter}_`;
    return mode.kind === 'question' ? mode.question.text : message;
  };
  const height = (): number => (screen === null ? 1 : planScreen(footer(), KEYS, screen.size()).height);

  const draw = (): void => {
    if (screen === null) return;
    const size = screen.size();
    screen.draw(mode.kind === 'page' ? mode.page.draw(size) : drawScreen(view(), size));
  };
  const view = (): View => {
    const all = rows();
    const shown = arrange(all, list);
    const reason = trouble();
    return {
      title: titleOf({ rows: all, shown: shown.length, list, trouble: reason, name: title }),
      isStale: reason !== null,
      rows: shown,
      selected: selectedIndex(shown, list),
      marked: list.marked,
      order: list.order,
      top: list.top,
      message: footer(),
      keys: KEYS,
      hasUsage: views.length === 0 || views.some((each) => each.hasUsage()),
      hasColour,
    };
  };
  /** After a short delay, so that a fast log is not drawn line by line. */
  const drawSoon = (): void => {
    redraw ??= setTimeout(() => {
      redraw = null;
      draw();
    }, REDRAW_MS);
  };
  const visible = (): readonly string[] => {
    const shown = arranged();
    const top = firstShown(selectedIndex(shown, list), list.top, height(), shown.length);
    return shown.slice(top, top + height()).map(({ name }) => name);
  };
  const close = (): void => {
    for (const each of views) each.close();
    if (redraw !== null) clearTimeout(redraw);
    if (mode.kind === 'page') mode.page.close();
    screen?.restore();
    screen = null;
    leave();
  };

  /** Null for the row of a host that does not answer. */
  const targetOf = (row: Row): (ActionTarget & { readonly group: string }) | null => {
    const host = hosts.find(({ prefix }) => row.name.startsWith(prefix));
    const name = row.name.slice(host?.prefix.length ?? 0);
    if (host === undefined || name === '') return null;
    return { connection: host.connection, prefix: host.prefix, name, group: row.group, isGroup: false };
  };
  const groupOf = (row: Row): readonly Row[] => {
    const target = targetOf(row);
    return target === null
      ? []
      : rows().filter((other) => {
          const each = targetOf(other);
          return each !== null && each.prefix === target.prefix && each.group === target.group;
        });
  };
  const run = async (verb: Verb, targets: readonly ActionTarget[], what: string): Promise<void> => {
    message = `${verb} ${what} …`;
    const polling = setTimeout(() => {
      for (const each of views) each.pollNow();
    }, REDRAW_MS);
    message = summarise(verb, await act(verb, targets));
    clearTimeout(polling);
    for (const each of views) each.pollNow();
    draw();
  };
  const ask = (verb: Verb, targets: readonly ActionTarget[], what: string): void => {
    if (targets.length === 0) return;
    if (verb === 'start') void run(verb, targets, what);
    else mode = { kind: 'question', question: { text: `${verb} ${what}? y/N`, verb, targets } };
  };
  const actOnChosen = (verb: Verb): void => {
    const targets = chosenRows(rows(), list)
      .map(targetOf)
      .filter((target) => target !== null);
    const names = targets.map(({ prefix, name }) => prefix + name);
    const what = names.length === 1 ? names.join('') : `${names.length} processes (${names.join(', ')})`;
    ask(verb, targets, what);
  };
  const actOnGroup = (verb: Verb): void => {
    const row = selectedRow(arranged(), list);
    const target = row === null ? null : targetOf(row);
    if (row === null || target === null) return;
    const { connection, prefix, group } = target;
    const count = groupOf(row).length;
    const what = `group ${prefix}${group} (${count} ${count === 1 ? 'process' : 'processes'})`;
    ask(verb, [{ connection, prefix, name: group, isGroup: true }], what);
  };
  const openPage = (open: (row: Row, target: ActionTarget) => Page): void => {
    const row = selectedRow(arranged(), list);
    const target = row === null ? null : targetOf(row);
    if (row !== null && target !== null) mode = { kind: 'page', page: open(row, target) };
  };
  const openLog = (): void =>
    openPage(({ name: shown }, { connection, name }) =>
      openLogView({ connection, name, title: shown, hasColour, changed: drawSoon }),
    );
  const openWhy = (): void =>
    openPage(({ name: shown }, { connection, name }) =>
      openDetails({
        connection,
        name,
        title: shown,
        hasColour,
        row: () => rows().find((row) => row.name === shown) ?? null,
        changed: drawSoon,
      }),
    );
  const help = (): void => {
    mode = { kind: 'page', page: openHelp(hasColour) };
  };
  const goBy = (by: number) => (): void => {
    list = move(list, arranged(), by, height());
  };
  const change = (next: (list: List) => List) => (): void => {
    list = show(next(list), arranged(), height());
  };
  const markSelected = (): void => {
    const row = selectedRow(arranged(), list);
    if (row === null || targetOf(row) === null) return;
    list = toggleMarks(list, [row.name]);
    goBy(1)();
  };
  const markGroup = (): void => {
    const row = selectedRow(arranged(), list);
    if (row !== null)
      list = toggleMarks(
        list,
        groupOf(row).map(({ name }) => name),
      );
  };

  const letters: Readonly<Record<string, () => void>> = {
    q: close,
    k: goBy(-1),
    j: goBy(1),
    s: () => actOnChosen('start'),
    x: () => actOnChosen('stop'),
    r: () => actOnChosen('restart'),
    S: () => actOnGroup('start'),
    X: () => actOnGroup('stop'),
    R: () => actOnGroup('restart'),
    ' ': markSelected,
    g: markGroup,
    a: () => {
      list = toggleAll(
        list,
        arranged().filter((row) => targetOf(row) !== null),
      );
    },
    t: openLog,
    i: openWhy,
    '/': () => {
      mode = { kind: 'filter' };
    },
    o: change(orderByNext),
    O: change(reverseOrder),
    N: change((before) => orderBy(before, 'name')),
    P: change((before) => orderBy(before, 'cpu')),
    M: change((before) => orderBy(before, 'memory')),
    '?': help,
    h: help,
  };
  const named: Readonly<Record<string, () => void>> = {
    up: goBy(-1),
    down: goBy(1),
    'page-up': () => goBy(-Math.max(1, height()))(),
    'page-down': () => goBy(Math.max(1, height()))(),
    home: goBy(Number.NEGATIVE_INFINITY),
    end: goBy(Number.POSITIVE_INFINITY),
    enter: openLog,
    escape: change(undo),
  };
  const pressInFilter = (key: Key): void => {
    if (key === 'enter') mode = LIST;
    else if (key === 'escape') {
      list = { ...list, filter: '' };
      mode = LIST;
    } else if (key === 'up' || key === 'down') goBy(key === 'up' ? -1 : 1)();
    else list = { ...list, filter: editText(list.filter, key) };
  };
  const pressInQuestion = (key: Key, { verb, targets, text }: Question): void => {
    mode = LIST;
    const isYes = typeof key === 'object' && 'text' in key && key.text.toLowerCase() === 'y';
    if (isYes) void run(verb, targets, text.slice(verb.length + 1, -'? y/N'.length));
    else message = null;
  };
  const pressInList = (key: Key): void => {
    message = null;
    if (typeof key !== 'object') named[key]?.();
    else if ('text' in key) letters[key.text]?.();
  };
  const press = (key: Key): void => {
    if (screen === null) return;
    if (key === 'interrupt') {
      close();
      return;
    }
    if (key === 'suspend') {
      screen.suspend();
      return;
    }
    if (key === 'redraw') screen.forget();
    else if (mode.kind === 'filter') pressInFilter(key);
    else if (mode.kind === 'question') pressInQuestion(key, mode.question);
    else if (mode.kind === 'list') pressInList(key);
    else if (!mode.page.press(key)) {
      mode.page.close();
      mode = LIST;
    }
    draw();
  };

  screen = openFullScreen({ key: press, changed: draw });
  draw();
  views = hosts.map((host) => viewHost(host, { intervalMs, visible, changed: draw }));
}
