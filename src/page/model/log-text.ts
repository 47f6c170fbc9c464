/**
 * The part of a log that is in the browser: lines in blocks of a bounded number and size, whatever the log contains.
 *
 * @module
 */

export interface LogLine {
  /** Without its end; control characters that are not escapes are shown as symbols. */
  readonly text: string;
  /** Characters of the line that are left out: a line may be as long as the log. */
  readonly cut: number;
}

export interface Block {
  /** Differs between blocks, and stays with a block that gets more lines. */
  readonly key: number;
  readonly lines: readonly LogLine[];
  /** Of all its lines. */
  readonly characters: number;
}

export interface LogText {
  readonly blocks: readonly Block[];
  /** The last line has not ended yet. */
  readonly isOpen: boolean;
}

export const EMPTY_TEXT: LogText = { blocks: [], isOpen: false };

/** Characters of a line that are kept. */
export const LONGEST_LINE = 8192;
const LINES_OF_BLOCK = 100;
const MOST_BLOCKS = 100;
/** Characters that are kept in all: lines may be long. */
const MOST_CHARACTERS = 4 << 20;

let lastKey = 0;

/** Adds what follows; of too much the oldest is dropped. */
export function appendText(log: LogText, text: string): LogText {
  if (text === '') return log;
  const pieces = text.split('\n');
  const isOpen = pieces.at(-1) !== '';
  if (!isOpen) pieces.pop();
  const blocks = [...log.blocks];
  const last = blocks.pop();
  const lines = last ? [...last.lines] : [];
  const open = log.isOpen ? lines.pop() : undefined;
  for (const [index, piece] of pieces.entries()) {
    lines.push(index === 0 && open ? longer(open, piece) : lineOf(piece));
  }
  blocks.push(...blocksOf(lines, last?.key));
  return { blocks: blocks.slice(-fitting([...blocks].reverse())), isOpen };
}

/** Adds what stands before, which ends with the end of a line; of too much the newest is dropped. */
export function prependText(log: LogText, text: string): LogText {
  if (text === '') return log;
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => lineOf(line));
  const blocks = [...blocksOf(lines), ...log.blocks];
  const count = fitting(blocks);
  return count < blocks.length ? { blocks: blocks.slice(0, count), isOpen: false } : { ...log, blocks };
}

/** How many of the first blocks are kept; at least one. */
function fitting(blocks: readonly Block[]): number {
  let characters = 0;
  let count = 0;
  for (const block of blocks) {
    characters += block.characters;
    if (count > 0 && (count === MOST_BLOCKS || characters > MOST_CHARACTERS)) break;
    count += 1;
  }
  return count;
}

/** A line of the page itself among those of the log. */
export function withNote(log: LogText, note: string): LogText {
  const ended = log.isOpen ? { ...log, isOpen: false } : log;
  return appendText(ended, `\x1b[2m${note}\x1b[0m\n`);
}

export function lineCount({ blocks }: LogText): number {
  return blocks.reduce((sum, { lines }) => sum + lines.length, 0);
}

function blocksOf(lines: readonly LogLine[], key?: number): Block[] {
  const blocks: Block[] = [];
  for (let from = 0; from < lines.length; from += LINES_OF_BLOCK) {
    const isFirst = from === 0 && key !== undefined;
    if (!isFirst) lastKey += 1;
    const own = lines.slice(from, from + LINES_OF_BLOCK);
    const characters = own.reduce((sum, { text }) => sum + text.length, 0);
    blocks.push({ key: isFirst ? key : lastKey, lines: own, characters });
  }
  return blocks;
}

function longer({ text, cut }: LogLine, more: string): LogLine {
  const { text: added, cut: left } = lineOf(more, LONGEST_LINE - text.length);
  return { text: text + added, cut: cut + left };
}

function lineOf(raw: string, room = LONGEST_LINE): LogLine {
  const kept = raw.length > room ? raw.slice(0, room) : raw;
  return { text: symbols(kept), cut: raw.length - kept.length };
}

/** Not the tabulator, nor the escape character, which begins the colours. */
const CONTROLS = new RegExp(`[${'\x00'}-\x08\x0b-\x1a\x1c-\x1f\x7f]`, 'g');

/** Control characters as Unicode's pictures of them; the end of a line of Windows is not shown. */
function symbols(text: string): string {
  const line = text.endsWith('\r') ? text.slice(0, -1) : text;
  return line.replace(CONTROLS, (character) =>
    character === '\x7f' ? '\u2421' : String.fromCharCode(0x2400 + character.charCodeAt(0)),
  );
}
