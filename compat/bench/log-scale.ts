/**
 * Logarithmic axes.
 *
 * @module
 */

export interface LogScale {
  /** Powers of ten of the unit, from below the smallest value to above the largest. */
  readonly ticks: readonly number[];
  /** Where a value stands between `from` and `to`. */
  place(value: number): number;
}

/**
 * A scale for values above 0 that starts and ends with a tick.
 *
 * @param unit what the ticks are powers of ten of: 1, or a MB for memory
 * @param from the place of the first tick, `to` that of the last; `from` may be the larger one
 */
export function logScale(values: readonly number[], unit: number, from: number, to: number): LogScale {
  const exponents = values.map((value) => Math.log10(value / unit));
  const low = Math.floor(Math.min(...exponents) + TOLERANCE);
  const high = Math.max(low + 1, Math.ceil(Math.max(...exponents) - TOLERANCE));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, index) => unit * 10 ** (low + index)),
    place: (value) => from + ((Math.log10(value / unit) - low) / (high - low)) * (to - from),
  };
}

/** A value on a tick must not ask for another decade because of a rounding error. */
const TOLERANCE = 1e-9;
