/**
 * In which line of which file a section begins, and a key stands.
 *
 * @module
 */
import type { LineIndex, LinePlace } from '../subject.ts';

/** @param texts the text of each file by path, in the order in which they are read */
export function indexLines(texts: ReadonlyMap<string, string>): LineIndex {
  const headers = new Map<string, LinePlace[]>();
  const keys = new Map<string, Map<string, LinePlace>>();
  for (const [file, text] of texts) {
    let section: string | null = null;
    for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
      const place = { file, line: index + 1 };
      const header = /^\[(.+)\]/.exec(line)?.[1];
      if (header !== undefined) {
        section = header;
        headers.set(header, [...(headers.get(header) ?? []), place]);
        continue;
      }
      const key = /^([^\s;#[=:][^=:]*)[=:]/.exec(line)?.[1]?.trimEnd().toLowerCase();
      if (section !== null && key !== undefined) {
        keys.set(section, (keys.get(section) ?? new Map<string, LinePlace>()).set(key, place));
      }
    }
  }
  return {
    headers,
    placeOf: (section, key) => keys.get(section)?.get(key) ?? keys.get('DEFAULT')?.get(key) ?? null,
  };
}
