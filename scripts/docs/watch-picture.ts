/** docs/pictures/watch.svg: the live view of the client, drawn by the client itself from sample rows. */

import { KEY_HINTS } from '../../src/ctl/watch/bindings.ts';
import { FRESH_LIST } from '../../src/ctl/watch/list.ts';
import { SERVER_ORDER } from '../../src/ctl/watch/order.ts';
import type { Row } from '../../src/ctl/watch/rows.ts';
import { drawScreen } from '../../src/ctl/watch/screen.ts';
import { titleOf } from '../../src/ctl/watch/title.ts';

const SIZE = { columns: 100, rows: 12 };
/** Of a cell of the font, in pixels. */
const WIDTH = 8.4;
const HEIGHT = 20;
const PADDING = 14;
const BACKGROUND = '#0d1117';
const FOREGROUND = '#c9d1d9';
/** The SGR codes that the client uses. */
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff7b72',
  32: '#7ee787',
  33: '#e3b341',
  36: '#79c0ff',
  90: '#8b949e',
};

const megabytes = (value: number): number => value * 1024 ** 2;

function sample(name: string, more: Partial<Row>): Row {
  return {
    name,
    group: name,
    state: 'RUNNING',
    pid: 0,
    uptimeSeconds: null,
    cpuPercent: null,
    memoryBytes: null,
    restarts: 0,
    reason: '',
    lastLine: '',
    ...more,
  };
}

function running(name: string, pid: number, more: Partial<Row>): Row {
  return sample(name, { pid, uptimeSeconds: 93_784, cpuPercent: 0.1, memoryBytes: megabytes(24), ...more });
}

const ROWS: readonly Row[] = [
  running('db', 812, {
    memoryBytes: megabytes(212),
    cpuPercent: 1.9,
    lastLine: 'checkpoint complete: 42 buffers',
  }),
  sample('mailer', {
    state: 'FATAL',
    restarts: 3,
    reason: 'Exited too quickly (process log may have details)',
    lastLine: 'cannot read /etc/mailer.yml',
  }),
  sample('reports', { state: 'STOPPED', reason: 'waiting for mailer (running)' }),
  running('web:web-0', 830, {
    cpuPercent: 12.4,
    memoryBytes: megabytes(61),
    lastLine: 'GET /orders/17 200 3 ms',
  }),
  running('web:web-1', 831, {
    cpuPercent: 9.8,
    memoryBytes: megabytes(58),
    restarts: 1,
    lastLine: 'GET / 304 1 ms',
  }),
  running('worker', 12_007, {
    uptimeSeconds: 724,
    cpuPercent: 101.3,
    memoryBytes: megabytes(1280),
    reason: 'unhealthy: no heartbeat for 31 s',
    lastLine: 'job 8112 done',
  }),
];

/** The file. */
export function watchPicture(): string {
  const list = { ...FRESH_LIST, marked: new Set(['web:web-0', 'web:web-1']) };
  const lines = drawScreen(
    {
      title: titleOf({
        rows: ROWS,
        shown: ROWS.length,
        list,
        trouble: null,
        name: 'unix:///run/supervisor.sock',
      }),
      isStale: false,
      rows: ROWS,
      selected: 1,
      marked: list.marked,
      order: SERVER_ORDER,
      top: 0,
      message: null,
      keys: KEY_HINTS,
      hasUsage: true,
      hasColour: true,
    },
    SIZE,
  );
  const width = Math.ceil(SIZE.columns * WIDTH + 2 * PADDING);
  const height = SIZE.rows * HEIGHT + 2 * PADDING;
  const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="${font}" font-size="14" xml:space="preserve">`,
    '<title>supervisorctl watch: six processes with state, uptime, pid, processor time, memory, restarts, reason and last line</title>',
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    ...lines.flatMap(drawLine),
    '</svg>',
    '',
  ].join('\n');
}

interface Style {
  readonly colour: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
  readonly isReversed: boolean;
}

const PLAIN: Style = { colour: FOREGROUND, isBold: false, isDim: false, isReversed: false };

/** The texts of a line, each with the style in which the terminal would show it. */
function drawLine(line: string, index: number): string[] {
  let style = PLAIN;
  let column = 0;
  const parts: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
  for (const [, codes, text] of line.matchAll(/\u001b\[([0-9;]*)m|([^\u001b]+)/g)) {
    if (codes !== undefined) style = codes.split(';').reduce(apply, style);
    if (text === undefined) continue;
    parts.push(...drawText(text, column, index, style));
    column += [...text].length;
  }
  return parts;
}

function apply(style: Style, code: string): Style {
  if (code === '0' || code === '') return PLAIN;
  if (code === '1') return { ...style, isBold: true };
  if (code === '2') return { ...style, isDim: true };
  if (code === '7') return { ...style, isReversed: true };
  return { ...style, colour: COLOURS[code] ?? style.colour };
}

/** Words apart, so that each stands in its cells in every font. */
function drawText(text: string, column: number, line: number, style: Style): string[] {
  const y = PADDING + line * HEIGHT;
  const x = (cells: number): string => (PADDING + cells * WIDTH).toFixed(1);
  const cells = [...text].length;
  const fill = style.isReversed ? BACKGROUND : style.colour;
  const extra = `${style.isBold ? ' font-weight="bold"' : ''}${style.isDim ? ' fill-opacity="0.7"' : ''}`;
  const back = style.isReversed
    ? [
        `<rect x="${x(column)}" y="${y}" width="${(cells * WIDTH).toFixed(1)}" height="${HEIGHT}" fill="${FOREGROUND}"/>`,
      ]
    : [];
  const words = [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
    const length = [...words].length;
    const at = column + [...text.slice(0, index)].length;
    return (
      `<text x="${x(at)}" y="${(y + HEIGHT - 5.5).toFixed(1)}" textLength="${(length * WIDTH).toFixed(1)}" ` +
      `lengthAdjust="spacingAndGlyphs" fill="${fill}"${extra}>${escapeXml(words)}</text>`
    );
  });
  return [...back, ...words];
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
