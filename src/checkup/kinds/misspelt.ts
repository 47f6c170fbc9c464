/**
 * Keys and sections that no table has, with the nearest right name.
 *
 * @module
 */
import { SECTION_KINDS, sectionKind } from '../../config/tables/sections.ts';
import { nearestName } from '../../ctl/names/suggest.ts';
import type { FindingKind } from '../finding.ts';
import { type KnownSection, knownSections, type Subject } from '../subject.ts';
import { isDependentStartupKey } from './dependent-startup.ts';

const DOCS = 'reference/configuration.md';

export const MISSPELT: readonly FindingKind[] = [
  {
    id: 'misspelt-key',
    severity: 'warning',
    looksFor: 'A key that does not exist and is close to one that does; it is ignored.',
    docs: DOCS,
    find: function* (subject) {
      for (const { section, key, nearest } of unknownKeys(subject)) {
        if (nearest !== null) {
          const text = subject.source.get(section, key) ?? '';
          const isTaken = subject.source.sections.get(section)?.has(nearest) === true;
          yield {
            section,
            key,
            message: `${key} does not exist and is ignored. Is it ${nearest}${isTaken ? ', which the section has too' : ''}?`,
            advice: text.includes('\n') || isTaken ? [] : [`${nearest}=${text}`],
          };
        }
      }
    },
  },
  {
    id: 'unknown-key',
    severity: 'note',
    looksFor: 'A key that does not exist; it is ignored, as in supervisord.',
    docs: DOCS,
    find: function* (subject) {
      for (const { section, key, nearest } of unknownKeys(subject)) {
        if (nearest === null) {
          yield { section, key, message: `${key} does not exist and is ignored.` };
        }
      }
    },
  },
  {
    id: 'misspelt-section',
    severity: 'warning',
    looksFor: 'A section whose kind does not exist and is close to one that does; it is ignored.',
    docs: DOCS,
    find: function* (subject) {
      for (const { section, right } of unknownSections(subject)) {
        if (right !== null) {
          yield {
            section,
            key: null,
            message: `[${section}] is ignored: there is no such kind of section. Is it [${right}]?`,
            advice: [`[${right}]`],
          };
        }
      }
    },
  },
  {
    id: 'unknown-section',
    severity: 'note',
    looksFor: 'A section whose kind does not exist; it is ignored, as in supervisord.',
    docs: DOCS,
    find: function* (subject) {
      for (const { section, right } of unknownSections(subject)) {
        if (right === null) {
          yield { section, key: null, message: `[${section}] is ignored: there is no such kind of section.` };
        }
      }
    },
  },
];

interface UnknownKey {
  readonly section: string;
  readonly key: string;
  readonly nearest: string | null;
}

function* unknownKeys(subject: Subject): Iterable<UnknownKey> {
  for (const known of knownSections(subject)) {
    for (const key of known.isOpen ? [] : known.texts.keys()) {
      if (!Object.hasOwn(known.table, key) && !isDependentStartupKey(key)) {
        yield { section: known.section, key, nearest: nearestKey(key, known) };
      }
    }
  }
}

/** A dash in place of an underscore, or none at all, is a typing error of any length. */
function nearestKey(key: string, { table, texts }: KnownSection): string | null {
  const names = Object.keys(table);
  const bare = (name: string): string => name.replace(/[-_ .]/g, '');
  const free = names.filter((name) => !texts.has(name));
  return names.find((name) => bare(name) === bare(key)) ?? nearestName(key, free) ?? nearestName(key, names);
}

function* unknownSections({ source }: Subject): Iterable<{ section: string; right: string | null }> {
  for (const section of source.sections.keys()) {
    if (sectionKind(section) === null) {
      yield { section, right: rightSection(section) };
    }
  }
}

/** `[Program:x]`, `[programs:x]`, `[program x]`, `[program]`. */
function rightSection(section: string): string | null {
  const [, written = '', label = ''] = /^\s*([^:\s]*)[:\s]*(.*?)\s*$/.exec(section) ?? [];
  const names = SECTION_KINDS.map(({ name }) => name);
  const name = names.find((one) => one === written.toLowerCase()) ?? nearestName(written, names);
  const kind = SECTION_KINDS.find((one) => one.name === name);
  if (kind === undefined) {
    return null;
  }
  const right = kind.label === 'required' ? `${kind.name}:${label === '' ? 'NAME' : label}` : kind.name;
  return right === section ? null : right;
}
