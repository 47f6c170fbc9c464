/**
 * The head of every view.
 *
 * @module
 */
import { type Connection, snapshot } from '../live/live.ts';
import { route } from '../live/route.ts';
import { rights, site } from '../live/site.ts';
import { useStore } from '../live/store.ts';
import { switchTheme, theme } from '../live/theme.ts';
import { addressOf } from '../model/routes.ts';
import type { Tone } from '../model/states.ts';
import { Dot } from './badge.tsx';
import { Icon, Sign } from './icons.tsx';

const CONNECTIONS: Readonly<
  Record<Connection, { readonly tone: Tone; readonly label: string; readonly about: string }>
> = {
  early: { tone: 'busy', label: 'Connecting', about: 'The states have not been read yet' },
  live: { tone: 'good', label: 'Live', about: 'Changes are shown as they happen' },
  polling: {
    tone: 'busy',
    label: 'Every 3 s',
    about: 'No events arrive: the states are read every 3 seconds',
  },
  lost: { tone: 'bad', label: 'No answer', about: 'The daemon does not answer' },
};

const THEMES = {
  system: { icon: 'system', label: 'Colours of the system' },
  light: { icon: 'light', label: 'Light colours' },
  dark: { icon: 'dark', label: 'Dark colours' },
} as const;

export function Head() {
  const { connection, state } = useStore(snapshot);
  const { view } = useStore(route);
  const chosen = THEMES[useStore(theme)];
  const { tone, label, about } = CONNECTIONS[connection];
  const isDaemon = view === 'daemon';
  return (
    <header class="head">
      <a class="brand" href={addressOf({ view: 'list' })}>
        <Sign />
        <span class="hidden-text">All processes of</span>
        <span class="brand-host">{site.host}</span>
        {site.identifier !== 'supervisor' && <span class="brand-id">{site.identifier}</span>}
      </a>
      <nav aria-label="Views">
        <a href={addressOf({ view: 'list' })} aria-current={isDaemon ? undefined : 'page'}>
          Processes
        </a>
        <a href={addressOf({ view: 'daemon' })} aria-current={isDaemon ? 'page' : undefined}>
          Daemon
        </a>
      </nav>
      <div class="head-end">
        {state !== 'RUNNING' && <span class="badge warn">{state.toLowerCase()}</span>}
        {site.user !== null && (
          <span class="quiet wide-only" title={`Role: ${site.role}`}>
            {site.user}
            {!rights.mayOperate && ' (reads only)'}
          </span>
        )}
        <span class={`badge ${tone}`} title={about} role="status">
          <Dot tone={tone} />
          {label}
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label={chosen.label}
          title={chosen.label}
          onClick={switchTheme}
        >
          <Icon name={chosen.icon} />
        </button>
      </div>
    </header>
  );
}
