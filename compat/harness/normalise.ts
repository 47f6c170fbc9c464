/**
 * Replaces what differs between any two runs: pids, times, folders and ports.
 *
 * @module
 */
import type { Json } from '../scenario.ts';

/** What ours shows of its own version, beside what the reference shows. */
const OWN_VERSION: readonly RegExp[] = [
  /^(?:\S+ \S+ |\$TIME )?INFO visord \d[^\n]*(?:\n|$)/gm,
  / <span>visord [^<]*<\/span>/g,
];

export interface Normaliser {
  /** From now on the value is shown as `$label`; a plain word or number only as a whole word. */
  alias(value: string | number, label: string): void;
  /** From now on the value is left out. */
  hide(value: string): void;
  /** From now on the pid is shown as `$label` where it stands on a line by itself: any other number may be the same. */
  aliasPid(pid: number, label: string): void;
  text(text: string): string;
  value(value: Json): Json;
}

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/g, '$TIME'],
  [/\b[A-Z][a-z]{2} \d\d \d\d:\d\d [AP]M\b/g, '$WHEN'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b/g, '$DATE'],
  [/\buptime (\d+ days?, )?\d+:\d\d:\d\d\b/g, 'uptime $UPTIME'],
  [/\bpid \d+\b/g, 'pid $PID'],
  [/(killing '[^']+' \()\d+\)/g, '$1$$PID)'],
  [/\/usr\/lib\/python3\.\d+\/(\S+ line:) \d+/g, '/usr/lib/python3/$1 $$LINE'],
  // The client's own source, unpacked somewhere or installed.
  [/[^\s"']+(?=\/usr\/lib\/python3\/dist-packages\/)/g, ''],
  [/(-std(?:out|err)---[^/\s]+?-)[\w]{8}(\.log)/g, '$1$$RANDOM$2'],
];

/** A normaliser that knows the folder of one side and learns more names as it goes. */
export function createNormaliser(dir: string): Normaliser {
  const started = Date.now() / 1000;
  const aliases = new Map<string, string>([[dir, 'DIR']]);
  const pids = new Map<number, string>();

  const text = (input: string): string => {
    let output = input;
    for (const pattern of OWN_VERSION) output = output.replace(pattern, '');
    for (const [pid, label] of pids) output = output.replace(new RegExp(`^${pid}$`, 'gm'), () => `$${label}`);
    // Before the ports: a pid may be the same number as a port.
    for (const [pattern, replacement] of PATTERNS) output = output.replace(pattern, replacement);
    // The longest first, so that the name of a folder does not split a path in it.
    const byLength = [...aliases].sort(([a], [b]) => b.length - a.length);
    for (const [value, label] of byLength) {
      const pattern = /^\d+$/.test(value)
        ? `(?<!\\d)${value}(?!\\d)`
        : /^\w+$/.test(value)
          ? `(?<!\\w)${value}(?!\\w)`
          : escapePattern(value);
      output = output.replace(new RegExp(pattern, 'g'), () => (label === '' ? '' : `$${label}`));
    }
    return output;
  };

  const value = (input: Json): Json => {
    if (typeof input === 'string') return text(input);
    if (typeof input === 'number') return number(input);
    if (input === null || typeof input === 'boolean') return input;
    if (Array.isArray(input)) return input.filter((item) => !isOwnLine(item)).map(value);
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [text(key), value(item)]));
  };

  const number = (input: number): Json => {
    // Below that a number is more likely a state or a count than a port.
    const label = input >= 1024 ? aliases.get(String(input)) : undefined;
    if (label !== undefined) return `$${label}`;
    // A wall-clock second of this very run.
    return Math.abs(input - started) < 3600 ? '$NOW' : input;
  };

  return {
    alias: (from, label) => {
      aliases.set(String(from), label);
    },
    hide: (value) => {
      aliases.set(value, '');
    },
    aliasPid: (pid, label) => {
      pids.set(pid, label);
    },
    text,
    value,
  };
}

/** A line of a log, or an element of a page, that only our side has. */
function isOwnLine(item: Json): boolean {
  return typeof item === 'string' && OWN_ITEM.test(item);
}

const OWN_ITEM = /^(?:(?:<\d+>.* supervisord: )?(?:\S+ \S+ |\$TIME )?INFO visord \d.*|<span> visord \S+)\n?$/;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
