/**
 * What the reference showed in a scenario, kept in the checkout: it replaces the reference where that is not run.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../scenario.ts';
import { packageRoot } from './commands.ts';
import type { Observations } from './side.ts';

/** The folder of the recordings, a file for each scenario. */
export const RECORDINGS = join(packageRoot(), 'compat/recorded');

/** The version of the reference whose recordings are kept. */
export const RECORDED_VERSION = '4.2.5';

/** Scenarios that show another thing to a plain user (the log warns root); they were recorded as root. */
export const RECORDED_AS_ROOT: ReadonlySet<string> = new Set([
  'child-view',
  'configuration-start',
  'fcgi-site',
  'lifecycle-daemon',
  'lifecycle-shutdown',
  'rpc-endings',
  'rpc-reload',
  'supervisorctl-commands',
  'supervisorctl-configuration',
  'tornado',
]);

/** What must be the same for a recording to be used. */
export interface RecordingKey {
  /** The reference's version. */
  readonly reference: string;
  /** Digest of the scenario's code. */
  readonly scenario: string;
}

interface RecordingFile extends RecordingKey {
  /** Lines of the long texts, each once. */
  readonly lines: readonly string[];
  readonly observations: { readonly [what: string]: Json };
}

/** @returns the reference's observations, or why there are none */
export function readRecording(name: string, key: RecordingKey): Observations | string {
  let file: RecordingFile;
  try {
    file = JSON.parse(readFileSync(fileOf(name), 'utf8'));
  } catch {
    return 'nothing is recorded of the reference';
  }
  if (file.reference !== key.reference) {
    return `the recording is of version ${file.reference}, not ${key.reference}`;
  }
  if (file.scenario !== key.scenario) return 'the scenario has changed since the reference was recorded';
  return new Map(Object.entries(file.observations).map(([what, value]) => [what, unpack(value, file.lines)]));
}

/** Keeps the observations; a file with the same contents is not written. */
export function writeRecording(name: string, key: RecordingKey, observations: Observations): void {
  const lines = new Map<string, number>();
  const packed = [...observations].map(([what, value]) => [what, pack(value, lines)] as const);
  const file: RecordingFile = { ...key, lines: [...lines.keys()], observations: Object.fromEntries(packed) };
  mkdirSync(RECORDINGS, { recursive: true });
  writeFileSync(fileOf(name), `${JSON.stringify(file, null, 1)}\n`);
}

function fileOf(name: string): string {
  return join(RECORDINGS, `${name}.json`);
}

const LONG_TEXT = 1000;
const LONG_LIST = 20;
/** Members that stand for a text, and for a list of texts, by the numbers of its lines. */
const TEXT = '$text';
const LIST = '$list';

/** A long text or list of texts becomes numbers of lines: pages that differ in one line share the others. */
function pack(value: Json, lines: Map<string, number>): Json {
  const numbers = (texts: readonly string[]): string =>
    texts
      .map((line) => {
        const number = lines.get(line) ?? lines.size;
        lines.set(line, number);
        return number;
      })
      .join(' ');
  if (typeof value === 'string' && value.length > LONG_TEXT) return { [TEXT]: numbers(value.split('\n')) };
  if (isListOfTexts(value) && value.length > LONG_LIST) return { [LIST]: numbers(value) };
  return mapJson(value, (item) => pack(item, lines));
}

function unpack(value: Json, lines: readonly string[]): Json {
  const texts = (numbers: string): string[] =>
    numbers.split(' ').map((number) => lines[Number(number)] ?? '');
  if (isStruct(value)) {
    const { [TEXT]: text, [LIST]: list } = value;
    if (typeof text === 'string') return texts(text).join('\n');
    if (typeof list === 'string') return texts(list);
  }
  return mapJson(value, (item) => unpack(item, lines));
}

function isListOfTexts(value: Json): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isStruct(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function mapJson(value: Json, change: (item: Json) => Json): Json {
  if (Array.isArray(value)) return value.map(change);
  if (!isStruct(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, change(item)]));
}
