/**
 * Medians and percentiles.
 *
 * @module
 */
import type { Samples } from './figure.ts';

/** The middle value, or the mean of the two middle ones; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The smallest value that is not exceeded by the given percentage of the values (nearest rank); NaN of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const rank = Math.max(1, Math.ceil((percent / 100) * values.length));
  return ascending(values)[rank - 1] ?? Number.NaN;
}

/** A figure that is the median of one kind of sample. */
export function medianOf(name: string): (samples: Samples) => number {
  return (samples) => median(samples[name] ?? []);
}

/** A figure that is a percentile of one kind of sample. */
export function percentileOf(name: string, percent: number): (samples: Samples) => number {
  return (samples) => percentile(samples[name] ?? [], percent);
}

/** Appends the values of a round to those of the rounds before. */
export function pooled(first: Samples, second: Samples): Samples {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries(
    [...names].map((name) => [name, [...(first[name] ?? []), ...(second[name] ?? [])]]),
  );
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
