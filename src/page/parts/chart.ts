/**
 * One line over time, drawn by uPlot; loaded when it is needed.
 *
 * @module
 */
import uPlot from 'uplot';

export interface Series {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  /** Negative where there is none. */
  readonly values: readonly number[];
  text(value: number): string;
}

const HEIGHT = 130;
const AXIS_WIDTH = 62;

/** Draws into an element; returns what removes it. */
export function drawChart(element: HTMLElement, { times, values, text }: Series): () => void {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: colour('quiet'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const chart = new uPlot(
    {
      width: element.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, points: { size: 6 } },
      scales: { y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.15 : 1] } },
      axes: [
        { ...axis, space: 70, values: (_chart, ticks) => ticks.map(clock) },
        { ...axis, size: AXIS_WIDTH, space: 36, values: (_chart, ticks) => ticks.map(text) },
      ],
      series: [
        {},
        { stroke: colour('accent'), fill: colour('accent-ground'), width: 1.5, points: { show: false } },
      ],
    },
    [[...times], values.map((value) => (value < 0 ? null : value))],
    element,
  );
  const resize = (): void => chart.setSize({ width: element.clientWidth, height: HEIGHT });
  window.addEventListener('resize', resize);
  return () => {
    window.removeEventListener('resize', resize);
    chart.destroy();
  };
}

function clock(seconds: number): string {
  const at = new Date(seconds * 1000);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
}
