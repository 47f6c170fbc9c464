/**
 * The answer to `getAllProcessInfo`, as bytes that are kept and brought up to date.
 *
 * @module
 */
import { describeProcess, isTimed } from '../process/description.ts';
import type { ManagedProcess } from '../process/managed-process.ts';
import { LendableBytes } from '../xmlrpc/lendable-bytes.ts';
import { RenderedValue, type RpcValue } from '../xmlrpc/values.ts';
import {
  cappedInt,
  escapeText,
  renderArray,
  renderMember,
  renderStruct,
  renderValue,
  writeResponse,
} from '../xmlrpc/writer.ts';
import { processInfo } from './process-info.ts';

/** The place of a process's struct in the answer, and the places in it that change with the time; all in bytes. */
interface Entry {
  readonly process: ManagedProcess;
  readonly revision: number;
  readonly start: number;
  readonly length: number;
  /** Counted from the start of the struct. */
  readonly nowAt: number;
  readonly descriptionAt: number;
  readonly descriptionLength: number;
}

interface Answer {
  readonly entries: readonly Entry[];
  readonly kept: LendableBytes;
}

/** Room for the struct of most processes, in bytes; a longer one allocates more memory. */
const ROOM_FOR_ONE = 1536;
/** Maximum number of structs that are replaced in place; each one of another length moves all that follow it. */
const MOST_REPLACED = 16;

/** A placeholder, to find the text that the writer puts before and after a value. */
const CONTENT = '\uE000';
const [VALUE_START = '', VALUE_END = ''] = renderArray(CONTENT).split(CONTENT);
const [RESPONSE_START = '', RESPONSE_END = ''] = writeResponse(
  new RenderedValue(renderArray(CONTENT), () => CONTENT),
)
  .toString()
  .split(CONTENT);
const [, MEMBER_END = ''] = renderMember('', CONTENT).split(CONTENT);
const memberStarts = new Map<string, string>();
const [STRUCT_START = ''] = renderStruct(CONTENT).split(CONTENT);
const START = Buffer.from(RESPONSE_START);
const END = Buffer.from(RESPONSE_END);

/**
 * Renders the answer to `getAllProcessInfo`. While nothing changes it is the same bytes. A new second changes the clock
 * and the uptimes, which are written over the last answer, or over a copy while that one is being sent; only the struct
 * of a process that has changed is rendered again. Of 10,000 processes, 2,000 of them running, a new second costs a
 * hundredth of the first answer, which renders all (docs/performance-notes.md, Answering requests).
 */
export class ProcessInfoRenderer {
  #entries: readonly Entry[] = [];
  #digits = Buffer.alloc(0);
  #now = Number.NaN;
  #kept = new LendableBytes(Buffer.alloc(0), 0);
  #answer = answerOf(this.#kept, () => []);

  /** @param now wall time in whole seconds since the epoch */
  renderAll(processes: readonly ManagedProcess[], now: number): RenderedValue {
    if (now !== this.#now || !this.#isCurrent(processes)) this.#renew(processes, now);
    return this.#answer;
  }

  #isCurrent(processes: readonly ManagedProcess[]): boolean {
    const entries = this.#entries;
    return (
      processes.length === entries.length &&
      entries.every(({ process, revision }, i) => process === processes[i] && revision === process.revision)
    );
  }

