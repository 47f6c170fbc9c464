/**
 * One program's output inside the live view.
 *
 * @module
 */

import { prefixLines } from '../terminal/log-prefix.ts';
import { fitText, printable } from '../terminal/text-width.ts';
import { openLog } from '../wire/log-stream.ts';
import type { Connection } from '../wire/rpc-client.ts';
import { explainTrouble, HttpStatusError } from '../wire/trouble.ts';
import type { Size } from './screen.ts';

const KEPT_LINES = 1000;

export interface LogView {
  draw(size: Size): string[];
  close(): void;
}

/**
 * Follows both channels; `changed` is called when there is something new to draw.
 *
 * @param title what is shown for the name
 */
export function openLogView(
  connection: Connection,
  name: string,
  title: string,
  changed: () => void,
): LogView {
  const lines: string[] = [];
  const show = (line: string): void => {
    lines.push(printable(line));
    if (lines.length > KEPT_LINES) lines.shift();
    changed();
  };
  const cuts = (['stdout', 'stderr'] as const).map((channel) => {
    const stream = prefixLines('', show);
    return openLog(connection, `/logtail/${name}/${channel}`, {
      part: (bytes) => stream.push(bytes),
      end: (error) => {
        stream.end();
        const isSilent = error === null || (error instanceof HttpStatusError && error.status === 404);
        if (!isSilent) show(`(${channel}: ${explainTrouble(error, connection.serverUrl)})`);
      },
    });
  });
  return {
    draw: ({ columns, rows }) => {
      const height = Math.max(0, rows - 2);
      const shown = height === 0 ? [] : lines.slice(-height);
      return [
        fitText(`==> ${printable(title)} <==`, columns),
        ...shown.map((line) => fitText(line, columns)),
        ...Array.from({ length: height - shown.length }, () => ' '.repeat(columns)),
        fitText('q back', columns),
      ].slice(0, rows);
    },
    close: () => {
      for (const cut of cuts) cut();
    },
  };
}
