/** Findings as text and as JSON. */
import { expect, test } from 'vitest';
import type { Finding } from '../../src/checkup/finding.ts';
import { jsonReport, textReport } from '../../src/checkup/report.ts';

const finding: Finding = {
  severity: 'warning',
  kind: 'misspelt-key',
  file: '/etc/x.conf',
  line: 7,
  section: 'program:web',
  key: 'comand',
  message: 'one\ntwo \u001b[31m',
  advice: ['command=x'],
  docs: 'reference/configuration.md',
};
const findings: readonly Finding[] = [
  { ...finding, severity: 'error', line: null, section: null, key: null, message: 'gone', advice: [] },
  finding,
];

test('a finding is a line with its place, and control characters are shown', () => {
  expect(textReport({ file: '/etc/x.conf', findings })).toBe(
    [
      'Errors:',
      '  /etc/x.conf: gone (misspelt-key)',
      '',
      'Warnings:',
      '  /etc/x.conf:7:[program:web]:comand: one two \\x1b[31m (misspelt-key)',
      '      command=x',
      '',
      '/etc/x.conf: 1 error, 1 warning, 0 notes',
      '',
    ].join('\n'),
  );
});

test('JSON has the counts and all of each finding', () => {
  expect(JSON.parse(jsonReport({ file: '/etc/x.conf', findings }))).toEqual({
    file: '/etc/x.conf',
    errors: 1,
    warnings: 1,
    notes: 0,
    findings,
  });
});
