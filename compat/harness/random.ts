/**
 * Random choices that a seed repeats.
 *
 * @module
 */

export interface Random {
  /** From 0 to below 1. */
  next(): number;
  /** A whole number; both ends are possible. */
  integer(least: number, most: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** @throws RangeError for an empty list */
  pick<Value>(values: readonly Value[]): Value;
  /** Some of the values in their order, at least one where there is one. */
  some<Value>(values: readonly Value[]): Value[];
  /** A generator of its own, so that what one part draws changes nothing for the others. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, and good enough to choose what is done next. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  const pick = <Value>(values: readonly Value[]): Value => {
    if (values.length === 0) throw new RangeError('there is nothing to choose from');
    return values[integer(0, values.length - 1)] as Value;
  };
  const some = <Value>(values: readonly Value[]): Value[] => {
    const chosen = values.filter(() => next() < 0.5);
    return chosen.length > 0 || values.length === 0 ? chosen : [pick(values)];
  };
  const fork = (): Random => createRandom(Math.floor(next() * 2 ** 32));
  return { next, integer, chance: (probability) => next() < probability, pick, some, fork };
}

/** The seed of a later part of a run, so that this part can be repeated alone. */
export function laterSeed(seed: number, part: number): number {
  return part === 0 ? seed : Math.floor(createRandom(seed + part * 0x9e3779b9).next() * 2 ** 31);
}

/** For a run without a given seed. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 2 ** 31);
}
