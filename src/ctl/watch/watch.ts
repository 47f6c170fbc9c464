/**
 * The live view: draws the processes of its hosts, and acts on keys.
 *
 * @module
 */
import type { Session } from '../session.ts';
import { type ActionTarget, act, summarise, type Verb } from './actions.ts';
import { KEY_HINTS } from './bindings.ts';
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
import { logLines } from './log-lines.ts';
import { followLogs } from './log-streams.ts';
import { openLogView } from './log-view.ts';
import type { Page } from './pager.ts';
import type { Row } from './rows.ts';
import { drawScreen, planScreen, type View } from './screen.ts';
import { groupTarget, nameTargets, rowsOfGroup, targetOf } from './targets.ts';
import { type FullScreen, openFullScreen } from './terminal.ts';
import { titleOf } from './title.ts';

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
  const height = (): number => (screen === null ? 1 : planScreen(footer(), KEY_HINTS, screen.size()).height);

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
      keys: KEY_HINTS,
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
      .map((row) => targetOf(hosts, row))
      .filter((target) => target !== null);
    ask(verb, targets, nameTargets(targets));
  };
  const actOnGroup = (verb: Verb): void => {
    const row = selectedRow(arranged(), list);
    const group = row === null ? null : groupTarget(hosts, rows(), row);
    if (group !== null) ask(verb, [group.target], group.what);
  };
  const openPage = (open: (row: Row, target: ActionTarget) => Page): void => {
    const row = selectedRow(arranged(), list);
    const target = row === null ? null : targetOf(hosts, row);
    if (row !== null && target !== null) mode = { kind: 'page', page: open(row, target) };
  };
  const openLog = (): void =>
    openPage(({ name: title }, { connection, name }) => {
      const lines = logLines();
      const end = followLogs(connection, name, (channel, text) => {
        lines.add(channel, text);
        drawSoon();
      });
      return openLogView({ lines, title, hasColour, close: end });
    });
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
    if (row === null || targetOf(hosts, row) === null) return;
    list = toggleMarks(list, [row.name]);
    goBy(1)();
  };
  const markGroup = (): void => {
    const row = selectedRow(arranged(), list);
    if (row !== null)
      list = toggleMarks(
        list,
        rowsOfGroup(hosts, rows(), row).map(({ name }) => name),
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
        arranged().filter((row) => targetOf(hosts, row) !== null),
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
