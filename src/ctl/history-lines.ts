/**
 * The state changes of a process, a line each.
 *
 * @module
 */
import { signalName } from '../config/tables/signals.ts';
import { padText } from './names/names.ts';
import type { StateChange } from './wire/visord-api.ts';

/** The longest name of a state. */
const STATE_WIDTH = 'STARTING'.length;

/** In the time zone of this machine. */
export async function historyLines(changes: readonly StateChange[]): Promise<string[]> {
  // It needs the addon, which few commands do.
  const { clockText, localTime, twoDigits } = await import('../python/local-time.ts');
  return changes.map((change) => {
    const time = localTime(change.time * 1000);
    const day = `${time.year}-${twoDigits(time.month + 1)}-${twoDigits(time.day)}`;
    const states = `${padText(change.from, STATE_WIDTH)} -> ${padText(change.to, STATE_WIDTH)}`;
    return `${day} ${clockText(time)}  ${states}  ${describe(change)}`.trimEnd();
  });
}

function describe({ pid, exited, exitstatus, signal, expected, spawnerr }: StateChange): string {
  const parts = pid > 0 ? [`pid ${pid}`] : [];
  if (signal > 0) parts.push(`terminated by ${signalName(signal)}`);
  else if (exited) parts.push(exitstatus < 0 ? 'exit status unknown' : `exit status ${exitstatus}`);
  if (exited && !expected) parts.push('not expected');
  if (spawnerr !== '') parts.push(spawnerr);
  return parts.join(', ');
}
