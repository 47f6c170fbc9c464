/**
 * The list of all processes.
 *
 * @module
 */
import { useEffect, useMemo, useState } from 'preact/hooks';
import { snapshot } from '../live/live.ts';
import { nodes, useNodes } from '../live/nodes.ts';
import { useScales } from '../live/scales.ts';
import { site } from '../live/site.ts';
import { useSeconds, useStore } from '../live/store.ts';
import { EVERYTHING, listingOf, type Query } from '../model/listing.ts';
import { type FleetNode, rowsOfFleet } from '../model/nodes.ts';
import { useListKeys } from './list-keys.ts';
import { ListTable } from './list-table.tsx';
import { Toolbar } from './toolbar.tsx';

/** Kept while other views are shown. */
let lastQuery: Query = EVERYTHING;

export function List() {
  const { rows: own, connection, trouble, clockOffset } = useStore(snapshot);
  useNodes();
  const fleet = useStore(nodes);
  const rows = useMemo(() => (fleet.length === 0 ? own : rowsOfFleet(own, fleet, site.host)), [own, fleet]);
  const now = useSeconds(clockOffset);
  useScales(own.length);
  const [query, setQuery] = useState(lastQuery);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string | null>(null);
  const listing = useMemo(() => listingOf(rows, query), [rows, query]);
  const change = (changes: Partial<Query>): void => {
    lastQuery = { ...query, ...changes };
    setQuery(lastQuery);
  };
  const toggle = (ids: readonly string[], isSelected: boolean): void => {
    const next = new Set(selected);
    for (const id of ids) {
      if (isSelected) next.add(id);
      else next.delete(id);
    }
    setSelected(next);
  };
  useEffect(() => {
    const known = new Set(rows.map(({ id }) => id));
    if ([...selected].some((id) => !known.has(id)))
      setSelected(new Set([...selected].filter((id) => known.has(id))));
  }, [rows]);
  const help = useListKeys({ lines: listing.lines, current, setCurrent, selected, toggle });
  const chosen = rows.filter(({ id }) => selected.has(id));
  return (
    <main class={connection === 'lost' ? 'stale' : ''}>
      <h1 class="hidden-text">Processes</h1>
      <Toolbar
        rows={rows}
        listing={listing}
        query={query}
        chosen={chosen}
        change={change}
        clear={() => setSelected(new Set())}
        help={help}
      />
      {connection === 'lost' && (
        <p class="notice bad" role="alert">
          The daemon does not answer ({trouble}). The list shows what was known last.
        </p>
      )}
      <SilentNodes fleet={fleet} />
      {rows.length === 0 ? (
        <p class="empty">{connection === 'early' ? 'Reading the processes …' : 'No programs to manage'}</p>
      ) : (
        <ListTable
          listing={listing}
          query={query}
          change={change}
          selected={selected}
          toggle={toggle}
          current={current}
          setCurrent={setCurrent}
          now={now}
        />
      )}
      {rows.length > 0 && listing.rows.length === 0 && (
        <p class="empty">
          No process matches.{' '}
          <button type="button" class="link" onClick={() => change({ ...EVERYTHING, sort: query.sort })}>
            Show all
          </button>
        </p>
      )}
    </main>
  );
}

/** A node that does not answer is a line above the list; its processes are as they were known last. */
function SilentNodes({ fleet }: { readonly fleet: readonly FleetNode[] }) {
  const silent = fleet.filter(({ error }) => error !== null);
  if (silent.length === 0) return null;
  return (
    <ul class="notice warn silent-nodes" role="status">
      {silent.map(({ name, error }) => (
        <li key={name}>
          <b>{name}</b> {error}
        </li>
      ))}
    </ul>
  );
}
