/**
 * What `getProcessInfo` says about a process.
 *
 * @module
 */
import type { ManagedProcess } from '../process/managed-process.ts';
import { STATE_CODES } from '../process/states.ts';
import { RenderedValue } from './values.ts';
import { cappedInt, renderArray, renderMember, renderStruct, renderValue } from './xml-writer.ts';

/** The struct that describes a process, its members in the reference's order. */
export interface ProcessInfo {
  readonly [member: string]: string | number;
  readonly name: string;
  readonly group: string;
  readonly start: number;
  readonly stop: number;
  readonly now: number;
  readonly state: number;
  readonly statename: string;
  readonly spawnerr: string;
  readonly exitstatus: number;
  readonly logfile: string;
  readonly stdout_logfile: string;
  readonly stderr_logfile: string;
  readonly pid: number;
  readonly description: string;
}

/** @param now wall time in whole seconds since the epoch */
export function processInfo(process: ManagedProcess, now: number): ProcessInfo {
  const stdoutLogfile = process.stdoutLogfile ?? '';
  return {
    name: process.config.name,
    group: process.groupName,
    start: cappedInt(process.startedAt),
    stop: cappedInt(process.stoppedAt),
    now: cappedInt(now),
    state: STATE_CODES[process.state],
    statename: process.state,
    spawnerr: process.spawnError,
    exitstatus: process.exitStatus ?? 0,
    logfile: stdoutLogfile,
    stdout_logfile: stdoutLogfile,
    stderr_logfile: process.stderrLogfile ?? '',
    pid: process.pid,
    description: describeProcess(process, now),
  };
}

/** The line that `status` shows behind the state. */
export function describeProcess(process: ManagedProcess, now: number): string {
  switch (process.state) {
    case 'RUNNING': {
      const uptime = Math.max(0, Math.trunc(now) - Math.trunc(process.startedAt));
      const trouble = process.logTrouble === null ? '' : ', log cannot be written (the main log says why)';
      return `pid ${process.pid}, uptime ${formatUptime(uptime)}${trouble}`;
    }
    case 'FATAL':
    case 'BACKOFF':
      return process.spawnError || `unknown error (try "tail ${process.config.name}")`;
    case 'STOPPED':
    case 'EXITED':
      return Math.trunc(process.startedAt) === 0 ? 'Not started' : formatStop(process.stoppedAt);
    default:
      return '';
  }
}

/** `H:MM:SS`, with `1 day, ` or `N days, ` before it where there are any. */
export function formatUptime(totalSeconds: number): string {
  const days = Math.floor(totalSeconds / 86_400);
  const hours = Math.floor((totalSeconds % 86_400) / 3600);
  const minutes = Math.floor((totalSeconds % 3600) / 60);
  const time = `${hours}:${twoDigits(minutes)}:${twoDigits(totalSeconds % 60)}`;
  if (days === 0) return time;
  return `${days} ${days === 1 ? 'day' : 'days'}, ${time}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Nov 23 09:56 AM` in local time. */
function formatStop(seconds: number): string {
  const date = new Date(Math.trunc(seconds) * 1000);
  const hour = date.getHours();
  const clock = `${twoDigits(hour % 12 || 12)}:${twoDigits(date.getMinutes())} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${MONTHS[date.getMonth()]} ${twoDigits(date.getDate())} ${clock}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

interface Fragments {
  readonly revision: number;
  /** The members before `now`, those between it and `description`. */
  readonly before: string;
  readonly between: string;
  now: number;
  rendered: string;
}

/**
 * Renders the answer to `getAllProcessInfo`. What a change of the second leaves alone is kept per process and
 * revision, and the whole answer as long as nothing in it changes: a thousand processes cost next to nothing then.
 */
export class ProcessInfoRenderer {
  readonly #fragments = new WeakMap<ManagedProcess, Fragments>();
  #lastParts: readonly string[] = [];
  #last = new RenderedValue(renderArray(''));

  /** @param now wall time in whole seconds since the epoch */
  renderAll(processes: readonly ManagedProcess[], now: number): RenderedValue {
    const parts = processes.map((process) => this.render(process, now));
    const same =
      parts.length === this.#lastParts.length && parts.every((part, i) => part === this.#lastParts[i]);
    if (!same) {
      this.#lastParts = parts;
      this.#last = new RenderedValue(renderArray(parts.join('')));
    }
    return this.#last;
  }

  /** The struct of one process; equal to what `renderValue` makes of its `processInfo`. */
  render(process: ManagedProcess, now: number): string {
    const known = this.#fragments.get(process);
    if (known?.revision === process.revision) {
      if (known.now !== now) {
        known.now = now;
        known.rendered = assemble(known, process, now);
      }
      return known.rendered;
    }
    const fragments = renderFragments(process, now);
    fragments.rendered = assemble(fragments, process, now);
    this.#fragments.set(process, fragments);
    return fragments.rendered;
  }
}

function renderFragments(process: ManagedProcess, now: number): Fragments {
  const members = Object.entries(processInfo(process, now)).map(([name, value]) => ({
    name,
    xml: renderMember(name, renderValue(value)),
  }));
  const at = members.findIndex((member) => member.name === 'now');
  const join = (part: typeof members) => part.map((member) => member.xml).join('');
  return {
    revision: process.revision,
    before: join(members.slice(0, at)),
    between: join(members.slice(at + 1, -1)),
    now,
    rendered: '',
  };
}

function assemble(fragments: Fragments, process: ManagedProcess, now: number): string {
  return renderStruct(
    fragments.before +
      renderMember('now', renderValue(cappedInt(now))) +
      fragments.between +
      renderMember('description', renderValue(describeProcess(process, now))),
  );
}
