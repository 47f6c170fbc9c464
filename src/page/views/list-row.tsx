/**
 * The lines of the list: a process, and the head of a group.
 *
 * @module
 */
import { useEffect, useRef } from 'preact/hooks';
import { perform } from '../live/perform.ts';
import { go } from '../live/route.ts';
import { scales } from '../live/scales.ts';
import { rights } from '../live/site.ts';
import { ACTIONS, type ActionName, scalesFor, type Target } from '../model/actions.ts';
import type { GroupLine } from '../model/listing.ts';
import { isRemote, type Row } from '../model/process.ts';
import { addressOf } from '../model/routes.ts';
import { appearanceOf } from '../model/states.ts';
import { bytesText, durationText, percentText } from '../model/units.ts';
import { Badge } from '../parts/badge.tsx';
import { Icon } from '../parts/icons.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import type { ListTableProps } from './list-props.ts';

export interface ProcessRowProps extends Pick<ListTableProps, 'now' | 'toggle' | 'setCurrent'> {
  readonly row: Row;
  readonly isMember: boolean;
  readonly isSelected: boolean;
  readonly isCurrent: boolean;
  /** In the whole table, from 1. */
  readonly position: number;
}

export function ProcessRow(props: ProcessRowProps) {
  const { row, isMember, isSelected, isCurrent, now, toggle, setCurrent, position } = props;
  const { usage, pid } = row;
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (isCurrent) link.current?.focus({ preventScroll: true });
  }, [isCurrent]);
  return (
    <tr
      class={`process tone-${appearanceOf(row).tone} ${isMember ? 'member' : ''} ${isSelected ? 'selected' : ''} ${pid === 0 ? 'down' : ''}`}
      aria-rowindex={position}
      data-id={row.id}
    >
      {rights.mayOperate && (
        <td class="check">
          <input
            type="checkbox"
            aria-label={`Select ${row.title}`}
            checked={isSelected}
            onChange={(event) => toggle([row.id], event.currentTarget.checked)}
          />
        </td>
      )}
      <td class="name">
        <a
          ref={link}
          href={isRemote(row) ? undefined : addressOf({ view: 'process', id: row.id })}
          tabIndex={isRemote(row) ? 0 : undefined}
          title={row.title}
          onFocus={() => setCurrent(row.id)}
        >
          {isMember && <span class="narrow-only">{row.group}:</span>}
          {isMember ? row.name : row.title}
        </a>
      </td>
      <td class="state">
        <Badge row={row} />
      </td>
      <td class="description" title={descriptionOf(row)}>
        <span>{descriptionOf(row)}</span>
      </td>
      <td class="uptime">{pid === 0 || row.start === 0 ? '' : durationText(now - row.start)}</td>
      <td class="pid">{pid === 0 ? '' : pid}</td>
      <td class="cpu">{pid === 0 || usage?.cpuPercent == null ? '' : percentText(usage.cpuPercent)}</td>
      <td class="memory">{pid === 0 || !usage?.bytes ? '' : bytesText(usage.bytes)}</td>
      <td class="restarts">{usage?.restarts ? usage.restarts : ''}</td>
      <td class="actions">
        <RowActions row={row} />
      </td>
    </tr>
  );
}

/** Pid and uptime have columns of their own. */
export function descriptionOf({ description, statename, exitstatus }: Row): string {
  if (statename === 'EXITED') return `${exitText(exitstatus)}, ${description}`;
  return description.replace(/^pid \d+, uptime (?:\d+ days?, )?[\d:]+(?:, )?/, '');
}

function exitText(status: number): string {
  return status < 0 ? 'ended by a signal' : `exit status ${status}`;
}

const IN_MENU: readonly ActionName[] = ['reload', 'enable', 'disable', 'clear'];

export function menuOf(target: Target, rows: readonly Row[]): MenuItem[] {
  const items = IN_MENU.filter((name) => rows.some(ACTIONS[name].isFor)).map((name) => ({
    label: ACTIONS[name].label,
    isHarmful: name === 'clear' || name === 'disable',
    act: () => void perform(name, target),
  }));
  return [...scaleItems(rows), ...items];
}

