/**
 * Figures for people: three digits and a suitable unit.
 *
 * @module
 */
import type { Target, Unit } from './figure.ts';
import type { Verdict } from './report.ts';

const KB = 1024;
const MB = KB * KB;

/** A value with its unit; a dash where there is none. */
export function formatValue(value: number | undefined, unit: Unit): string {
  if (value === undefined) return '–';
  switch (unit) {
    case 'time':
      if (value === 0) return '0';
      if (value >= 1) return `${digits(value)} s`;
      return value >= 0.001 ? `${digits(value * 1e3)} ms` : `${digits(value * 1e6)} µs`;
    case 'rate':
      return `${digits(value)}/s`;
    case 'count':
      return value.toLocaleString('en-US');
    case 'ratio':
      return formatRatio(value);
    case 'memory':
      return Math.abs(value) >= MB ? `${digits(value / MB)} MB` : `${digits(value / KB)} KB`;
  }
}

/** `41 ×`, `1.9 ×`, `0.77 ×`; a dash where there is none. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null) return '–';
  if (!Number.isFinite(ratio)) return '∞';
  return `${ratio >= 10 ? Math.round(ratio).toLocaleString('en-US') : ratio.toPrecision(2)} ×`;
}

/** The target, and whether it was met; several targets one after the other. */
export function formatVerdicts(verdicts: readonly Verdict[], unit: Unit): string {
  return verdicts
    .map(({ target, isMet }) => {
      const verdict = isMet === null ? 'not known' : isMet ? 'met' : 'MISSED';
      return `${aim(target, unit)}: ${verdict}`;
    })
    .join('; ');
}

function aim(target: Target, unit: Unit): string {
  switch (target.kind) {
    case 'at most':
      return `≤ ${formatValue(target.value, unit)}`;
    case 'between':
      return `${formatValue(target.low, unit)} to ${formatValue(target.high, unit)}`;
    case 'times better':
      return `≥ ${target.atLeast} ×`;
    case 'at most of':
      return `≤ ${target.times} × ${target.of}`;
    case 'at least of':
      return `≥ ${target.times} × ${target.of}`;
  }
}

/** At least three significant digits, thousands separated. */
function digits(value: number): string {
  const magnitude = Math.abs(value);
  const decimals = magnitude >= 100 || magnitude === 0 ? 0 : magnitude >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
