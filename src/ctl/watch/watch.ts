/**
 * The live view: draws the processes of its hosts, and acts on keys.
 *
 * @module
 */

import { FAULT_CODES } from '../../rpc/faults.ts';
import { describeStart, describeStop } from '../outcomes.ts';
import type { Session } from '../session.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { supervisorAt } from '../wire/supervisor-api.ts';
import { explainTrouble, FaultError } from '../wire/trouble.ts';
import { type HostView, silentRow, viewHost, type WatchedHost } from './host-view.ts';
import { type Key, readKeys } from './keys.ts';
import { type LogView, openLogView } from './log-view.ts';
import type { Row } from './rows.ts';
import { drawScreen, firstShown, listHeight } from './screen.ts';
import { type FullScreen, openFullScreen } from './terminal.ts';

const KEYS = '↑↓ select  s start  x stop  r restart  t tail  / filter  q quit';
const REDRAW_MS = 50;

type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'confirm'; readonly verb: 'stop' | 'restart'; readonly name: string }
  | { readonly kind: 'log'; readonly view: LogView };

const LIST: Mode = { kind: 'list' };

export interface WatchOptions {
  readonly intervalMs: number;
  /** Shown beside the counts. */
  readonly title: string;
  readonly hosts: readonly WatchedHost[];
}

/** Shows the view until a key leaves it. */
export function watchProcesses(session: Session, options: WatchOptions): Promise<void> {
  return new Promise((resolve) => new Watch(session, options, resolve).open());
}

class Watch {
  readonly #session: Session;
  readonly #options: WatchOptions;
  readonly #leave: () => void;
  #screen: FullScreen | null = null;
  #mode: Mode = LIST;
  #views: readonly HostView[] = [];
  /** The name of the selected row; its place changes with the rows. */
  #selected: string | null = null;
  /** The first row that was shown after the last key; a smaller terminal, or fewer rows, do not change it. */
  #top = 0;
  #filter = '';
  #message = '';
  #redraw: NodeJS.Timeout | null = null;

  constructor(session: Session, options: WatchOptions, leave: () => void) {
    this.#session = session;
    this.#options = options;
    this.#leave = leave;
  }

