/**
 * Draws figures over the time of a soak: one panel for each, both axes linear and from zero.
 *
 * @module
 */
import { PICTURE_STYLE, pictureText, rounded } from '../bench/curves-svg.ts';

export interface TimeCurve {
  readonly title: string;
  readonly unit: string;
  readonly points: readonly (readonly [seconds: number, value: number])[];
}

const WIDTH = 920;
const PANEL = { width: WIDTH / 2, height: 250 };
const FRAME = { left: 64, right: PANEL.width - 24, top: 40, bottom: PANEL.height - 50 };
const TICKS = 4;

/** The whole picture as the text of an SVG file. */
export function timeSvg(curves: readonly TimeCurve[]): string {
  const height = Math.ceil(curves.length / 2) * PANEL.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Memory and descriptors during a soak">`,
    `<style>${PICTURE_STYLE}\n</style>`,
    `<rect class="page" width="${WIDTH}" height="${height}" rx="6"/>`,
    ...curves.flatMap(panel),
    '</svg>',
    '',
  ].join('\n');
}

function panel({ title, unit, points }: TimeCurve, index: number): string[] {
  const mostSeconds = points.at(-1)?.[0] ?? 1;
  const most = roundUp(Math.max(...points.map(([, value]) => value), 1));
  const x = (seconds: number): number => FRAME.left + (seconds / mostSeconds) * (FRAME.right - FRAME.left);
  const y = (value: number): number => FRAME.bottom - (value / most) * (FRAME.bottom - FRAME.top);
  const path = points.map(([seconds, value]) => `${rounded(x(seconds))} ${rounded(y(value))}`).join(' L ');
  const steps = Array.from({ length: TICKS + 1 }, (_, step) => step / TICKS);
  return [
    `<g transform="translate(${(index % 2) * PANEL.width} ${Math.floor(index / 2) * PANEL.height})">`,
    pictureText(FRAME.left, FRAME.top - 16, `${title} (${unit})`, 'class="title"'),
    ...steps.flatMap((step) => [
      line(FRAME.left, y(step * most), FRAME.right, y(step * most)),
      pictureText(FRAME.left - 8, y(step * most) + 4, `${rounded(step * most)}`, 'text-anchor="end"'),
      pictureText(
        x(step * mostSeconds),
        FRAME.bottom + 18,
        `${Math.round(step * mostSeconds)}`,
        'text-anchor="middle"',
      ),
    ]),
    pictureText((FRAME.left + FRAME.right) / 2, FRAME.bottom + 36, 'seconds', 'text-anchor="middle"'),
    `<path class="line ours" d="M ${path}"/>`,
    '</g>',
  ];
}

/** To 1, 2 or 5 and zeros. */
function roundUp(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * magnitude >= value) ?? 10) * magnitude;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}"/>`;
}
