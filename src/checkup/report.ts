/**
 * Findings as text, and as JSON.
 *
 * @module
 */
import { type Finding, SEVERITIES, type Severity } from './finding.ts';

export interface Report {
  /** Path of the main file. */
  readonly file: string;
  readonly findings: readonly Finding[];
}

const HEADINGS: Readonly<Record<Severity, string>> = {
  error: 'Errors',
  warning: 'Warnings',
  note: 'Notes',
};

/** Findings by severity: one line each, as FILE:LINE:[SECTION]:KEY: TEXT (KIND), and lines of advice below it. */
export function textReport({ file, findings }: Report): string {
  const lines: string[] = [];
  for (const severity of SEVERITIES) {
    const group = findings.filter((finding) => finding.severity === severity);
    if (group.length > 0) {
      lines.push(`${HEADINGS[severity]}:`, ...group.flatMap(linesOf), '');
    }
  }
  return `${[...lines, `${file}: ${totals(findings)}`].map(visible).join('\n')}\n`;
}

/** The same, for programs. */
export function jsonReport({ file, findings }: Report): string {
  return `${JSON.stringify({ file, ...countsOf(findings), findings }, null, 2)}\n`;
}

export function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

function countsOf(findings: readonly Finding[]): Record<string, number> {
  return {
    errors: countOf(findings, 'error'),
    warnings: countOf(findings, 'warning'),
    notes: countOf(findings, 'note'),
  };
}

function totals(findings: readonly Finding[]): string {
  return SEVERITIES.map((severity) => {
    const count = countOf(findings, severity);
    return `${count} ${severity}${count === 1 ? '' : 's'}`;
  }).join(', ');
}

function linesOf({ file, line, section, key, message, kind, advice }: Finding): string[] {
  const place = [
    file,
    ...(line === null ? [] : [line]),
    ...(section === null ? [] : [`[${section}]`]),
    ...(key === null ? [] : [key]),
  ].join(':');
  return [`  ${place}: ${message.replaceAll('\n', ' ')} (${kind})`, ...advice.map((text) => `      ${text}`)];
}

/** A value of a configuration cannot move the cursor of a terminal. */
function visible(line: string): string {
  return line.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    /[\x00-\x1f\x7f-\x9f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
