/**
 * The answer to `getAllProcessInfo`, as bytes that are kept and brought up to date.
 *
 * @module
 */
import type { ManagedProcess } from '../process/managed-process.ts';
import { describeProcess, processInfo } from './process-info.ts';
import { RenderedValue } from './values.ts';
import {
  cappedInt,
  escapeText,
  renderArray,
  renderMember,
  renderStruct,
  renderValue,
  writeResponse,
} from './xml-writer.ts';

/** Where the struct of a process stands in the answer, and what in it changes with the time; all in bytes. */
interface Entry {
  readonly process: ManagedProcess;
  readonly revision: number;
  readonly length: number;
  /** Counted from the start of the struct. */
  readonly nowAt: number;
  readonly descriptionAt: number;
  readonly descriptionLength: number;
  start: number;
  /** The struct before it has its place in an answer. */
  fresh: Buffer | null;
}

/** Stands for a content, to see what comes before and after it. */
const CONTENT = '\uE000';
const [VALUE_START = '', VALUE_END = ''] = renderArray(CONTENT).split(CONTENT);
const [RESPONSE_START = '', RESPONSE_END = ''] = writeResponse(new RenderedValue(renderArray(CONTENT)))
  .toString()
  .split(CONTENT);
const [, MEMBER_END = ''] = renderMember('', CONTENT).split(CONTENT);
const memberStarts = new Map<string, string>();
const [STRUCT_START = ''] = renderStruct(CONTENT).split(CONTENT);
const START = Buffer.from(RESPONSE_START);
const END = Buffer.from(RESPONSE_END);

/**
 * Renders the answer to `getAllProcessInfo`. While nothing changes it is the same bytes; what changes with the second,
 * the clock and the uptimes, is written over a copy of the last answer; only the struct of a process that has changed
 * is made anew. Of 10,000 processes, 2,000 of them running, a new second costs a hundredth of what it takes to put
 * the texts together, which the first call does (docs/performance.md, Answering requests).
 */
export class ProcessInfoRenderer {
  #entries: readonly Entry[] = [];
  #digits = Buffer.alloc(0);
  #now = Number.NaN;
  #bytes = Buffer.alloc(0);
  #answer = answerOf(this.#bytes);

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
    const entries = processes.map((process, index) => {
      // No other description speaks of the time.
      const uptime = process.state === 'RUNNING' ? describeProcess(process, now) : null;
      uptimes.push(uptime);
      const entry = find(process, index);
      const isSame = entry?.revision === process.revision;
      const fits = uptime === null || uptime.length === entry?.descriptionLength;
      return entry !== undefined && isSame && fits ? entry : freshEntry(process, now);
    });
    const bytes = this.#lay(entries);
    for (const [index, { start, nowAt, descriptionAt }] of entries.entries()) {
      bytes.set(digits, start + nowAt);
      const uptime = uptimes[index] ?? null;
      if (uptime !== null) bytes.write(uptime, start + descriptionAt, 'latin1');
    }
    this.#entries = entries;
    this.#digits = digits;
    this.#now = now;
    this.#bytes = bytes;
    this.#answer = answerOf(bytes);
  }

  /** Puts the structs in their order into new memory: the last answer may still be on its way to somebody. */
  #lay(entries: readonly Entry[]): Buffer<ArrayBuffer> {
    const length = entries.reduce((sum, entry) => sum + entry.length, START.length + END.length);
    const bytes = Buffer.allocUnsafeSlow(length);
    if (length === this.#bytes.length && entries.every((entry, i) => entry === this.#entries[i])) {
      this.#bytes.copy(bytes);
      return bytes;
    }
    let at = START.copy(bytes);
    for (const entry of entries) {
      if (entry.fresh === null) this.#bytes.copy(bytes, at, entry.start, entry.start + entry.length);
      else entry.fresh.copy(bytes, at);
      entry.fresh = null;
      entry.start = at;
      at += entry.length;
    }
    END.copy(bytes, at);
    return bytes;
  }

  /** Finds what is known of a process where it stood, and elsewhere only if it is not there. */
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

function freshEntry(process: ManagedProcess, now: number): Entry {
  const info = processInfo(process, now);
  const places = { now: 0, description: 0 };
  let members = '';
  for (const name in info) {
    const member = memberStart(name) + renderValue(info[name] ?? '') + MEMBER_END;
    if (name === 'now' || name === 'description')
      places[name] = STRUCT_START.length + Buffer.byteLength(members) + contentOffset(member);
    members += member;
  }
  const fresh = Buffer.from(renderStruct(members));
  return {
    process,
    revision: process.revision,
    length: fresh.length,
    nowAt: places.now,
    descriptionAt: places.description,
    descriptionLength: Buffer.byteLength(escapeText(info.description)),
    start: 0,
    fresh,
  };
}

/** The text of a member before its value; the names are few, and looking through them again and again is not cheap. */
function memberStart(name: string): string {
  const known = memberStarts.get(name);
  if (known !== undefined) return known;
  const [start = ''] = renderMember(name, CONTENT).split(CONTENT);
  memberStarts.set(name, start);
  return start;
}

/** Where in the text of a member its value's own text begins. */
function contentOffset(member: string): number {
  return member.indexOf('>', member.indexOf('<value>') + '<value>'.length) + 1;
}

function answerOf(bytes: Buffer): RenderedValue {
  const start = RESPONSE_START.length - VALUE_START.length;
  const end = bytes.length - (RESPONSE_END.length - VALUE_END.length);
  return new RenderedValue(() => bytes.toString('utf8', start, end), bytes);
}
