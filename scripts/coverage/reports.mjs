// Adds up the reports of recorder.cjs.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Higher counts are cut, so that sums stay exact. */
const MOST = 1e9;

/**
 * @param folder of the reports
 * @param lengths of the texts of the scripts by their names
 */
export function openReports(folder, lengths) {
  const totals = new Map([...lengths].map(([name, length]) => [name, new Float64Array(length + 1)]));
  let processes = 0;

  /** Inner ranges come after those that they are in. */
  const add = (name, ranges) => {
    const total = totals.get(name);
    if (total === undefined) return;
    const counts = new Float64Array(total.length);
    for (let at = 0; at < ranges.length; at += 3) {
      counts.fill(Math.min(ranges[at + 2], MOST), ranges[at], ranges[at + 1]);
    }
    for (let at = 0; at < counts.length; at += 1) total[at] += counts[at];
  };

  return {
    /** Reads the reports that are there, and removes them. */
    take() {
      for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
        const report = JSON.parse(readFileSync(join(folder, file), 'utf8'));
        for (const [name, ranges] of report) add(name, ranges);
        rmSync(join(folder, file));
        processes += 1;
      }
    },
    /** How often the character of the script was run. */
    countAt: (name, offset) => totals.get(name)[offset],
    processes: () => processes,
    /** Processes that ended without a report, or run still. */
    unreported: () => readdirSync(folder).filter((name) => name.endsWith('.started')).length,
  };
}
