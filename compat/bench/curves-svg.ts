/**
 * Draws how figures grow with the number of programs: one panel for each curve, both axes logarithmic.
 *
 * @module
 */
import type { SubjectName, Unit } from './figure.ts';
import { formatValue } from './format.ts';
import { type LogScale, logScale } from './log-scale.ts';
import type { Line, MeasuredCurve } from './report.ts';

const COLUMNS = 2;
const WIDTH = 920;
const HEAD = 56;
const PANEL = { width: WIDTH / COLUMNS, height: 270 };
/** The frame of the axes within a panel. */
const FRAME = { left: 74, right: PANEL.width - 30, top: 40, bottom: PANEL.height - 50 };

/** Colours for a light page; shapes and dashes distinguish subjects as well. */
const LIGHT = {
  page: '#fcfcfb',
  title: '#0b0b0b',
  text: '#52514e',
  grid: '#e1e0d9',
  ours: '#2a78d6',
  reference: '#d95926',
  floor: '#898781',
  peer: '#6f5fd0',
};

/** The same for readers whose system is dark. */
const DARK: typeof LIGHT = {
  page: '#1a1a19',
  title: '#ffffff',
  text: '#c3c2b7',
  grid: '#383835',
  ours: '#3987e5',
  reference: '#eb6834',
  floor: '#a5a39c',
  peer: '#9085e9',
};

/** For pictures on light and dark pages. */
export const PICTURE_STYLE = `
text { font: 12px system-ui, sans-serif } .title { font-size: 14px; font-weight: 600 }
.grid { stroke-width: 1 } .line { stroke-width: 2; fill: none }
.line.floor { stroke-dasharray: 5 4 } .line.peer { stroke-dasharray: 2 3 }
${colours(LIGHT)}
@media (prefers-color-scheme: dark) {
${colours(DARK)}
}`;

/** Plain rules rather than variables, which not every program that shows an SVG knows. */
function colours(theme: typeof LIGHT): string {
  return [
    `.page { fill: ${theme.page} } text { fill: ${theme.text} } .title { fill: ${theme.title} } .grid { stroke: ${theme.grid} }`,
    ...(['ours', 'reference', 'floor', 'peer'] as const).map(
      (name) => `.mark.${name} { fill: ${theme[name]} } .line.${name} { stroke: ${theme[name]} }`,
    ),
  ].join('\n');
}

/** The whole picture as the text of an SVG file. */
export function curvesSvg(curves: readonly MeasuredCurve[]): string {
  const height = HEAD + Math.ceil(curves.length / COLUMNS) * PANEL.height;
  const subjects = [...new Set(curves.flatMap(({ lines }) => lines.map(({ subject }) => subject)))];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="How figures grow with the number of programs">`,
    `<style>${PICTURE_STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="6"/>`,
    ...subjects.flatMap(legend),
    ...curves.flatMap((curve, index) => panel(curve, index)),
    '</svg>',
    '',
  ].join('\n');
}

function legend(subject: SubjectName, index: number): string[] {
  const x = FRAME.left + index * 130;
  const y = HEAD / 2 + 4;
  return [
    path(subject, [
      [x, y],
      [x + 32, y],
    ]),
    marker(subject, x + 16, y),
    pictureText(x + 40, y + 4, subject),
  ];
}

function panel({ title, unit, counts, lines }: MeasuredCurve, index: number): string[] {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const x = logScale(counts, 1, FRAME.left, FRAME.right);
  const y = logScale(values, unit === 'memory' ? 1024 * 1024 : 1, FRAME.bottom, FRAME.top);
  const left = (index % COLUMNS) * PANEL.width;
  const top = HEAD + Math.floor(index / COLUMNS) * PANEL.height;
  return [
    `<g transform="translate(${left} ${top})">`,
    pictureText(FRAME.left, FRAME.top - 16, title, 'class="title"'),
    ...axes(x, y, unit),
    ...lines.flatMap((line) => drawn(line, x, y)),
    '</g>',
  ];
}

function axes(x: LogScale, y: LogScale, unit: Unit): string[] {
  return [
    ...x.ticks.flatMap((tick) => [
      gridLine(x.place(tick), FRAME.top, x.place(tick), FRAME.bottom),
      pictureText(x.place(tick), FRAME.bottom + 18, tick.toLocaleString('en-US'), 'text-anchor="middle"'),
    ]),
    ...y.ticks.flatMap((tick) => [
      gridLine(FRAME.left, y.place(tick), FRAME.right, y.place(tick)),
      pictureText(FRAME.left - 8, y.place(tick) + 4, tickLabel(tick, unit), 'text-anchor="end"'),
    ]),
    pictureText((FRAME.left + FRAME.right) / 2, FRAME.bottom + 36, 'programs', 'text-anchor="middle"'),
  ];
}

function drawn({ subject, points }: Line, x: LogScale, y: LogScale): string[] {
  const places = points.map(({ count, value }) => [x.place(count), y.place(value)] as const);
  return [path(subject, places), ...places.map(([left, top]) => marker(subject, left, top))];
}

/** A tick as `10 ms` or `1 s`, without the digits that a figure has. */
function tickLabel(value: number, unit: Unit): string {
  return formatValue(value, unit).replace(/\.0+(?=\D|$)/, '');
}

function path(subject: SubjectName, places: readonly (readonly [number, number])[]): string {
  const points = places.map(([x, y]) => `${rounded(x)} ${rounded(y)}`).join(' L ');
  return `<path class="line ${styleOf(subject)}" d="M ${points}"/>`;
}

function marker(subject: SubjectName, x: number, y: number): string {
  const shape = `class="mark ${styleOf(subject)}"`;
  switch (subject) {
    case 'ours':
      return `<circle ${shape} cx="${rounded(x)}" cy="${rounded(y)}" r="4"/>`;
    case 'reference':
      return `<rect ${shape} x="${rounded(x - 3.5)}" y="${rounded(y - 3.5)}" width="7" height="7"/>`;
    default:
      return `<polygon ${shape} points="${[
        [x, y - 4.5],
        [x + 4.5, y],
        [x, y + 4.5],
        [x - 4.5, y],
      ]
        .map((corner) => corner.map(rounded).join(','))
        .join(' ')}"/>`;
  }
}

function styleOf(subject: SubjectName): string {
  return subject === 'ours' || subject === 'reference' || subject === 'floor' ? subject : 'peer';
}

function gridLine(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}"/>`;
}

/** An element with text, at a place in user units. */
export function pictureText(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${rounded(x)}" y="${rounded(y)}"${attributes && ` ${attributes}`}>${escaped}</text>`;
}

/** One decimal is a tenth of a pixel. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
