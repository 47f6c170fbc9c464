import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cases } from '../../compat/bench/cases/index.ts';
import { meanings, replaced, withFigures } from '../../compat/bench/documentation.ts';
import type { Case, Effort, Figure } from '../../compat/bench/figure.ts';
import { formatRatio, formatValue, formatVerdicts } from '../../compat/bench/format.ts';
import { casesOfRuns, type KeptFigures, keptRows, withReport } from '../../compat/bench/kept-figures.ts';
import { curvesOf, type Report, rowsOf } from '../../compat/bench/report.ts';
import type { Measured } from '../../compat/bench/rounds.ts';
import { median, medianOf, percentile, pooled } from '../../compat/bench/statistics.ts';
import { markdownTable, plainTable } from '../../compat/bench/table.ts';

const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');

const base: Figure = {
  name: 'x',
  title: 'x of {programs}',
  meaning: 'what x is',
  unit: 'time',
  better: 'lower',
  value: medianOf('x'),
};

function caseWith(figure: Partial<Figure>): Case {
  return {
    name: 'some',
    setting: '{programs} programs',
    timeoutSeconds: 1,
    figures: [{ ...base, ...figure }],
    run: async () => ({}),
  };
}

test('a median is the middle value, or lies between the two middle ones', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 9, 1, 2])).toBe(5.5);
  expect(median([])).toBeNaN();
});

test('a percentile is a value that was seen', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(percentile(values, 90)).toBe(180);
  expect(percentile(values, 99)).toBe(198);
  expect(percentile([3, 7], 99)).toBe(7);
  expect(percentile([], 99)).toBeNaN();
});

test('rounds are pooled by the name of the sample', () => {
  expect(pooled({ a: [1] }, { a: [2], b: [3] })).toEqual({ a: [1, 2], b: [3] });
});

test('twice as good is 2 ×, whether less or more is better', () => {
  const measured = { ours: { x: [1] }, reference: { x: [2] } };
  expect(rowsOf([caseWith({ better: 'lower' })], measured, 1)[0]?.timesBetter).toBe(2);
  expect(rowsOf([caseWith({ better: 'higher' })], measured, 1)[0]?.timesBetter).toBe(0.5);
});

test.each([
  [{ kind: 'at most', value: 3 } as const, 3, 10, true],
  [{ kind: 'at most', value: 3 } as const, 3.1, 10, false],
  [{ kind: 'between', low: 1, high: 1.05 } as const, 1.04, 10, true],
  [{ kind: 'between', low: 1, high: 1.05 } as const, 0.99, 10, false],
  [{ kind: 'between', low: 1, high: 1.05 } as const, 1.06, 10, false],
  [{ kind: 'times better', atLeast: 5 } as const, 2, 10, true],
  [{ kind: 'times better', atLeast: 5 } as const, 2, 9, false],
  [{ kind: 'at least of', times: 0.9, of: 'reference' } as const, 9, 10, true],
  [{ kind: 'at least of', times: 0.9, of: 'reference' } as const, 8.9, 10, false],
])('%o with %d against %d is met: %s', (target, ours, reference, isMet) => {
  const [row] = rowsOf([caseWith({ target })], { ours: { x: [ours] }, reference: { x: [reference] } }, 1);
  expect(row?.verdicts).toEqual([{ target, isMet }]);
});

test('without the reference a ratio is not known, and a target that needs none still is', () => {
  const alone = { ours: { x: [1] } };
  const [relative] = rowsOf([caseWith({ target: { kind: 'times better', atLeast: 5 } })], alone, 1);
  expect(relative).toMatchObject({ timesBetter: null, verdicts: [{ isMet: null }] });
  const [absolute] = rowsOf([caseWith({ target: { kind: 'at most', value: 5 } })], alone, 1);
  expect(absolute).toMatchObject({ timesBetter: null, verdicts: [{ isMet: true }] });
});

