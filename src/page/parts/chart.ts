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
const AXIS_HEIGHT = 26;
/** Between two labels of the time axis, which have hours and minutes. */
const STEPS_SECONDS = [60, 120, 300, 600, 900, 1800];
/** A recording that has just begun is not stretched over the whole width. */
const LEAST_SECONDS = 300;

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
      scales: {
        x: { range: (_chart, min, max) => [Math.min(min, max - LEAST_SECONDS), max] },
        y: { range: (_chart, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
      },
      axes: [
        {
          ...axis,
          size: AXIS_HEIGHT,
          space: 70,
          incrs: STEPS_SECONDS,
          values: (_chart, ticks) => ticks.map(clock),
        },
        { ...axis, size: AXIS_WIDTH, space: 28, values: (_chart, ticks) => ticks.map(text) },
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
