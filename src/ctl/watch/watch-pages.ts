/**
 * The pages of the live view in the place of the list: the logs of a process, what is known about it, help.
 *
 * @module
 */
import type { ActionTarget } from './actions.ts';
import { openDetails } from './details.ts';
import { openHelp } from './help.ts';
import { logLines } from './log-lines.ts';
import { followLogs } from './log-streams.ts';
import { openLogView } from './log-view.ts';
import type { Page } from './pager.ts';
import type { Row } from './rows.ts';
import { targetOf } from './targets.ts';
import type { WatchModel } from './watch-model.ts';

export interface WatchPages {
  openLog(): void;
  openDetails(): void;
  openHelp(): void;
}

/** @param changed called when what a page shows has changed */
export function watchPages(model: WatchModel, changed: () => void): WatchPages {
  const { hasColour } = model;
  const openPage = (open: (row: Row, target: ActionTarget) => Page): void => {
    const row = model.selected;
    const target = row === null ? null : targetOf(model.hosts, row);
    if (row !== null && target !== null) model.mode = { kind: 'page', page: open(row, target) };
  };
  return {
    openLog: () =>
      openPage(({ name: title }, { connection, name }) => {
        const lines = logLines();
        const close = followLogs(connection, name, (channel, text) => {
          lines.add(channel, text);
          changed();
        });
        return openLogView({ lines, title, hasColour, close });
      }),
    openDetails: () =>
      openPage(({ name: title }, { connection, name }) =>
        openDetails({
          connection,
          name,
          title,
          hasColour,
          changed,
          row: () => model.rows.find((row) => row.name === title) ?? null,
        }),
      ),
    openHelp: () => {
      model.mode = { kind: 'page', page: openHelp(hasColour) };
    },
  };
}