  open(): void {
    this.#screen = openFullScreen({
      input: (text) => {
        for (const key of readKeys(text)) this.#press(key);
      },
      resized: () => this.#draw(),
    });
    this.#draw();
    const { hosts, intervalMs } = this.#options;
    this.#views = hosts.map((host) =>
      viewHost(host, {
        intervalMs,
        visible: () => this.#visibleRows().map(({ name }) => name),
        changed: () => this.#polled(),
      }),
    );
  }

  #close(): void {
    for (const view of this.#views) view.close();
    if (this.#redraw !== null) clearTimeout(this.#redraw);
    if (this.#mode.kind === 'log') this.#mode.view.close();
    this.#screen?.restore();
    this.#screen = null;
    this.#leave();
  }

  /** Of one host the last rows stay, with a message; in a fleet a host that does not answer is a row. */
  #polled(): void {
    const [only, other] = this.#views;
    if (only !== undefined && other === undefined && only.host.prefix === '') {
      const trouble = only.trouble();
      if (trouble !== null) this.#message = TROUBLE + trouble;
      else if (this.#message.startsWith(TROUBLE)) this.#message = '';
    }
    this.#draw();
  }

  #pollNow(): void {
    for (const view of this.#views) view.pollNow();
  }

  #rows(): readonly Row[] {
    return this.#views.flatMap((view) => {
      const trouble = view.host.prefix === '' ? null : view.trouble();
      return trouble === null ? view.rows() : [silentRow(view.host, trouble)];
    });
  }

  /** The host of the row, and its name there; null for the row of a host that does not answer. */
  #target(shown: string): { readonly connection: Connection; readonly name: string } | null {
    const host = this.#options.hosts.find(({ prefix }) => shown.startsWith(prefix));
    const name = shown.slice(host?.prefix.length);
    return host === undefined || name === '' ? null : { connection: host.connection, name };
  }

  #filtered(): readonly Row[] {
    const rows = this.#rows();
    return this.#filter === '' ? rows : rows.filter(({ name }) => name.includes(this.#filter));
  }

  #visibleRows(): readonly Row[] {
    if (this.#screen === null) return [];
    const rows = this.#filtered();
    const height = listHeight(this.#screen.size());
    const top = this.#firstShown(rows, height);
    return rows.slice(top, top + height);
  }

  #draw(): void {
    if (this.#screen === null) return;
    const size = this.#screen.size();
    if (this.#mode.kind === 'log') {
      this.#screen.draw(this.#mode.view.draw(size));
      return;
    }
    const rows = this.#filtered();
    this.#screen.draw(
      drawScreen(
        {
          title: this.#title(rows.length),
          rows,
          selected: this.#selectedIndex(rows),
          top: this.#firstShown(rows, listHeight(size)),
          footer: this.#footer(),
          hasColour: this.#session.hasColour,
        },
        size,
      ),
    );
  }

  /** Draws after a short delay, so that a fast log is not drawn line by line. */
  #drawSoon(): void {
    this.#redraw ??= setTimeout(() => {
      this.#redraw = null;
      this.#draw();
    }, REDRAW_MS);
  }

  #title(shown: number): string {
    const counts = new Map<string, number>();
    for (const { state } of this.#rows()) counts.set(state, (counts.get(state) ?? 0) + 1);
    const states = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
    const filtered = this.#filter === '' ? '' : ` (${shown} shown)`;
    return `${states}${filtered}  ${this.#options.title}`;
  }

  #footer(): string {
    if (this.#mode.kind === 'filter') return `filter: ${this.#filter}_`;
    if (this.#mode.kind === 'confirm') return `${this.#mode.verb} ${this.#mode.name}? y/N`;
    return this.#message === '' ? KEYS : this.#message;
  }

  #selectedIndex(rows: readonly Row[]): number {
    const index = rows.findIndex(({ name }) => name === this.#selected);
    if (index >= 0) return index;
    this.#selected = rows[0]?.name ?? null;
    return 0;
  }

  #press(key: Key): void {
    if (key === 'interrupt') {
      this.#close();
      return;
    }
    const mode = this.#mode;
    if (mode.kind === 'filter') this.#pressInFilter(key);
    else if (mode.kind === 'confirm') this.#pressInConfirm(key, mode);
    else if (mode.kind === 'log') this.#pressInLog(key, mode.view);
    else this.#pressInList(key);
    this.#draw();
  }

  #pressInFilter(key: Key): void {
    if (key === 'enter') this.#mode = LIST;
    else if (key === 'escape') {
      this.#filter = '';
      this.#mode = LIST;
    } else if (key === 'backspace') this.#filter = [...this.#filter].slice(0, -1).join('');
    else if (typeof key === 'object') this.#filter += key.text;
  }

  #pressInConfirm(key: Key, { verb, name }: Mode & { kind: 'confirm' }): void {
    this.#mode = LIST;
    if (typeof key === 'object' && key.text.toLowerCase() === 'y') void this.#act(verb, name);
    else this.#message = '';
  }

  #pressInLog(key: Key, view: LogView): void {
    const leaves =
      key === 'escape' || key === 'enter' || (typeof key === 'object' && 'qt'.includes(key.text));
    if (!leaves) return;
    view.close();
    this.#mode = LIST;
  }

  #pressInList(key: Key): void {
    const page = this.#screen === null ? 1 : Math.max(1, listHeight(this.#screen.size()));
    this.#message = '';
    if (key === 'up') this.#move(-1);
    else if (key === 'down') this.#move(1);
    else if (key === 'page-up') this.#move(-page);
    else if (key === 'page-down') this.#move(page);
    else if (key === 'home') this.#move(Number.NEGATIVE_INFINITY);
    else if (key === 'end') this.#move(Number.POSITIVE_INFINITY);
    else if (key === 'enter') this.#openLog();
    else if (key === 'escape') this.#filter = '';
    else if (typeof key === 'object') this.#pressLetter(key.text);
  }

  #pressLetter(letter: string): void {
    if (letter === 'q') this.#close();
    else if (letter === 'k') this.#move(-1);
    else if (letter === 'j') this.#move(1);
    else if (letter === '/') this.#mode = { kind: 'filter' };
    else if (letter === 't') this.#openLog();
    else if (this.#selected === null) return;
    else if (letter === 's') void this.#act('start', this.#selected);
    else if (letter === 'x') this.#mode = { kind: 'confirm', verb: 'stop', name: this.#selected };
    else if (letter === 'r') this.#mode = { kind: 'confirm', verb: 'restart', name: this.#selected };
  }

  #firstShown(rows: readonly Row[], height: number): number {
    return firstShown(this.#selectedIndex(rows), this.#top, height, rows.length);
  }

  #move(by: number): void {
    const rows = this.#filtered();
    const target = Math.min(rows.length - 1, Math.max(0, this.#selectedIndex(rows) + by));
    this.#selected = rows[target]?.name ?? null;
    if (this.#screen !== null) this.#top = this.#firstShown(rows, listHeight(this.#screen.size()));
  }

  #openLog(): void {
    const target = this.#selected === null ? null : this.#target(this.#selected);
    if (target === null || this.#selected === null) return;
    const view = openLogView(target.connection, target.name, this.#selected, () => this.#drawSoon());
    this.#mode = { kind: 'log', view };
  }

  async #act(verb: 'start' | 'stop' | 'restart', shown: string): Promise<void> {
    const target = this.#target(shown);
    if (target === null) return;
    const { connection, name } = target;
    const supervisor = supervisorAt(connection);
    const results: string[] = [];
    this.#message = `${verb} ${shown} …`;
    try {
      if (verb !== 'start')
        results.push(await resultLine(shown, () => supervisor.stopProcess(name), describeStop));
      this.#pollNow();
      if (verb !== 'stop')
        results.push(await resultLine(shown, () => supervisor.startProcess(name), describeStart));
      this.#message = results.join('  ');
    } catch (error) {
      this.#message = explainTrouble(error, connection.serverUrl);
    }
    this.#pollNow();
  }
}

/** Begins a message that is removed when the server answers again. */
const TROUBLE = 'trying again: ';

async function resultLine(
  name: string,
  call: () => Promise<unknown>,
  describe: typeof describeStart,
): Promise<string> {
  try {
    await call();
    return describe({ name, code: FAULT_CODES.SUCCESS, text: '' });
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return describe({ name, code: error.code, text: error.message });
  }
}
