/**
 * The live view: draws the processes of its hosts, and acts on keys.
 *
 * @module
 */
import type { Session } from '../session.ts';
import { viewHost, type WatchedHost } from './host-view.ts';
import type { Key } from './keys.ts';
import { drawScreen } from './screen.ts';
import { type FullScreen, openFullScreen } from './terminal.ts';
import { watchActions } from './watch-actions.ts';
import { watchKeys } from './watch-keys.ts';
import { WatchModel } from './watch-model.ts';
import { watchPages } from './watch-pages.ts';

const REDRAW_MS = 50;

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
  let screen: FullScreen | null = null;
  let redraw: NodeJS.Timeout | null = null;
  const model = new WatchModel({ hosts, title, hasColour, size: () => screen?.size() ?? null });

  const draw = (): void => {
    if (screen === null) return;
    const size = screen.size();
    const { mode } = model;
    screen.draw(mode.kind === 'page' ? mode.page.draw(size) : drawScreen(model.view, size));
  };
  /** After a short delay, so that a fast log is not drawn line by line. */
  const drawSoon = (): void => {
    redraw ??= setTimeout(() => {
      redraw = null;
      draw();
    }, REDRAW_MS);
  };
  const close = (): void => {
    for (const view of model.views) view.close();
    if (redraw !== null) clearTimeout(redraw);
    if (model.mode.kind === 'page') model.mode.page.close();
    screen?.restore();
    screen = null;
    leave();
  };
  const actions = watchActions(model, draw);
  const press = watchKeys({ model, actions, pages: watchPages(model, drawSoon), close });
  const key = (pressed: Key): void => {
    if (screen === null) return;
    if (pressed === 'interrupt') {
      close();
      return;
    }
    if (pressed === 'suspend') {
      screen.suspend();
      return;
    }
    if (pressed === 'redraw') screen.forget();
    else press(pressed);
    draw();
  };

  screen = openFullScreen({ key, changed: draw });
  draw();
  model.views = hosts.map((host) =>
    viewHost(host, { intervalMs, visible: () => model.visible, changed: draw }),
  );
}
