/**
 * Reads a unit file of systemd: sections of `Key=Value` lines, where a key may be repeated.
 *
 * @module
 */
import { parse } from 'ini';

/** Values by section and key, in the order of the file; an empty value has cleared those before it. */
export type Unit = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

/** Reads the sections. A line that belongs to none is ignored, as systemd does. */
export function readUnit(text: string): Unit {
  const sections = parse(asIni(text), { bracketedArray: false }) as Readonly<Record<string, unknown>>;
  const unit = new Map<string, ReadonlyMap<string, readonly string[]>>();
  for (const [name, keys] of Object.entries(sections)) {
    if (typeof keys === 'object' && keys !== null) {
      const values = Object.entries(keys).map(([key, value]) => [key, cleared([value].flat().map(String))]);
      unit.set(name, new Map(values as [string, readonly string[]][]));
    }
  }
  return unit;
}

/**
 * The unit as an INI file in the dialect of `ini`: a value is quoted, since a unit has no comments behind values and
 * no quotes around them.
 */
function asIni(text: string): string {
  return joinedLines(text)
    .map((line) => {
      const equals = line.indexOf('=');
      return line.startsWith('[') || equals < 0
        ? line
        : `${line.slice(0, equals).trim()}=${JSON.stringify(line.slice(equals + 1).trim())}`;
    })
    .join('\n');
}

/** A backslash at the end of a line goes on in the next one, over comments between. */
function joinedLines(text: string): string[] {
  const lines: string[] = [];
  let begun: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*[#;]/.test(line)) {
      continue;
    }
    const whole: string = begun === null ? line : `${begun} ${line.trim()}`;
    if (line.endsWith('\\')) {
      begun = whole.slice(0, -1).trimEnd();
    } else {
      begun = null;
      lines.push(whole.trim());
    }
  }
  return begun === null ? lines : [...lines, begun];
}

function cleared(values: readonly string[]): readonly string[] {
  return values.slice(values.lastIndexOf('') + 1);
}
