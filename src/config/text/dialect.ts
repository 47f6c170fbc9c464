/**
 * The configuration dialect: that of Python's RawConfigParser as the reference sets it up
 * (not strict, inline comments with `;` and `#`, empty lines allowed in values).
 *
 * @module
 */
import { pythonRepr } from '../../python/repr.ts';
import { isSpace, strip, stripEnd, stripStart } from '../../python/text.ts';
import { ConfigError } from '../config-error.ts';
import type { SectionText, Source } from './source.ts';

/** Sections that a file wrote to. */
export interface SectionsWritten {
  readonly sections: ReadonlySet<string>;
  /** Those of them that were not there before. */
  readonly added: ReadonlySet<string>;
  readonly defaults: boolean;
  /** Keys that it set in sections that were there before. */
  readonly addedKeys: readonly (readonly [section: string, key: string])[];
}

/**
 * Reads the text of a file into `source`; sections merge, and of a repeated key the last one wins.
 *
 * @param fileName how errors name the file
 * @throws ConfigError with the file, the lines and their texts
 */
export function readDialect(text: string, fileName: string, source: Source): SectionsWritten {
  const lines = splitLines(text);
  const isLastLineOpen = !/[\r\n]$/.test(text);
  const reprLine = (index: number): string =>
    pythonRepr(`${lines[index] ?? ''}${isLastLineOpen && index === lines.length - 1 ? '' : '\n'}`);
  const touched = new Set<string>();
  const added = new Set<string>();
  const addedKeys: [string, string][] = [];
  const errors: string[] = [];
  let olderSection: string | null = null;
  let section: SectionText | null = null;
  let touchedDefaults = false;
  let value: OpenValue | null = null;
  let keyIndent = 0;

  for (const [index, line] of lines.entries()) {
    const comment = commentStart(line);
    const content = strip(comment === null ? line : line.slice(0, comment));
    if (content === '') {
      if (comment === null) value?.lines.push('');
      continue;
    }
    const indent = isSpace(line.charAt(0)) ? line.length - stripStart(line).length : 0;
    if (value !== null && indent > keyIndent) {
      value.lines.push(content);
      continue;
    }
    keyIndent = indent;
    const header = sectionHeader(content);
    if (header !== null) {
      closeValue(value);
      value = null;
      section = header === 'DEFAULT' ? source.defaults : (source.sections.get(header) ?? null);
      if (section === null) {
        section = new Map();
        source.sections.set(header, section);
        added.add(header);
      }
      olderSection = section === source.defaults || added.has(header) ? null : header;
      if (section === source.defaults) touchedDefaults = true;
      else touched.add(header);
      continue;
    }
    if (section === null) {
      throw new ConfigError(
        `File contains no section headers.\nfile: ${pythonRepr(fileName)}, line: ${index + 1}\n${reprLine(index)}`,
      );
    }
    const separator = content.search(SEPARATOR);
    if (separator <= 0) errors.push(`\n\t[line ${String(index + 1).padStart(2)}]: ${reprLine(index)}`);
    if (separator < 0) continue;
    closeValue(value);
    const key = stripEnd(content.slice(0, separator)).toLowerCase();
    const first = strip(content.slice(separator + 1));
    section.set(key, first);
    if (olderSection !== null) addedKeys.push([olderSection, key]);
    value = key === '' ? null : { section, key, lines: [first] };
  }
  closeValue(value);

  if (errors.length > 0) {
    throw new ConfigError(`Source contains parsing errors: ${pythonRepr(fileName)}${errors.join('')}`);
  }
  return { sections: touched, added, defaults: touchedDefaults, addedKeys };
}

const SEPARATOR = /[=:]/;

/** A value that further lines may continue. */
interface OpenValue {
  readonly section: SectionText;
  readonly key: string;
  readonly lines: string[];
}

function closeValue(value: OpenValue | null): void {
  if (value !== null && value.lines.length > 1) {
    value.section.set(value.key, stripEnd(value.lines.join('\n')));
  }
}

/** Lines without their ends; CRLF and CR are read as LF. */
function splitLines(text: string): string[] {
  const lines = (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function sectionHeader(content: string): string | null {
  if (!content.startsWith('[')) return null;
  const end = content.lastIndexOf(']');
  return end > 1 ? content.slice(1, end) : null;
}

/**
 * Where a comment begins, or null. A comment character counts at the start of the line and behind white space. As
 * in Python, the n-th `;` and the n-th `#` are looked at together; the first of these pairs with a comment decides.
 */
function commentStart(line: string): number | null {
  let semicolon = line.indexOf(';');
  let hash = line.indexOf('#');
  if (semicolon < 0 && hash < 0) return null;
  if (/^[;#]/.test(strip(line))) return 0;
  while (semicolon >= 0 || hash >= 0) {
    const starts = [semicolon, hash].filter((at) => at === 0 || (at > 0 && isSpace(line[at - 1] ?? '')));
    if (starts.length > 0) return Math.min(...starts);
    if (semicolon >= 0) semicolon = line.indexOf(';', semicolon + 1);
    if (hash >= 0) hash = line.indexOf('#', hash + 1);
  }
  return null;
}
