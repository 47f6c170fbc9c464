/**
 * Evaluates the records of the programs: seconds in which too many of them ran, and seconds in which too few did.
 *
 * @module
 */

/** One run of a program on one node. Times are seconds of CLOCK_BOOTTIME. */
export interface Run {
  readonly program: string;
  readonly node: string;
  readonly begin: number;
  /** The last moment at which the program wrote that it runs. */
  readonly last: number;
  /** The fencing token of its environment. */
  readonly token: bigint;
}

export interface Window {
  readonly from: number;
  readonly to: number;
}

export interface Measured {
  /** Seconds in which more than `count` ran, each counted once for each surplus one. */
  readonly overlap: number;
  /** The longest time in which fewer than `count` ran, without the windows that do not count. */
  readonly longestGap: number;
  /** Runs of one node that follow a run of another one. */
  readonly failovers: number;
  /** Runs whose token is not higher than that of each run of another node that began earlier; `count` is one. */
  readonly staleTokens: number;
}

/**
 * @param runs of one program
 * @param count on how many nodes it may run
 * @param window what is measured; what began before it and goes on in it counts
 * @param exempt windows in which no majority lived: a gap is counted from their ends on
 */
export function measure(
  runs: readonly Run[],
  {
    count,
    window,
    exempt = [],
  }: { readonly count: number; readonly window: Window; readonly exempt?: readonly Window[] },
): Measured {
  const inside = runs
    .filter(({ begin, last }) => last > window.from && begin < window.to)
    .sort((left, right) => left.begin - right.begin);
  const steps = [...inside.map(({ begin }) => ({ at: begin, change: 1 }))];
  for (const { last } of inside) steps.push({ at: last, change: -1 });
  // An end comes before a begin of the same moment.
  steps.sort((left, right) => left.at - right.at || left.change - right.change);
  let running = 0;
  let overlap = 0;
  let longestGap = 0;
  let gapFrom: number | null = null;
  let at = window.from;
  const closeGap = (to: number): void => {
    if (gapFrom !== null) longestGap = Math.max(longestGap, lengthOf({ from: gapFrom, to }, exempt));
    gapFrom = null;
  };
  for (const step of [...steps, { at: window.to, change: 0 }]) {
    const until = Math.min(Math.max(step.at, at), window.to);
    overlap += Math.max(0, running - count) * (until - at);
    if (running < count && until > at) gapFrom ??= at;
    at = until;
    running += step.change;
    if (running >= count) closeGap(at);
  }
  closeGap(window.to);
  return { overlap, longestGap, failovers: failoversOf(inside), staleTokens: staleTokensOf(inside, count) };
}

/** The longest part of the gap that lies in no exempt window. */
function lengthOf(gap: Window, exempt: readonly Window[]): number {
  let longest = 0;
  let { from } = gap;
  for (const window of [...exempt].sort((left, right) => left.from - right.from)) {
    if (window.to <= from || window.from >= gap.to) continue;
    longest = Math.max(longest, window.from - from);
    from = Math.max(from, window.to);
  }
  return Math.max(longest, gap.to - from);
}

function failoversOf(runs: readonly Run[]): number {
  return runs.filter(({ begin, node }, index) => {
    const earlier = runs.slice(0, index);
    const wasHere = earlier.some((run) => run.node === node && run.last > begin - 1);
    return earlier.length > 0 && !wasHere && earlier.some((run) => run.node !== node && run.last <= begin);
  }).length;
}

function staleTokensOf(runs: readonly Run[], count: number): number {
  if (count > 1) return 0;
  return runs.filter((run, index) =>
    runs.slice(0, index).some((earlier) => earlier.node !== run.node && earlier.token >= run.token),
  ).length;
}