/** Of a group with several programs each has its own. */
function scaleItems(rows: readonly Row[]): MenuItem[] {
  const found = scalesFor(rows, scales.get());
  return found.map((program) => ({
    label: found.length === 1 ? `${ACTIONS.scale.label} …` : `${ACTIONS.scale.label} ${program.name} …`,
    act: () => void perform('scale', { kind: 'program', program }),
  }));
}

function RowActions({ row }: { readonly row: Row }) {
  const target: Target = { kind: 'process', id: row.id, title: row.title };
  const log = row.stdout ? 'stdout' : 'stderr';
  return (
    <div class="row-actions">
      {rights.mayOperate && <ActionButtons rows={[row]} target={target} title={row.title} />}
      {!isRemote(row) && (row.stdout || row.stderr) ? (
        <a
          class="icon-button"
          href={addressOf({ view: 'log', id: row.id, log })}
          aria-label={`Log of ${row.title}`}
          title="Log"
        >
          <Icon name="log" />
        </a>
      ) : (
        <span class="none" />
      )}
      <Menu
        label={`More for ${row.title}`}
        items={[
          ...(isRemote(row) ? [] : [{ label: 'Details', act: () => go({ view: 'process', id: row.id }) }]),
          ...(rights.mayOperate ? menuOf(target, [row]) : []),
        ]}
      />
    </div>
  );
}

/** Two places: start or restart, and stop. */
function ActionButtons(props: {
  readonly rows: readonly Row[];
  readonly target: Target;
  readonly title: string;
}) {
  const isFor = (name: ActionName): boolean => props.rows.some(ACTIONS[name].isFor);
  const isPartly = isFor('start') && isFor('restart');
  return (
    <>
      {isFor('start') && <ActionButton name="start" target={props.target} title={props.title} />}
      {isFor('restart') && <ActionButton name="restart" target={props.target} title={props.title} />}
      {isFor('stop') ? (
        <ActionButton name="stop" target={props.target} title={props.title} />
      ) : (
        !isPartly && <span class="none" />
      )}
    </>
  );
}

function ActionButton(props: {
  readonly name: 'start' | 'restart' | 'stop';
  readonly target: Target;
  readonly title: string;
}) {
  const { label } = ACTIONS[props.name];
  return (
    <button
      type="button"
      class={`icon-button ${props.name}`}
      aria-label={`${label} ${props.title}`}
      title={label}
      onClick={() => void perform(props.name, props.target)}
    >
      <Icon name={props.name} />
    </button>
  );
}

export interface GroupRowProps extends Pick<ListTableProps, 'query' | 'change' | 'toggle' | 'selected'> {
  readonly line: GroupLine;
  readonly position: number;
}

export function GroupRow({ line, query, change, toggle, selected, position }: GroupRowProps) {
  const { group, rows, isCollapsed } = line;
  const target: Target = { kind: 'group', group, rows };
  const running = rows.filter((row) => row.statename === 'RUNNING').length;
  const fold = (): void => {
    const collapsed = new Set(query.collapsed);
    if (isCollapsed) collapsed.delete(group);
    else collapsed.add(group);
    change({ collapsed });
  };
  return (
    <tr class="group" aria-rowindex={position}>
      {rights.mayOperate && (
        <td class="check">
          <input
            type="checkbox"
            aria-label={`Select group ${group}`}
            checked={rows.every(({ id }) => selected.has(id))}
            onChange={(event) =>
              toggle(
                rows.map(({ id }) => id),
                event.currentTarget.checked,
              )
            }
          />
        </td>
      )}
      <td class="name" colSpan={8}>
        <button type="button" class="fold" aria-expanded={!isCollapsed} onClick={fold}>
          <Icon name={isCollapsed ? 'right' : 'down'} />
          <b>{group}</b>
          <span class="quiet">
            {running} of {rows.length} running
          </span>
        </button>
      </td>
      <td class="actions">
        {rights.mayOperate && (
          <div class="row-actions">
            <ActionButtons rows={rows} target={target} title={`group ${group}`} />
            <span class="none" />
            <Menu label={`More for group ${group}`} items={menuOf(target, rows)} />
          </div>
        )}
      </td>
    </tr>
  );
}