  #renew(processes: readonly ManagedProcess[], now: number): void {
    const digits = Buffer.from(String(cappedInt(now)));
    const find = digits.length === this.#digits.length ? this.#finder() : () => undefined;
    const uptimes: (string | null)[] = [];
    const known = processes.map((process, index) => {
      const uptime = isTimed(process) ? timedText(process, now) : null;
      uptimes.push(uptime);
      const entry = find(process, index);
      const isSame = entry?.revision === process.revision;
      const fits = uptime === null || uptime.length === entry?.descriptionLength;
      return isSame && fits ? entry : undefined;
    });
    const { entries, kept } = this.#replace(processes, known, now) ?? this.#layOut(processes, known, now);
    const { bytes } = kept;
    for (const [index, { start, nowAt, descriptionAt }] of entries.entries()) {
      bytes.set(digits, start + nowAt);
      const uptime = uptimes[index] ?? null;
      if (uptime !== null) bytes.write(uptime, start + descriptionAt, 'latin1');
    }
    this.#entries = entries;
    this.#digits = digits;
    this.#now = now;
    this.#kept = kept;
    this.#answer = answerOf(kept, () => processes.map((process) => processInfo(process, now)));
  }

  /**
   * Renders the few structs that are not known, in place of the earlier ones.
   *
   * @returns null for other processes than before, too many new structs, or too little room
   */
  #replace(
    processes: readonly ManagedProcess[],
    known: readonly (Entry | undefined)[],
    now: number,
  ): Answer | null {
    const before = this.#entries;
    const replaced = known.filter((entry) => entry === undefined).length;
    if (before.length === 0 || before.length !== processes.length || replaced > MOST_REPLACED) return null;
    if (!before.every(({ process }, index) => process === processes[index])) return null;
    const fresh = before.map(({ process }, index) =>
      known[index] === undefined ? renderProcess(process, now) : null,
    );
    const growth = fresh.map((one, index) => Math.max(0, (one?.length ?? 0) - (before[index]?.length ?? 0)));
    if (growth.reduce((sum, bytes) => sum + bytes, 0) > this.#kept.room) return null;
    const kept = this.#kept.writable();
    let moved = 0;
    const entries = before.map((entry, index) => {
      const start = entry.start + moved;
      const rendered = fresh[index] ?? null;
      if (rendered === null) return moved === 0 ? entry : { ...entry, start };
      const { text, ...places } = rendered;
      moved += kept.replace(start, entry.length, text);
      return { ...places, process: entry.process, revision: entry.process.revision, start };
    });
    return { entries, kept };
  }

  /** Writes all structs in their order, known and new ones, to new memory. */
  #layOut(processes: readonly ManagedProcess[], known: readonly (Entry | undefined)[], now: number): Answer {
    const fresh = known.filter((entry) => entry === undefined).length;
    const before = this.#kept.bytes;
    let bytes = Buffer.allocUnsafeSlow(before.length + (fresh + 1) * ROOM_FOR_ONE);
    let at = START.copy(bytes);
    const makeRoom = (length: number): void => {
      if (at + length + END.length <= bytes.length) return;
      const more = Buffer.allocUnsafeSlow(2 * bytes.length + length);
      bytes.copy(more, 0, 0, at);
      bytes = more;
    };
    const entries = processes.map((process, index) => {
      const start = at;
      const entry = known[index];
      if (entry !== undefined) {
        makeRoom(entry.length);
        at += before.copy(bytes, at, entry.start, entry.start + entry.length);
        return { ...entry, start };
      }
      const { text, ...places } = renderProcess(process, now);
      makeRoom(places.length);
      at += bytes.write(text, at);
      return { ...places, process, revision: process.revision, start };
    });
    at += END.copy(bytes, at);
    return { entries, kept: new LendableBytes(bytes, at) };
  }

  /** Finds the known struct of a process: at its place in the last answer, else by a map of all. */
  #finder(): (process: ManagedProcess, index: number) => Entry | undefined {
    const entries = this.#entries;
    let byProcess: ReadonlyMap<ManagedProcess, Entry> | null = null;
    return (process, index) => {
      const entry = entries[index];
      if (entry?.process === process) return entry;
      byProcess ??= new Map(entries.map((known) => [known.process, known]));
      return byProcess.get(process);
    };
  }
}

/** What changes with the time, escaped; one character for each byte of it. */
function timedText(process: ManagedProcess, now: number): string {
  const description = describeProcess(process, now);
  return process.health === null ? description : Buffer.from(escapeText(description)).toString('latin1');
}

/** The struct of a process, and the places in it that change with the time. */
function renderProcess(
  process: ManagedProcess,
  now: number,
): Omit<Entry, 'process' | 'revision' | 'start'> & { readonly text: string } {
  const info = processInfo(process, now);
  const places = { now: 0, description: 0 };
  let members = '';
  for (const name in info) {
    const member = memberStart(name) + renderValue(info[name] ?? '') + MEMBER_END;
    if (name === 'now' || name === 'description')
      places[name] = STRUCT_START.length + Buffer.byteLength(members) + contentOffset(member);
    members += member;
  }
  const text = renderStruct(members);
  return {
    text,
    length: Buffer.byteLength(text),
    nowAt: places.now,
    descriptionAt: places.description,
    descriptionLength: Buffer.byteLength(escapeText(info.description)),
  };
}

/** The text of a member before its value; kept, since rendering it again for each process is not cheap. */
function memberStart(name: string): string {
  const known = memberStarts.get(name);
  if (known !== undefined) return known;
  const [start = ''] = renderMember(name, CONTENT).split(CONTENT);
  memberStarts.set(name, start);
  return start;
}

/** Offset of the value's own text in the text of a member. */
function contentOffset(member: string): number {
  return member.indexOf('>', member.indexOf('<value>') + '<value>'.length) + 1;
}

function answerOf(kept: LendableBytes, plain: () => RpcValue): RenderedValue {
  const { bytes } = kept;
  const start = RESPONSE_START.length - VALUE_START.length;
  const end = bytes.length - (RESPONSE_END.length - VALUE_END.length);
  return new RenderedValue(
    () => bytes.toString('utf8', start, end),
    plain,
    bytes,
    () => kept.lend(),
  );
}