test('a target against another subject is judged by its figure', () => {
  const target = { kind: 'at most of', times: 1.5, of: 'floor' } as const;
  const verdictOf = (floor: number[]) =>
    rowsOf([caseWith({ target })], { ours: { x: [3] }, floor: { x: floor } }, 1)[0]?.verdicts[0]?.isMet;
  expect(verdictOf([2])).toBe(true);
  expect(verdictOf([1.9])).toBe(false);
  expect(verdictOf([])).toBeNull();
});

test('a figure with two targets has a verdict for each', () => {
  const target = [
    { kind: 'times better', atLeast: 12 },
    { kind: 'at most', value: 1 },
  ] as const;
  const [row] = rowsOf([caseWith({ target })], { ours: { x: [2] }, reference: { x: [30] } }, 1);
  expect(row?.verdicts.map(({ isMet }) => isMet)).toEqual([true, false]);
});

test('a figure that no side has does not show', () => {
  expect(rowsOf([caseWith({})], { ours: { y: [1] }, floor: { x: [1] } }, 1)).toEqual([]);
});

test('values are shown with three digits in a unit that fits', () => {
  expect(formatValue(1.0249, 'time')).toBe('1.02 s');
  expect(formatValue(0.0108, 'time')).toBe('10.8 ms');
  expect(formatValue(0.000_52, 'time')).toBe('520 µs');
  expect(formatValue(1531.4, 'rate')).toBe('1,531/s');
  expect(formatValue(0.95, 'rate')).toBe('0.95/s');
  expect(formatValue(30.6 * 1024 * 1024, 'memory')).toBe('30.6 MB');
  expect(formatValue(5.7 * 1024, 'memory')).toBe('5.70 KB');
  expect(formatValue(undefined, 'time')).toBe('–');
});

test('ratios are shown short, and a target shows whether it is met', () => {
  expect(formatRatio(1025.4)).toBe('1,025 ×');
  expect(formatRatio(0.765)).toBe('0.77 ×');
  expect(formatRatio(Number.POSITIVE_INFINITY)).toBe('∞');
  const between = { kind: 'between', low: 1, high: 1.05 } as const;
  expect(formatVerdicts([{ target: between, isMet: true }], 'time')).toBe('1.00 s to 1.05 s: met');
  const better = { kind: 'times better', atLeast: 50 } as const;
  const ofFloor = { kind: 'at most of', times: 1.5, of: 'floor' } as const;
  const verdicts = [
    { target: better, isMet: false },
    { target: ofFloor, isMet: null },
  ];
  expect(formatVerdicts(verdicts, 'rate')).toBe('≥ 50 ×: MISSED; ≤ 1.5 × floor: not known');
  expect(formatVerdicts([], 'time')).toBe('');
});

test('the table has the ratio first and one line for each figure', () => {
  const measured = { ours: { x: [0.01] }, reference: { x: [1] }, floor: { x: [0.005] } };
  const rows = rowsOf([caseWith({})], measured, 1000);
  expect(plainTable(rows)[1]?.trim().split(/ {2,}/)).toEqual([
    '100 ×',
    'x of 1,000',
    '10.0 ms',
    '1.00 s',
    '5.00 ms',
  ]);
  expect(markdownTable(rows)[2]).toBe('| 100 × | x of 1,000 | 10.0 ms | 1.00 s | 5.00 ms |  |');
});

test('peers share a column that is missing where none was measured', () => {
  const measured = { ours: { x: [0.01] }, pm2: { x: [0.02] }, svlogd: { x: [1] } };
  const lines = markdownTable(rowsOf([caseWith({})], measured, 1000));
  expect(lines[0]).toContain('| target | others |');
  expect(lines[2]).toBe('| – | x of 1,000 | 10.0 ms | – | – |  | pm2 20.0 ms, svlogd 1.00 s |');
});

test('only what stands between the marks of a page is replaced', () => {
  const before = 'head\n<!-- a: begin -->\nold\n<!-- a: end -->\nfoot';
  expect(replaced(before, 'a', ['new'])).toBe('head\n<!-- a: begin -->\nnew\n<!-- a: end -->\nfoot');
  expect(() => replaced(before, 'b', [])).toThrow('no marks for b');
});

const effort: Effort = {
  rounds: 3,
  programs: 1000,
  boots: 1,
  restarts: 1,
  restartSeconds: 1,
  starts: 1,
  callSeconds: 1,
  idleSeconds: 1,
  events: 1,
};

