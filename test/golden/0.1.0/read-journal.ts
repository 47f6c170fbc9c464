/**
 * How visord 0.1.0 reads a journal and compares what it finds with its configuration: kept as it was, to hold what
 * later versions write against it. Not to be changed.
 *
 * @module
 */

export interface OldRecord {
  readonly groupName: string;
  readonly config: { readonly name: string };
  readonly machine: { readonly state: { readonly name: string; readonly pid?: number } };
  readonly startTicks: number | null;
  readonly base: string | null;
  readonly autoLogs: { readonly stdout: string | null; readonly stderr: string | null };
}

export interface OldContents {
  readonly daemon: unknown;
  readonly records: readonly OldRecord[];
  readonly isLeaving: boolean;
  readonly handover: unknown;
}

/** Null where 0.1.0 reports that the journal cannot be read. */
export function readAs010(text: string): OldContents | null {
  const [first, ...changes] = text.split('\n').map(parsed);
  const { format, daemon } = (first ?? {}) as { format?: unknown; daemon?: unknown };
  if (format !== 1 || !daemon) {
    return null;
  }
  const records = new Map<string, OldRecord>();
  let isLeaving = false;
  let handover: unknown = null;
  for (const change of changes.filter(isChange)) {
    if ('leaving' in change) {
      isLeaving = true;
    } else if ('handover' in change) {
      handover = change.handover;
    } else if ('gone' in change) {
      records.delete(change.gone.join('\n'));
    } else if ('config' in change.process) {
      records.set(`${change.process.groupName}\n${change.process.config.name}`, change.process);
    } else {
      const { name, ...rest } = change.process;
      const known = records.get(`${rest.groupName}\n${name}`);
      if (known !== undefined) {
        records.set(`${rest.groupName}\n${name}`, { ...rest, config: known.config });
      }
    }
  }
  return { daemon, records: [...records.values()], isLeaving, handover };
}

type OldChange =
  | { readonly leaving: true }
  | { readonly handover: unknown }
  | { readonly gone: readonly [string, string] }
  | { readonly process: OldRecord | (Omit<OldRecord, 'config'> & { readonly name: string }) };

function isChange(line: unknown): line is OldChange {
  const { leaving, gone, handover, process } = (line ?? {}) as {
    readonly leaving?: unknown;
    readonly gone?: unknown;
    readonly handover?: { readonly sockets?: unknown };
    readonly process?: {
      readonly config?: unknown;
      readonly machine?: { readonly state?: { readonly name?: unknown } };
    };
  };
  const isRecord = typeof process?.machine?.state?.name === 'string' && process.config !== null;
  return leaving === true || Array.isArray(gone) || Array.isArray(handover?.sockets) || isRecord;
}

/** Whether 0.1.0 lets the process run on; it restarts one whose record differs. */
export function isUnchangedIn010(a: unknown, b: unknown): boolean {
  if (a === b || isAuto(a) || isAuto(b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  const keys = Object.keys(right);
  return (
    Object.keys(left).length === keys.length &&
    keys.every((key) => Object.hasOwn(left, key) && isUnchangedIn010(left[key], right[key]))
  );
}

function isAuto(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (value as { kind?: unknown }).kind === 'auto';
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
