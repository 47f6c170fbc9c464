/**
 * One process.
 *
 * @module
 */
import type { ComponentChildren } from 'preact';
import { snapshot } from '../live/live.ts';
import { useScales } from '../live/scales.ts';
import { useSeconds, useStore } from '../live/store.ts';
import { type Called, useCall } from '../live/use-call.ts';
import type { Graph } from '../model/graph.ts';
import { exitText, type Row } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { bytesText, durationText, percentText, timeText } from '../model/units.ts';
import { CheckResults } from './check-results.tsx';
import { GraphPicture } from './graph.tsx';
import { HistoryTable } from './history-table.tsx';
import { descriptionOf } from './list-row.tsx';
import { HOOKS, ProcessHead } from './process-head.tsx';
import { UsageCharts } from './usage-charts.tsx';

export function ProcessView({ id }: { readonly id: string }) {
  const { rows, connection } = useStore(snapshot);
  useScales(rows.length);
  const row = rows.find((one) => one.id === id);
  if (row === undefined) {
    return (
      <main>
        <p class="empty">
          {connection === 'early' ? 'Reading the processes …' : `There is no process ${id} now.`}{' '}
          <a href={addressOf({ view: 'list' })}>All processes</a>
        </p>
      </main>
    );
  }
  return (
    <main class={connection === 'lost' ? 'stale' : ''}>
      <OneProcess key={id} row={row} />
    </main>
  );
}

function OneProcess({ row }: { readonly row: Row }) {
  const { generation } = useStore(snapshot);
  const config = useCall<readonly ConfigKey[]>('visord.getProcessConfig', [row.id], [generation]);
  const configured = (config.result ?? []).filter((one) => !one.default).map(({ key }) => key);
  const isChecked = configured.some((key) => /^(?:readiness|liveness)_check_script$/.test(key));
  return (
    <>
      <ProcessHead row={row} hooks={HOOKS.filter((hook) => configured.includes(hook))} />
      <Facts row={row} />
      <div class="columns">
        <div>
          <UsageCharts row={row} />
          {isChecked && <CheckResults row={row} />}
          <Dependencies row={row} />
          <HistoryTable row={row} />
        </div>
        <Configuration {...config} />
      </div>
    </>
  );
}

function Facts({ row }: { readonly row: Row }) {
  const { clockOffset } = useStore(snapshot);
  const now = useSeconds(clockOffset);
  const { usage, pid } = row;
  const isRunning = pid !== 0;
  const text = descriptionOf(row);
  return (
    <>
      {text !== '' && (
        <p class={`process-text tone-text ${row.statename === 'FATAL' ? 'bad' : ''}`}>{text}</p>
      )}
      <dl class="facts">
        <Fact name="PID">{isRunning ? pid : '–'}</Fact>
        <Fact name="Uptime">{isRunning && row.start > 0 ? durationText(now - row.start) : '–'}</Fact>
        <Fact name="CPU">{isRunning && usage?.cpuPercent != null ? percentText(usage.cpuPercent) : '–'}</Fact>
        <Fact name="Memory">{isRunning && usage ? bytesText(usage.bytes) : '–'}</Fact>
        <Fact name="Processes">{isRunning && usage ? usage.processes : '–'}</Fact>
        <Fact name="Restarts">{usage?.restarts ?? '–'}</Fact>
        <Fact name="Last start">{row.start > 0 ? timeText(row.start) : 'never'}</Fact>
        <Fact name="Last end">{row.stop > 0 ? `${timeText(row.stop)}` : 'never'}</Fact>
        <Fact name="Exit status">{exitText(row) ?? '–'}</Fact>
        {row.health !== '' && <Fact name="Checks">{row.health}</Fact>}
      </dl>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Dependencies({ row }: { readonly row: Row }) {
  const { result } = useCall<Graph>('visord.getGraph', [], [row.id, row.statename]);
  const own = result?.processes.find(({ name }) => name === row.id);
  const isConcerned =
    own !== undefined &&
    (own.dependencies.length > 0 ||
      result?.processes.some(({ dependencies }) => dependencies.some(({ name }) => name === row.id)));
  if (!isConcerned || result === null) return null;
  return (
    <section class="panel" aria-labelledby="dependencies">
      <h2 id="dependencies">Dependencies</h2>
      <GraphPicture graph={result} id={row.id} />
    </section>
  );
}

interface ConfigKey {
  readonly key: string;
  readonly value: string;
  readonly default: boolean;
}

function Configuration({ result, trouble }: Called<readonly ConfigKey[]>) {
  const keys = [...(result ?? [])].sort((a, b) => Number(b.key === 'command') - Number(a.key === 'command'));
  return (
    <section class="panel" aria-labelledby="configuration">
      <h2 id="configuration">Configuration</h2>
      {trouble !== null && <p class="notice warn">{trouble}</p>}
      <KeyTable keys={keys.filter((one) => !one.default)} />
      {keys.some((one) => one.default) && (
        <details>
          <summary>Keys with their default</summary>
          <KeyTable keys={keys.filter((one) => one.default)} />
        </details>
      )}
    </section>
  );
}

function KeyTable({ keys }: { readonly keys: readonly ConfigKey[] }) {
  return (
    <dl class="keys">
      {keys.map(({ key, value }) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{value === '' ? '–' : value}</dd>
        </div>
      ))}
    </dl>
  );
}
