/**
 * The live view: polls the processes, draws them, and acts on keys.
 *
 * @module
 */

import { FAULT_CODES } from '../../rpc/faults.ts';
import { describeStart, describeStop } from '../outcomes.ts';
import type { Session } from '../session.ts';
import { parseServerUrl } from '../wire/server-url.ts';
import { explainTrouble, FaultError } from '../wire/trouble.ts';
import { type Key, readKeys } from './keys.ts';
import { readLastLines } from './last-lines.ts';
import { type LogView, openLogView } from './log-view.ts';
import { type Observations, observe, type Row } from './rows.ts';
import { drawScreen, firstShown, listHeight } from './screen.ts';
import { type FullScreen, openFullScreen } from './terminal.ts';
import { usageReader } from './usage.ts';

const KEYS = '↑↓ select  s start  x stop  r restart  t tail  / filter  q quit';
const REDRAW_MS = 50;

type Mode =
  | { readonly kind: 'list' }
  | { readonly kind: 'filter' }
  | { readonly kind: 'confirm'; readonly verb: 'stop' | 'restart'; readonly name: string }
  | { readonly kind: 'log'; readonly view: LogView };

const LIST: Mode = { kind: 'list' };

/** Shows the view until a key leaves it. */
export function watchProcesses(session: Session, intervalMs: number): Promise<void> {
  return new Promise((resolve) => new Watch(session, intervalMs, resolve).open());
}

class Watch {
  readonly #session: Session;
  readonly #intervalMs: number;
  readonly #leave: () => void;
  #screen: FullScreen | null = null;
  #mode: Mode = LIST;
  #rows: readonly Row[] = [];
  #observations: Observations = new Map();
  #lastLines: ReadonlyMap<string, string> = new Map();
  /** The name of the selected row; its place changes with the rows. */
  #selected: string | null = null;
  /** The first row that was shown after the last key; a smaller terminal, or fewer rows, do not change it. */
  #top = 0;
  #filter = '';
  #message = '';
  #nextPoll: NodeJS.Timeout | null = null;
  #redraw: NodeJS.Timeout | null = null;
  #isPolling = false;

  constructor(session: Session, intervalMs: number, leave: () => void) {
    this.#session = session;
    this.#intervalMs = intervalMs;
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
    void this.#poll();
  }

  #close(): void {
    if (this.#nextPoll !== null) clearTimeout(this.#nextPoll);
    if (this.#redraw !== null) clearTimeout(this.#redraw);
    if (this.#mode.kind === 'log') this.#mode.view.close();
    this.#screen?.restore();
    this.#screen = null;
    this.#leave();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling || this.#screen === null) return;
    this.#isPolling = true;
    const { connection, supervisor } = this.#session;
    try {
      const infos = await supervisor.getAllProcessInfo();
      this.#lastLines = await readLastLines(
        connection,
        this.#visibleRows().map(({ name }) => name),
      );
      const usageOf = usageReader(parseServerUrl(connection.serverUrl));
      const next = observe(infos, this.#observations, usageOf, this.#lastLines);
      this.#rows = next.rows;
      this.#observations = next.observations;
      if (this.#message.startsWith(TROUBLE)) this.#message = '';
    } catch (error) {
      this.#message = `${TROUBLE}${explainTrouble(error, connection.serverUrl)}`;
    }
    this.#isPolling = false;
    if (this.#screen === null) return;
    this.#draw();
    this.#nextPoll = setTimeout(() => void this.#poll(), this.#intervalMs);
  }

  /** Polls at once, after an action. */
  #pollNow(): void {
    if (this.#nextPoll !== null) clearTimeout(this.#nextPoll);
    void this.#poll();
  }

  #filtered(): readonly Row[] {
    return this.#filter === '' ? this.#rows : this.#rows.filter(({ name }) => name.includes(this.#filter));
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
    for (const { state } of this.#rows) counts.set(state, (counts.get(state) ?? 0) + 1);
    const states = [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
    const filtered = this.#filter === '' ? '' : ` (${shown} shown)`;
    return `${states}${filtered}  ${this.#session.connection.serverUrl}`;
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
    if (this.#selected === null) return;
    const view = openLogView(this.#session.connection, this.#selected, () => this.#drawSoon());
    this.#mode = { kind: 'log', view };
  }

  async #act(verb: 'start' | 'stop' | 'restart', name: string): Promise<void> {
    const { supervisor } = this.#session;
    const results: string[] = [];
    this.#message = `${verb} ${name} …`;
    try {
      if (verb !== 'start')
        results.push(await resultLine(name, () => supervisor.stopProcess(name), describeStop));
      this.#pollNow();
      if (verb !== 'stop')
        results.push(await resultLine(name, () => supervisor.startProcess(name), describeStart));
      this.#message = results.join('  ');
    } catch (error) {
      this.#message = explainTrouble(error, this.#session.connection.serverUrl);
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
