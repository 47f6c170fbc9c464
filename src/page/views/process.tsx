/**
 * One process.
 *
 * @module
 */
import type { ComponentChildren } from 'preact';
import { snapshot } from '../live/live.ts';
import { ask } from '../live/messages.ts';
import { perform, runCall } from '../live/perform.ts';
import { useScales } from '../live/scales.ts';
import { rights } from '../live/site.ts';
import { useSeconds, useStore } from '../live/store.ts';
import { useCall } from '../live/use-call.ts';
import { ACTIONS, signalCall, type Target } from '../model/actions.ts';
import type { Graph } from '../model/graph.ts';
import type { Row } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { bytesText, durationText, percentText, timeText } from '../model/units.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';
import { GraphPicture } from './graph.tsx';
import { descriptionOf, menuOf } from './list-row.tsx';
import { Past } from './past.tsx';
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
      <ProcessHead row={row} />
      <Facts row={row} />
      <div class="columns">
        <div>
          <UsageCharts key={id} row={row} />
          <Dependencies row={row} />
          <Past row={row} />
        </div>
        <Configuration row={row} />
      </div>
    </main>
  );
}

const SIGNALS = ['HUP', 'USR1', 'USR2', 'INT', 'TERM', 'QUIT', 'KILL'];
/** Of these a process usually ends. */
const DEADLY = new Set(['INT', 'TERM', 'QUIT', 'KILL']);

function ProcessHead({ row }: { readonly row: Row }) {
  const target: Target = { kind: 'process', id: row.id, title: row.title };
  return (
    <div class="view-head">
      <h1>{row.title}</h1>
      <Badge row={row} />
      <div class="toolbar-end">
        {row.stdout && <LogLink row={row} log="stdout" />}
        {row.stderr && <LogLink row={row} log="stderr" />}
        {rights.mayOperate && (
          <>
            <div class="button-group" role="group" aria-label="Actions">
              {(['start', 'restart', 'stop'] as const).map((name) => (
                <button
                  type="button"
                  key={name}
                  class="button"
                  disabled={!ACTIONS[name].isFor(row)}
                  onClick={() => void perform(name, target)}
                >
                  {ACTIONS[name].label}
                </button>
              ))}
            </div>
            {row.pid !== 0 && (
              <Menu
                label="Send a signal"
                text="Signal"
                icon="down"
                items={SIGNALS.map((signal) => ({
                  label: `SIG${signal}`,
                  isHarmful: DEADLY.has(signal),
                  act: () => void send(signal, row),
                }))}
              />
            )}
            <Menu label={`More for ${row.title}`} items={menuOf(target, [row])} />
          </>
        )}
      </div>
    </div>
  );
}

function LogLink({ row, log }: { readonly row: Row; readonly log: 'stdout' | 'stderr' }) {
  return (
    <a class="button" href={addressOf({ view: 'log', id: row.id, log })}>
      <Icon name="log" />
      {log}
    </a>
  );
}

async function send(signal: string, { id, title }: Row): Promise<void> {
  const isWanted =
    !DEADLY.has(signal) ||
    (await ask({
      title: `Send SIG${signal} to ${title}?`,
      text: 'Most programs end at this signal.',
      confirm: `Send SIG${signal}`,
      isHarmful: true,
    }));
  if (isWanted) {
    const target: Target = { kind: 'process', id, title };
    await runCall(`Sending SIG${signal} to`, `has been sent SIG${signal}`, target, signalCall(id, signal));
  }
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
        <Fact name="Exit status">{row.stop > 0 ? exitText(row.exitstatus) : '–'}</Fact>
        {row.health !== '' && <Fact name="Checks">{row.health}</Fact>}
      </dl>
    </>
  );
}

function exitText(status: number): string {
  return status < 0 ? 'signal' : String(status);
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

function Configuration({ row }: { readonly row: Row }) {
  const { generation } = useStore(snapshot);
  const { result, trouble } = useCall<readonly ConfigKey[]>(
    'visord.getProcessConfig',
    [row.id],
    [generation],
  );
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
