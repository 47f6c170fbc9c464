import { expect, test } from 'vitest';
import { timeCalls } from '../../compat/bench/calls.ts';
import { curvesSvg } from '../../compat/bench/curves-svg.ts';
import type { Case } from '../../compat/bench/figure.ts';
import { logScale } from '../../compat/bench/log-scale.ts';
import { curvesOf, type MeasuredCurve } from '../../compat/bench/report.ts';
import { markdownCurveTable, plainCurveTable } from '../../compat/bench/table.ts';

const counts = [10, 100, 1000];

const growing: Case = {
  name: 'growing',
  setting: 'some',
  timeoutSeconds: 1,
  figures: [],
  curves: [
    {
      name: 'start',
      title: 'programs started',
      meaning: 'how long they take',
      unit: 'time',
      counts,
      sample: (count) => `start.${count}`,
    },
  ],
  run: async () => ({}),
};

const start: MeasuredCurve = {
  name: 'start',
  title: 'programs started',
  unit: 'time',
  counts,
  lines: [
    {
      subject: 'ours',
      points: [
        { count: 10, value: 0.01 },
        { count: 1000, value: 1 },
      ],
    },
    { subject: 'pm2', points: [{ count: 10, value: 0.2 }] },
  ],
};

test('a logarithmic axis has a tick for each power of ten around the values', () => {
  const { ticks, place } = logScale([0.02, 3], 1, 0, 300);
  expect(ticks.map((tick) => Number(tick.toPrecision(3)))).toEqual([0.01, 0.1, 1, 10]);
  expect(place(0.01)).toBeCloseTo(0);
  expect(place(0.1)).toBeCloseTo(100);
  expect(place(10)).toBeCloseTo(300);
});

test('values on ticks ask for no further decade, and a single value still gets an axis', () => {
  expect(logScale([10, 100, 1000, 10_000], 1, 0, 1).ticks).toEqual([10, 100, 1000, 10_000]);
  expect(logScale([10], 1, 0, 1).ticks).toEqual([10, 100]);
});

test('an axis may run upwards, and count in megabytes', () => {
  const { ticks, place } = logScale([5 * 1024 * 1024], 1024 * 1024, 200, 0);
  expect(ticks).toEqual([1024 * 1024, 10 * 1024 * 1024]);
  expect(place(10 * 1024 * 1024)).toBeCloseTo(0);
  expect(place(1024 * 1024)).toBeCloseTo(200);
});

test('a curve has the median of what was measured for each number of programs, and no other points', () => {
  const measured = { ours: { 'start.10': [3, 1, 2], 'start.1000': [9] }, reference: { other: [1] } };
  expect(curvesOf([growing], measured)).toEqual([
    {
      name: 'start',
      title: 'programs started',
      unit: 'time',
      counts,
      lines: [
        {
          subject: 'ours',
          points: [
            { count: 10, value: 2 },
            { count: 1000, value: 9 },
          ],
        },
      ],
    },
  ]);
  expect(curvesOf([growing], {})).toEqual([]);
});

test('the table of curves has a dash for a point that was not measured', () => {
  expect(markdownCurveTable([start])).toEqual([
    '| programs | of | 10 | 100 | 1,000 |',
    '| --- | --- | ---: | ---: | ---: |',
    '| programs started | ours | 10.0 ms | – | 1.00 s |',
    '| programs started | pm2 | 200 ms | – | – |',
  ]);
  expect(plainCurveTable([])).toEqual([]);
});

test('the picture has axes with words, a legend, and a mark for each point', () => {
  const svg = curvesSvg([start]);
  for (const label of ['programs started', 'programs', '10 ms', '100 ms', '1 s', '1,000', 'ours', 'pm2']) {
    expect(svg).toContain(`>${label}</text>`);
  }
  // One mark more than points: the one of the legend.
  expect(svg.match(/<circle class="mark ours"/g)).toHaveLength(3);
  expect(svg.match(/<polygon class="mark peer"/g)).toHaveLength(2);
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg).not.toContain('NaN');
});

test('a larger value stands higher, and more programs further right', () => {
  const places = [...curvesSvg([start]).matchAll(/<circle class="mark ours" cx="([\d.]+)" cy="([\d.]+)"/g)]
    .slice(1)
    .map(([, x, y]) => [Number(x), Number(y)]);
  const [[smallX = 0, smallY = 0] = [], [largeX = 0, largeY = 0] = []] = places;
  expect(largeX).toBeGreaterThan(smallX);
  expect(largeY).toBeLessThan(smallY);
});

test('text cannot break the picture', () => {
  const svg = curvesSvg([{ ...start, title: 'a < b & c' }]);
  expect(svg).toContain('>a &lt; b &amp; c</text>');
});

test('calls are made at least once and no more often than asked for', async () => {
  let calls = 0;
  const call = async () => {
    calls += 1;
  };
  expect(await timeCalls(3, 60, call)).toHaveLength(3);
  expect(await timeCalls(3, 0, call)).toHaveLength(1);
  expect(calls).toBe(4);
});
