/**
 * Whether a figure stays where it is.
 *
 * @module
 */

export interface Sample {
  /** Since the start of the soak. */
  readonly seconds: number;
  readonly residentBytes: number;
  readonly anonymousBytes: number;
  readonly descriptors: number;
  readonly cpuSeconds: number;
  readonly starts: number;
  readonly lines: number;
}

export interface Flatness {
  readonly before: number;
  readonly after: number;
  readonly isFlat: boolean;
}

/** What a run begins with is not counted: programs start, and the memory of V8 settles. */
const WARM_UP = 0.25;

/**
 * Compares the second quarter of the run with the last one, by their medians: a moment of work changes neither.
 *
 * @param slack growth that still counts as flat
 */
export function flatnessOf(values: readonly number[], slack: number): Flatness {
  const quarter = Math.max(1, Math.floor(values.length * WARM_UP));
  const before = median(values.slice(quarter, 2 * quarter));
  const after = median(values.slice(-quarter));
  return { before, after, isFlat: after - before <= slack };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
