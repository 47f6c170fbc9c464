/**
 * The keys of the list.
 *
 * @module
 */
import { useEffect } from 'preact/hooks';
import { ask, question } from '../live/messages.ts';
import { perform } from '../live/perform.ts';
import { go } from '../live/route.ts';
import { rights } from '../live/site.ts';
import { ACTIONS, type ActionName } from '../model/actions.ts';
import type { Line } from '../model/listing.ts';
import { isRemote, type Row } from '../model/process.ts';

export interface ListKeys {
  readonly lines: readonly Line[];
  readonly current: string | null;
  readonly selected: ReadonlySet<string>;
  setCurrent(id: string): void;
  toggle(ids: readonly string[], isSelected: boolean): void;
}

const ACTION_KEYS: Readonly<Record<string, ActionName>> = { s: 'start', r: 'restart', x: 'stop' };

const HELP =
  '/ search · j, k or arrows: next, previous process · Enter details · l log · space select · s start · r restart · x stop';

/** Follows the keys while the list is shown. @returns shows what the keys do */
export function useListKeys(keys: ListKeys): () => void {
  const help = (): void => {
    void ask({ title: 'Keys', text: HELP, confirm: 'Close', isHarmful: false });
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || question.get() !== null) return;
      if (isTyping(event.target)) {
        if (event.key === 'Escape') (event.target as HTMLElement).blur();
        return;
      }
      if (handle(event.key, keys, help)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return help;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement
    ? target.type !== 'checkbox'
    : target instanceof HTMLSelectElement;
}

/** True where the key has a meaning. */
function handle(key: string, keys: ListKeys, help: () => void): boolean {
  const rows = keys.lines.flatMap((line) => (line.kind === 'process' ? [line.row] : []));
  const at = rows.findIndex(({ id }) => id === keys.current);
  switch (key) {
    case '/':
      document.getElementById('search')?.focus();
      return true;
    case '?':
      help();
      return true;
    case 'j':
    case 'ArrowDown':
      return moveTo(rows[Math.min(at + 1, rows.length - 1)], keys);
    case 'k':
    case 'ArrowUp':
      return moveTo(rows[Math.max(at - 1, 0)], keys);
  }
  const row = rows[at];
  return row !== undefined && handleOn(key, row, keys);
}

function moveTo(row: Row | undefined, { setCurrent }: ListKeys): boolean {
  if (row === undefined) return false;
  setCurrent(row.id);
  return true;
}

function handleOn(key: string, row: Row, { selected, toggle }: ListKeys): boolean {
  if (key === 'l' && isRemote(row)) return false;
  if (key === 'l') go({ view: 'log', id: row.id, log: row.stdout ? 'stdout' : 'stderr' });
  else if (key === ' ' && rights.mayOperate) toggle([row.id], !selected.has(row.id));
  else {
    const action = ACTION_KEYS[key];
    if (action === undefined || !rights.mayOperate || !ACTIONS[action].isFor(row)) return false;
    void perform(action, { kind: 'process', id: row.id, title: row.title });
  }
  return true;
}
