/**
 * Search, filters, and actions for the selection or for all processes.
 *
 * @module
 */
import { perform } from '../live/perform.ts';
import { rights } from '../live/site.ts';
import { ACTIONS, type ActionName, type Target, type TargetNode } from '../model/actions.ts';
import { groupsOf, type Listing, type Query } from '../model/listing.ts';
import { isRemote, type Row } from '../model/process.ts';
import { FILTER_NAMES, FILTERS } from '../model/states.ts';
import { Icon } from '../parts/icons.tsx';
import { Menu } from '../parts/menu.tsx';

export interface ToolbarProps {
  readonly rows: readonly Row[];
  readonly listing: Listing;
  readonly query: Query;
  readonly chosen: readonly Row[];
  readonly help: () => void;
  change(changes: Partial<Query>): void;
  clear(): void;
}

export function Toolbar({ rows, listing, query, chosen, change, clear, help }: ToolbarProps) {
  // An action for all is for the chosen node.
  const onNode = query.node === '' ? rows : rows.filter(({ node }) => node === query.node);
  const groups = groupsOf(onNode);
  const nodes = nodesOf(rows);
  return (
    <div class="toolbar">
      <label class="search">
        <Icon name="search" />
        <span class="hidden-text">Search by name, description or pid</span>
        <input
          type="search"
          id="search"
          placeholder="Search"
          value={query.search}
          onInput={(event) => change({ search: event.currentTarget.value })}
        />
      </label>
      <div class="chips" role="group" aria-label="Filter by state">
        {FILTER_NAMES.map((name) => (
          <button
            type="button"
            key={name}
            class={`chip ${name}`}
            aria-pressed={query.filter === name}
            onClick={() => change({ filter: name })}
          >
            {FILTERS[name].label} <span class="count">{listing.counts[name]}</span>
          </button>
        ))}
      </div>
      {nodes.length > 0 && (
        <select
          class="groups"
          aria-label="Node"
          value={query.node}
          onChange={(event) => change({ node: event.currentTarget.value, group: '' })}
        >
          <option value="">All nodes</option>
          {nodes.map((node) => (
            <option key={node} value={node}>
              {node}
            </option>
          ))}
        </select>
      )}
      {groups.length > 1 && (
        <select
          class="groups"
          aria-label="Group"
          value={query.group}
          onChange={(event) => change({ group: event.currentTarget.value })}
        >
          <option value="">All groups</option>
          {groups.map((group) => (
            <option key={group} value={group}>
              {group}
            </option>
          ))}
        </select>
      )}
      <div class="toolbar-end">
        <ManyActions rows={onNode} chosen={chosen} clear={clear} />
        <button type="button" class="icon-button wide-only" aria-label="Keys" title="Keys (?)" onClick={help}>
          <Icon name="help" />
        </button>
      </div>
    </div>
  );
}

const BUTTONS = ['start', 'restart', 'stop'] as const;
const IN_MENU: readonly ActionName[] = ['reload', 'enable', 'disable', 'clear'];

function ManyActions({ rows, chosen, clear }: Pick<ToolbarProps, 'rows' | 'chosen' | 'clear'>) {
  if (!rights.mayOperate || rows.length === 0) return null;
  const isSome = chosen.length > 0;
  const concerned = isSome ? chosen : rows;
  const targetOf = (name: ActionName): Target => {
    const { isFor, isForStock } = ACTIONS[name];
    // A selection may contain processes that need nothing: the others are asked for.
    if (isSome) return { kind: 'some', rows: chosen.filter(isFor) };
    const able = rows.filter(({ isStock }) => isForStock || !isStock);
    return { kind: 'all', count: rows.length, groups: groupsOf(able), ...targetNodes(rows) };
  };
  const isUseful = (name: ActionName): boolean => concerned.some(ACTIONS[name].isFor);
  return (
    <>
      {isSome && (
        <span class="selection">
          {chosen.length} selected
          <button
            type="button"
            class="icon-button"
            aria-label="Select nothing"
            title="Select nothing"
            onClick={clear}
          >
            <Icon name="close" />
          </button>
        </span>
      )}
      <div class="button-group" role="group" aria-label={isSome ? 'Selected processes' : 'All processes'}>
        {BUTTONS.map((name) => (
          <button
            type="button"
            key={name}
            class="button"
            disabled={!isUseful(name)}
            onClick={() => void perform(name, targetOf(name))}
          >
            {ACTIONS[name].label}
            {!isSome && ' all'}
          </button>
        ))}
      </div>
      <Menu
        label={isSome ? 'More for the selected processes' : 'More for all processes'}
        items={IN_MENU.filter(isUseful).map((name) => ({
          label: `${ACTIONS[name].label}${isSome ? '' : name === 'clear' ? ' of all' : ' all'}`,
          isHarmful: name === 'clear' || name === 'disable',
          act: () => void perform(name, targetOf(name)),
        }))}
      />
    </>
  );
}

function nodesOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ node }) => node ?? []))].sort();
}

/** The nodes of a fleet that have the processes; nothing without a fleet. */
function targetNodes(rows: readonly Row[]): { readonly nodes?: readonly TargetNode[] } {
  const nodes = new Map<string, TargetNode>();
  for (const row of rows) {
    const { node, isStock = false } = row;
    if (node !== undefined) nodes.set(node, { name: isRemote(row) ? node : null, isStock });
  }
  return nodes.size === 0 ? {} : { nodes: [...nodes.values()] };
}
