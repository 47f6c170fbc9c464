import { expect, test } from 'vitest';
import { flatnessOf } from '../../compat/soak/flatness.ts';
import { timeSvg } from '../../compat/soak/time-svg.ts';

const LENGTH = 80;
const steady = Array.from({ length: LENGTH }, (_, at) => 100 + (at % 3));

test('a figure that moves around a value is flat, also after a high beginning', () => {
  expect(flatnessOf(steady, 1)).toEqual({ before: 101, after: 101, isFlat: true });
  const settling = steady.map((value, at) => (at < LENGTH / 5 ? value + 500 : value));
  expect(flatnessOf(settling, 1).isFlat).toBe(true);
});

test('a figure that grows is found, however slowly', () => {
  const growing = steady.map((value, at) => value + at / 10);
  expect(flatnessOf(growing, 3)).toMatchObject({ isFlat: false });
});

test('one high sample at the end is not growth', () => {
  expect(flatnessOf([...steady.slice(1), 10_000], 1).isFlat).toBe(true);
});

test('the picture has a panel for each curve, from zero to the longest time', () => {
  const svg = timeSvg([
    {
      title: 'Memory',
      unit: 'MB',
      points: [
        [0, 10],
        [60, 30],
      ],
    },
    {
      title: 'Descriptors',
      unit: 'number',
      points: [
        [0, 1],
        [60, 1],
      ],
    },
  ]);
  expect(svg.match(/<path class="line ours"/g)).toHaveLength(2);
  expect(svg).toContain('>Memory (MB)</text>');
  expect(svg).toContain('>60</text>');
  expect(svg).toContain('>50</text>');
});