/** What a run of some cases measures on one machine. */
function reportOf(chosen: readonly Case[], measured: Measured): Report {
  return {
    measured,
    troubles: [],
    machine: {
      cpus: 2,
      model: 'cpu',
      memoryBytes: 2 ** 34,
      kernel: '6',
      node: 'v20',
      fileLimit: 20_000,
      load: 0.25,
    },
    commands: {},
    effort,
    seconds: 60,
    rows: rowsOf(chosen, measured, 1000),
    curves: curvesOf(chosen, measured),
  };
}

const NOTHING: KeptFigures = { runs: {}, rows: [], curves: [] };

test('the figures of a run can be written into docs/performance.md, again and again', () => {
  const report = reportOf(cases, { ours: { restart: [0.008] }, reference: { restart: [1.02] } });
  const kept = withReport(NOTHING, report, '2026-01-02 03:04');
  const once = withFigures(page, kept, cases, 1000);
  expect(once).toContain('| 128 × | crash to restarted process, median | 8.00 ms | 1.02 s |');
  expect(once).toContain(
    'Seen on 2026-01-02 03:04 UTC on 2 × cpu, 16 GB, Linux 6, Node.js v20, at most 20,000 open files, load 0.3 before the start; 3 rounds.',
  );
  expect(withFigures(once, kept, cases, 1000)).toBe(once);
});

test('a run of one case replaces its figures, and the others keep the date of theirs', () => {
  const one = { ...caseWith({}), name: 'one' };
  const two = { ...caseWith({ name: 'y', title: 'y', value: medianOf('y') }), name: 'two' };
  const three = { ...caseWith({ name: 'z', title: 'z', value: medianOf('z') }), name: 'three' };
  const all = [one, two, three];
  const first = withReport(NOTHING, reportOf(all, { ours: { x: [1], y: [2], z: [3] } }), '2026-01-01 00:00');
  const both = withReport(first, reportOf([two], { ours: { y: [4] } }), '2026-01-02 00:00');
  expect(keptRows(both, all, 1).map(({ values }) => values.ours)).toEqual([1, 4, 3]);
  expect([...casesOfRuns(both, all)]).toEqual([
    ['2026-01-01 00:00', ['one', 'three']],
    ['2026-01-02 00:00', ['two']],
  ]);
  const renewed = withReport(both, reportOf(all, { ours: { x: [5], y: [6], z: [7] } }), '2026-01-03 00:00');
  expect(Object.keys(renewed.runs)).toEqual(['2026-01-03 00:00']);
});

test('a kept figure that no case defines any more does not show', () => {
  const kept = withReport(NOTHING, reportOf([caseWith({})], { ours: { x: [1] } }), '2026-01-01 00:00');
  expect(keptRows(kept, [caseWith({ name: 'other' })], 1)).toEqual([]);
});

test('figures with a place stand first', () => {
  const measured = { ours: { x: [1] } };
  const figures = [{}, { place: 2 }, {}, { place: 1 }].map(
    (more, index): Figure => ({ ...base, name: `${index}`, title: `${index}`, ...more }),
  );
  const rows = rowsOf([{ ...caseWith({}), figures }], measured, 1);
  expect(rows.map(({ name }) => name)).toEqual(['3', '1', '0', '2']);
});

test('no two figures have the same place', () => {
  const places = cases.flatMap(({ figures }) => figures.flatMap(({ place }) => place ?? []));
  expect([...places].sort((a, b) => a - b)).toEqual(
    places.map((_, index) => index + 1).sort((a, b) => a - b),
  );
});

test('docs/performance.md shows the figures that are kept', () => {
  const kept = JSON.parse(readFileSync(new URL('../../compat/bench/figures.json', import.meta.url), 'utf8'));
  expect(withFigures(page, kept, cases, 1000)).toBe(page);
});

test('docs/performance.md explains each figure', () => {
  for (const line of meanings(cases, 1000).filter((text) => text.startsWith('- '))) {
    expect(page).toContain(line);
  }
});
