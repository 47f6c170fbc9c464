/**
 * How the states of a process look, and which filter shows them.
 *
 * @module
 */
import type { StateName } from '../../process/machine/states.ts';
import type { Row } from './process.ts';

/** `idle` is at rest, `busy` is on its way, `warn` needs attention, `bad` is an error. */
export type Tone = 'good' | 'busy' | 'idle' | 'warn' | 'bad';

export interface Appearance {
  readonly tone: Tone;
  readonly label: string;
}

const LOOKS: Readonly<Record<StateName, Appearance>> = {
  RUNNING: { tone: 'good', label: 'Running' },
  STARTING: { tone: 'busy', label: 'Starting' },
  STOPPING: { tone: 'busy', label: 'Stopping' },
  STOPPED: { tone: 'idle', label: 'Stopped' },
  EXITED: { tone: 'idle', label: 'Exited' },
  BACKOFF: { tone: 'warn', label: 'Backoff' },
  FATAL: { tone: 'bad', label: 'Fatal' },
  UNKNOWN: { tone: 'bad', label: 'Unknown' },
};

type Shown = Pick<Row, 'statename' | 'waiting' | 'healthy' | 'ended_well' | 'disabled'>;

/** An unexpected exit is an error; a process that waits for its dependencies is not at rest. */
export function appearanceOf({
  statename,
  waiting,
  healthy,
  ended_well: hasEndedWell,
  disabled,
}: Shown): Appearance {
  if (statename === 'RUNNING' && !healthy) return { tone: 'warn', label: 'Unhealthy' };
  if (statename === 'STOPPED' && waiting) return { tone: 'busy', label: 'Waiting' };
  if (statename === 'STOPPED' && disabled) return { tone: 'idle', label: 'Disabled' };
  if (statename === 'EXITED' && !hasEndedWell) return { tone: 'bad', label: 'Exited' };
  return LOOKS[statename];
}

export const FILTERS = {
  all: { label: 'All', has: () => true },
  running: { label: 'Running', has: (tone: Tone) => tone === 'good' },
  busy: { label: 'Changing', has: (tone: Tone) => tone === 'busy' },
  problems: { label: 'Problems', has: (tone: Tone) => tone === 'bad' || tone === 'warn' },
  idle: { label: 'Not running', has: (tone: Tone) => tone === 'idle' },
} as const;

export type FilterName = keyof typeof FILTERS;

export const FILTER_NAMES = Object.keys(FILTERS) as FilterName[];

/** Whether it makes sense to ask for a stop. */
export function isStarted({ statename, waiting }: Pick<Row, 'statename' | 'waiting'>): boolean {
  return statename === 'RUNNING' || statename === 'STARTING' || statename === 'BACKOFF' || waiting;
}
