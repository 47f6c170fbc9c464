/**
 * The table of the list; of a long one only the lines on the screen are in the document.
 *
 * @module
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rights } from '../live/site.ts';
import type { SortKey } from '../model/listing.ts';
import { type Window, windowOf } from '../model/window.ts';
import { Icon } from '../parts/icons.tsx';
import type { ListTableProps } from './list-props.ts';
import { GroupRow, ProcessRow } from './list-row.tsx';

/** The same as in the stylesheet. */
const LINE_HEIGHT = 32;
const CARD_HEIGHT = 96;
const NARROW = window.matchMedia('(max-width: 720px)');

const COLUMNS: readonly { readonly key: SortKey | null; readonly label: string; readonly style: string }[] = [
  { key: 'name', label: 'Name', style: 'name' },
  { key: 'state', label: 'State', style: 'state' },
  { key: null, label: 'Description', style: 'description' },
  { key: 'uptime', label: 'Uptime', style: 'uptime' },
  { key: 'pid', label: 'PID', style: 'pid' },
  { key: 'cpu', label: 'CPU', style: 'cpu' },
  { key: 'memory', label: 'Memory', style: 'memory' },
  { key: 'restarts', label: 'Restarts', style: 'restarts' },
];

export function ListTable(props: ListTableProps) {
  const { listing, query, selected, change, toggle } = props;
  const { lines, rows } = listing;
  const body = useRef<HTMLTableSectionElement>(null);
  const { first, end, above, below } = useWindow(body, lines.length);
  const current = lines.findIndex((line) => line.kind === 'process' && line.row.id === props.current);
  useEffect(() => scrollTo(body.current, current), [props.current]);
  const isAllSelected = rows.length > 0 && rows.every(({ id }) => selected.has(id));
  return (
    <div class="table">
      <table aria-rowcount={lines.length + 1} class={rights.mayOperate ? 'operates' : ''}>
        <thead>
          <tr aria-rowindex={1}>
            {rights.mayOperate && (
              <th class="check" scope="col">
                <input
                  type="checkbox"
                  aria-label="Select all"
                  checked={isAllSelected}
                  onChange={(event) =>
                    toggle(
                      rows.map(({ id }) => id),
                      event.currentTarget.checked,
                    )
                  }
                />
              </th>
            )}
            {COLUMNS.map((column) => (
              <Heading key={column.label} column={column} query={query} change={change} />
            ))}
            <th class="actions" scope="col">
              <span class="hidden-text">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          <Spacer height={above} />
          {lines
            .slice(first, end)
            .map((line, index) =>
              line.kind === 'group' ? (
                <GroupRow key={`group ${line.group}`} {...props} line={line} position={first + index + 2} />
              ) : (
                <ProcessRow
                  key={line.row.id}
                  {...props}
                  row={line.row}
                  isMember={line.isMember}
                  isSelected={selected.has(line.row.id)}
                  isCurrent={line.row.id === props.current}
                  position={first + index + 2}
                />
              ),
            )}
          <Spacer height={below} />
        </tbody>
      </table>
    </div>
  );
}

function Heading(
  props: { readonly column: (typeof COLUMNS)[number] } & Pick<ListTableProps, 'query' | 'change'>,
) {
  const { column, query, change } = props;
  const { key, label, style } = column;
  if (key === null) {
    return (
      <th class={style} scope="col">
        {label}
      </th>
    );
  }
  const isSorted = query.sort === key;
  const direction = query.isDescending ? 'descending' : 'ascending';
  return (
    <th class={style} scope="col" aria-sort={isSorted ? direction : undefined}>
      <button
        type="button"
        class="sort"
        onClick={() => change({ sort: key, isDescending: isSorted && !query.isDescending })}
      >
        {label}
        {isSorted && <Icon name={query.isDescending ? 'up' : 'down'} />}
      </button>
    </th>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return height === 0 ? null : <tr class="spacer" style={{ height: `${height}px` }} />;
}

function useWindow(body: { readonly current: HTMLElement | null }, count: number): Window {
  const measure = (): Window => {
    const top = body.current ? -body.current.getBoundingClientRect().top : 0;
    return windowOf(count, top, window.innerHeight, NARROW.matches ? CARD_HEIGHT : LINE_HEIGHT);
  };
  const [shown, setShown] = useState(measure);
  const look = (): void => {
    const next = measure();
    setShown((known) =>
      known.first === next.first && known.end === next.end && known.below === next.below ? known : next,
    );
  };
  useLayoutEffect(look, [count]);
  useEffect(() => {
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  });
  return shown.end > count ? windowOf(count, 0, window.innerHeight, LINE_HEIGHT) : shown;
}

/** Brings a line to the screen, also one that is not in the document. */
function scrollTo(body: HTMLElement | null, line: number): void {
  if (body === null || line < 0) return;
  const height = NARROW.matches ? CARD_HEIGHT : LINE_HEIGHT;
  const top = body.getBoundingClientRect().top + line * height;
  const head = 90;
  if (top < head) window.scrollBy(0, top - head);
  else if (top + height > window.innerHeight) window.scrollBy(0, top + height - window.innerHeight + 8);
}
