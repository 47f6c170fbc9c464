/**
 * YAML files with programs in them.
 *
 * @module
 */
import { parse } from 'yaml';
import { ImportError, type SourceFile } from './format.ts';

export type YamlObject = Readonly<Record<string, unknown>>;

/** @throws ImportError for what is not YAML, or not an object */
export function readYaml({ path, text }: SourceFile): YamlObject {
  let content: unknown;
  try {
    content = parse(text, { merge: true });
  } catch (error) {
    throw new ImportError(path, `is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  if (!isYamlObject(content)) {
    throw new ImportError(path, 'has no keys');
  }
  return content;
}

export function isYamlObject(value: unknown): value is YamlObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of an object, each an object itself; an empty member is an empty object. */
export function objectsOf(value: unknown): [string, YamlObject][] {
  return Object.entries(isYamlObject(value) ? value : {}).map(([name, member]) => [
    name,
    isYamlObject(member) ? member : {},
  ]);
}

/** A list, or the one value that stands for a list. */
export function listOf(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : [value].flat();
}

/** Variables of a map, or of a list of `NAME=VALUE`; null is a variable that is only passed on. */
export function variablesOf(value: unknown): [string, string | null][] {
  if (isYamlObject(value)) {
    return Object.entries(value).map(([name, text]) => [name, text === null ? null : String(text)]);
  }
  return listOf(value).map((entry) => {
    const text = String(entry);
    const equals = text.indexOf('=');
    return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
  });
}
