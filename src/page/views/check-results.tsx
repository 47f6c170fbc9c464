/**
 * The last results of the checks of a process.
 *
 * @module
 */
import { useSeconds } from '../live/store.ts';
import { useCall } from '../live/use-call.ts';
import type { Row } from '../model/process.ts';
import { timeText } from '../model/units.ts';

interface CheckResult {
  readonly check: 'readiness' | 'liveness';
  readonly time: number;
  /** Negative where nothing was measured. */
  readonly seconds: number;
  readonly passed: boolean;
  readonly text: string;
}

const REFRESH_SECONDS = 5;
const SHOWN = 8;

export function CheckResults({ row }: { readonly row: Row }) {
  const turn = Math.floor(useSeconds(0) / REFRESH_SECONDS);
  const { result } = useCall<readonly CheckResult[]>('visord.getCheckResults', [row.id], [row, turn]);
  if (result === null) return null;
  return (
    <section class="panel" aria-labelledby="checks">
      <h2 id="checks">Checks</h2>
      {result.length === 0 ? (
        <p class="quiet">No check has had a result yet.</p>
      ) : (
        <ol class="past">
          {[...result]
            .reverse()
            .slice(0, SHOWN)
            .map((one) => (
              <li key={`${one.check} ${one.time}`}>
                <time>{timeText(one.time)}</time>
                <span class={one.passed ? 'past-state' : 'past-state bad-text'}>{one.check}</span>
                <span class="quiet">
                  {one.passed ? 'passed' : `failed: ${one.text}`}
                  {one.seconds >= 0 && ` after ${tookText(one.seconds)}`}
                </span>
              </li>
            ))}
        </ol>
      )}
    </section>
  );
}

function tookText(seconds: number): string {
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}
