// Where the characters of a text are in the edited text.

/** An edit ends where this number of characters is the same again. */
const SAME = 40;

/** Both texts are searched this far for the end of an edit. */
const FARTHEST = 100_000;

/**
 * Finds the pieces that both texts have, in order.
 *
 * @returns a function from an offset of the text to that of the edited one, or to null for what was removed
 */
export function alignedOffsets(text, edited) {
  const pieces = [];
  let from = 0;
  let to = 0;
  while (from < text.length && to < edited.length) {
    const start = { from, to };
    while (from < text.length && text[from] === edited[to]) {
      from += 1;
      to += 1;
    }
    if (from > start.from) pieces.push({ ...start, end: from });
    const next = endOfEdit(text, edited, from, to);
    if (next === null) break;
    ({ from, to } = next);
  }
  return (offset) => {
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle].end <= offset) low = middle + 1;
      else high = middle;
    }
    const piece = pieces[low];
    return piece === undefined || offset < piece.from ? null : piece.to + offset - piece.from;
  };
}

function endOfEdit(text, edited, from, to) {
  const ahead = edited.slice(to, to + FARTHEST);
  for (let at = from; at < Math.min(text.length, from + FARTHEST); at += 1) {
    const found = ahead.indexOf(text.slice(at, at + SAME));
    if (found !== -1) return { from: at, to: to + found };
  }
  return null;
}
