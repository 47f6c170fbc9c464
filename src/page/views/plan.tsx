/**
 * What an update changes.
 *
 * @module
 */
import { titleOf } from '../model/process.ts';

export interface KeyChange {
  readonly key: string;
  readonly change: 'added' | 'removed' | 'changed' | string;
  readonly old: string;
  readonly new: string;
  readonly variables: readonly string[];
}

/** One struct of `visord.applyConfig`. */
export interface PlannedChange {
  readonly group: string;
  /** Empty where the change concerns the whole group. */
  readonly name: string;
  readonly action: 'add' | 'remove' | 'replace' | 'restart' | 'live';
  readonly keys: readonly KeyChange[];
  readonly status: number;
  readonly description: string;
}

const ACTIONS = {
  add: { label: 'added', tone: 'good' },
  remove: { label: 'stopped and removed', tone: 'bad' },
  replace: { label: 'restarted', tone: 'warn' },
  restart: { label: 'restarted', tone: 'warn' },
  live: { label: 'changed while it runs', tone: 'busy' },
} as const;

export function Plan({ changes }: { readonly changes: readonly PlannedChange[] }) {
  if (changes.length === 0) return <p class="quiet">The running configuration is that of the files.</p>;
  return (
    <ul class="plan">
      {changes.map(({ group, name, action, keys }) => (
        <li key={`${group}:${name}`}>
          <b>{name === '' ? group : titleOf(group, name)}</b>{' '}
          <span class={`badge ${ACTIONS[action].tone}`}>{ACTIONS[action].label}</span>
          {keys.map((key) => (
            <Change key={key.key} change={key} />
          ))}
        </li>
      ))}
    </ul>
  );
}

function Change({ change }: { readonly change: KeyChange }) {
  return (
    <div class="change">
      <span class="quiet">{change.key}</span>
      <span>
        {change.old !== '' && <del>{change.old}</del>} {change.new !== '' && <ins>{change.new}</ins>}
        {change.variables.length > 0 && <span class="quiet"> {change.variables.join(', ')}</span>}
      </span>
    </div>
  );
}
