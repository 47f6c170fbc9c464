/**
 * Patterns as Python's `fnmatch` reads them: `*`, `?`, `[a-z]`, `[!a-z]`; everything else is itself.
 *
 * A match takes time in proportion to the lengths of pattern and name, however many stars there are.
 *
 * @module
 */

/** Whether the pattern matches the whole name. */
export type Matcher = (name: string) => boolean;

/** One character of a name, as a pattern describes it. */
type Piece =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'character'; readonly character: string }
  | {
      readonly kind: 'set';
      readonly isNegated: boolean;
      /** Code points, both ends included. */
      readonly ranges: readonly (readonly [first: number, last: number])[];
    };

/** True for a name that is more than itself when it is read as a pattern. */
export function hasWildcard(name: string): boolean {
  return /[*?[]/.test(name);
}

/** Reads a pattern once, for many names. */
export function fnmatch(pattern: string): Matcher {
  const pieces = piecesOf([...pattern]);
  return (name) => matches(pieces, [...name]);
}

/** A star takes as little as it can; where the rest then fails, the last star takes one character more. */
function matches(pieces: readonly Piece[], name: readonly string[]): boolean {
  let at = 0;
  let piece = 0;
  let star = -1;
  let starEnd = 0;
  while (at < name.length) {
    const current = pieces[piece];
    if (current?.kind === 'star') {
      star = piece;
      starEnd = at;
      piece += 1;
    } else if (current !== undefined && takes(current, name[at] ?? '')) {
      piece += 1;
      at += 1;
    } else if (star >= 0) {
      starEnd += 1;
      at = starEnd;
      piece = star + 1;
    } else {
      return false;
    }
  }
  return pieces.slice(piece).every(({ kind }) => kind === 'star');
}

function takes(piece: Piece, character: string): boolean {
  switch (piece.kind) {
    case 'star':
    case 'any':
      return true;
    case 'character':
      return piece.character === character;
    case 'set': {
      const code = character.codePointAt(0) ?? 0;
      return piece.ranges.some(([first, last]) => first <= code && code <= last) !== piece.isNegated;
    }
  }
}

function piecesOf(pattern: readonly string[]): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at] ?? '';
    const end = character === '[' ? endOfSet(pattern, at) : -1;
    if (end > 0) {
      pieces.push(setOf(pattern.slice(at + 1, end)));
      at = end;
    } else if (character === '*') {
      if (pieces.at(-1)?.kind !== 'star') pieces.push({ kind: 'star' });
    } else if (character === '?') {
      pieces.push({ kind: 'any' });
    } else {
      pieces.push({ kind: 'character', character });
    }
  }
  return pieces;
}

/** Index of the bracket that closes the set; a bracket that comes first is a member. -1 where no bracket closes it. */
function endOfSet(pattern: readonly string[], open: number): number {
  let at = open + 1;
  if (pattern[at] === '!') at += 1;
  if (pattern[at] === ']') at += 1;
  return pattern.indexOf(']', at);
}

/** A range that runs backwards holds nothing, and takes its ends with it. */
function setOf(members: readonly string[]): Piece {
  const chunks = chunksOf(members);
  for (let index = chunks.length - 1; index > 0; index -= 1) {
    const before = chunks[index - 1] ?? [];
    const after = chunks[index] ?? [];
    if (codeOf(before.at(-1)) > codeOf(after[0])) {
      chunks.splice(index - 1, 2, [...before.slice(0, -1), ...after.slice(1)]);
    }
  }
  const isNegated = chunks[0]?.[0] === '!';
  if (isNegated) chunks[0] = chunks[0]?.slice(1) ?? [];
  return { kind: 'set', isNegated, ranges: rangesOf(chunks) };
}

/** The members between the dashes that make ranges. A dash that comes first, or right behind a range, is a plain member. */
function chunksOf(members: readonly string[]): string[][] {
  const chunks: string[][] = [];
  let start = 0;
  let dash = members.indexOf('-', members[0] === '!' ? 2 : 1);
  while (dash >= 0) {
    chunks.push(members.slice(start, dash));
    start = dash + 1;
    dash = members.indexOf('-', dash + 3);
  }
  const rest = members.slice(start);
  if (rest.length > 0) {
    chunks.push(rest);
  } else {
    chunks.at(-1)?.push('-');
  }
  return chunks;
}

/** The last member of a chunk and the first of the next are the ends of a range; all others stand for themselves. */
function rangesOf(chunks: readonly (readonly string[])[]): (readonly [number, number])[] {
  return chunks.flatMap((chunk, index) => {
    const next = chunks[index + 1];
    const isRange = next !== undefined && chunk.length > 0 && next.length > 0;
    const single = chunk.slice(index > 0 ? 1 : 0, next === undefined ? undefined : -1);
    const ranges = single.map((character) => [codeOf(character), codeOf(character)] as const);
    return isRange ? [...ranges, [codeOf(chunk.at(-1)), codeOf(next[0])] as const] : ranges;
  });
}

function codeOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0;
}
