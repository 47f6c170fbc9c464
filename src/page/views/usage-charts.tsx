/**
 * Processor time and memory over the last hour.
 *
 * @module
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { call } from '../live/api.ts';
import { useStore } from '../live/store.ts';
import { theme } from '../live/theme.ts';
import type { Row } from '../model/process.ts';
import { bytesText, percentText } from '../model/units.ts';

interface ResourceHistory {
  /** Seconds since the epoch. */
  readonly times: readonly number[];
  /** Percent of one processor; -1 where it is not known. */
  readonly cpu: readonly number[];
  /** Bytes; -1 where there was no process. */
  readonly memory: readonly number[];
}

const READ_MS = 15_000;

export function UsageCharts({ row: { id } }: { readonly row: Row }) {
  const [history, setHistory] = useState<ResourceHistory | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    const read = (): void => {
      if (document.visibilityState !== 'visible') return;
      call<ResourceHistory>('visord.getResourceHistory', [id], leaving.signal).then(setHistory, () => {});
    };
    read();
    const timer = setInterval(read, READ_MS);
    return () => {
      leaving.abort();
      clearInterval(timer);
    };
  }, [id]);
  if (history === null) return null;
  return (
    <section class="panel" aria-labelledby="usage">
      <h2 id="usage">The last hour</h2>
      {history.times.length < 2 ? (
        <p class="quiet">
          The recording has just begun: figures come every 15 seconds while the page is used.
        </p>
      ) : (
        <div class="charts">
          <UsageChart label="CPU" times={history.times} values={history.cpu} text={percentText} />
          <UsageChart label="Memory" times={history.times} values={history.memory} text={bytesText} />
        </div>
      )}
    </section>
  );
}

interface UsageChartProps {
  readonly label: string;
  readonly times: readonly number[];
  readonly values: readonly number[];
  text(value: number): string;
}

function UsageChart({ label, times, values, text }: UsageChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chosen = useStore(theme);
  const known = values.filter((value) => value >= 0);
  const latest = known.at(-1);
  useEffect(() => {
    let isGone = false;
    let remove = (): void => {};
    void import('../parts/chart.ts').then(({ drawChart }) => {
      if (!isGone && box.current) remove = drawChart(box.current, { times, values, text });
    });
    return () => {
      isGone = true;
      remove();
    };
  }, [times, values, chosen]);
  return (
    <figure>
      <figcaption>
        {label}
        <b>{latest === undefined ? '' : text(latest)}</b>
        <span class="quiet">{known.length > 0 && `highest ${text(Math.max(...known))}`}</span>
      </figcaption>
      <div class="chart" ref={box} role="img" aria-label={`${label} over the last hour`} />
    </figure>
  );
}
