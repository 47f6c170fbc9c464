/**
 * The target of a request: the path that decides what answers it, and its query.
 *
 * @module
 */

/** The path of a request target as it is matched, and what follows its `?`. */
export interface Target {
  readonly path: string;
  readonly query: string;
}

export function splitTarget(target: string): Target {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return { path: decodePercent(path), query: mark < 0 ? '' : target.slice(mark + 1) };
}

/** Unlike `decodeURIComponent` this never throws: broken escapes stay, and bytes that are not UTF-8 become U+FFFD. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}
