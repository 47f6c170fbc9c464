/**
 * The history of a process.
 *
 * @module
 */
import { useCall } from '../live/use-call.ts';
import type { Row } from '../model/process.ts';
import { durationText, timeText } from '../model/units.ts';

/** One struct of `visord.getHistory`. */
interface Change {
  readonly time: number;
  readonly monotonic: number;
  readonly from: string;
  readonly to: string;
  readonly pid: number;
  readonly exited: boolean;
  readonly exitstatus: number;
  readonly signal: number;
  readonly expected: boolean;
  readonly spawnerr: string;
}

/** The number of changes that are shown at first. */
const SHOWN = 12;

export function HistoryTable({ row }: { readonly row: Row }) {
  const { result } = useCall<readonly Change[]>('visord.getHistory', [row.id], [row.statename, row.pid]);
  if (result === null || result.length === 0) return null;
  const newest = result.map((change, index) => ({ change, before: result[index - 1] })).reverse();
  return (
    <section class="panel" aria-labelledby="past">
      <h2 id="past">History</h2>
      <ol class="past">
        {newest.slice(0, SHOWN).map(({ change, before }) => (
          <OneChange key={change.monotonic} change={change} before={before} />
        ))}
      </ol>
      {newest.length > SHOWN && (
        <details>
          <summary>{newest.length - SHOWN} earlier changes</summary>
          <ol class="past">
            {newest.slice(SHOWN).map(({ change, before }) => (
              <OneChange key={change.monotonic} change={change} before={before} />
            ))}
          </ol>
        </details>
      )}
    </section>
  );
}

function OneChange({ change, before }: { readonly change: Change; readonly before: Change | undefined }) {
  const isBad = change.to === 'FATAL' || change.to === 'BACKOFF' || (change.exited && !change.expected);
  return (
    <li>
      <time>{timeText(change.time)}</time>
      <span class={isBad ? 'past-state bad-text' : 'past-state'}>{change.to.toLowerCase()}</span>
      <span class="quiet">
        {reasonOf(change)}
        {before && ` after ${durationText(change.monotonic - before.monotonic)} ${change.from.toLowerCase()}`}
      </span>
    </li>
  );
}

function reasonOf({ exited, exitstatus, signal, spawnerr, pid, to }: Change): string {
  if (signal !== 0) return `signal ${signal}`;
  if (exited) return `exit status ${exitstatus}`;
  if (spawnerr !== '') return spawnerr;
  return pid !== 0 && to === 'STARTING' ? `pid ${pid}` : '';
}
