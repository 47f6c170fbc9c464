import { expect, test, vi } from 'vitest';
import { type KeptFile, lost, REMOVED, REPLACED } from '../../../src/io/folders/kept-file.ts';
import { Report } from '../../../src/supervisor/kept-files/report.ts';
import { FakeLog } from '../../rpc/fakes.ts';

function file(label: string): KeptFile {
  return { path: `/x/${label}`, label, look: () => null, renew: () => undefined };
}

test('a file that is removed again and again has few lines, and their number is in the next one', () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const log = new FakeLog();
  const report = new Report(log);
  const removed = (times: number): void => {
    for (let count = 0; count < times; count += 1) {
      report.add(file('a'), REMOVED);
      report.write();
    }
  };
  removed(20);
  const line = 'warn: a was removed, and is made again';
  expect(log.lines).toEqual([line, line, line, line, line, 'warn: a is removed again and again']);
  vi.advanceTimersByTime(61_000);
  log.lines.length = 0;
  removed(1);
  expect(log.lines).toEqual([`${line} (and 15 times before that)`]);
  vi.useRealTimers();
});

test('a file that is lost has one line for each reason', () => {
  const log = new FakeLog();
  const report = new Report(log);
  const mayChange = ['is left alone', 'is left alone', 'cannot be made again: EACCES'].map((reason) => {
    report.add(file('a'), lost(reason));
    return report.write();
  });
  expect(mayChange).toEqual([true, true, true]);
  expect(log.lines).toEqual(['warn: a is left alone', 'warn: a cannot be made again: EACCES']);
  report.add(file('a'), REPLACED);
  expect(report.write()).toBe(false);
  report.add(file('a'), lost('is left alone'));
  report.write();
  expect(log.lines).toHaveLength(4);
});

test('what is not ours any more is forgotten', () => {
  const log = new FakeLog();
  const report = new Report(log);
  for (const label of ['a', 'b']) report.add(file(label), lost('is left alone'));
  report.write();
  report.keepOnly(new Set(['a']));
  for (const label of ['a', 'b']) report.add(file(label), lost('is left alone'));
  report.write();
  expect(log.lines.at(-1)).toBe('warn: b is left alone');
  expect(log.lines).toHaveLength(3);
});
