/**
 * Names that stand for two things.
 *
 * @module
 */
import type { FindingKind, Found } from '../finding.ts';
import type { LinePlace, Subject } from '../subject.ts';

const DOCS = 'reference/configuration.md';

export const DUPLICATES: readonly FindingKind[] = [
  {
    id: 'duplicate-section',
    severity: 'warning',
    looksFor:
      'A section that the files have twice: both are one section, and the last value of each key counts.',
    docs: DOCS,
    find: duplicateSections,
  },
  {
    id: 'duplicate-group',
    severity: 'warning',
    looksFor: 'Two groups of one name, as of `[program:x]` and `[group:x]`: only one of them can be reached.',
    docs: DOCS,
    find: duplicateGroups,
  },
  {
    id: 'program-in-two-groups',
    severity: 'warning',
    looksFor: 'A program that two groups name: it runs once in each.',
    docs: DOCS,
    find: sharedPrograms,
  },
];

function* duplicateSections({ lines }: Subject): Iterable<Found> {
  for (const [section, headers] of lines.headers) {
    const last = headers.at(-1);
    const [first] = headers;
    if (first !== undefined && last !== undefined && headers.length > 1 && section !== 'DEFAULT') {
      yield {
        section,
        key: null,
        file: last.file,
        message: `[${section}] stands in ${headers.map(place).join(' and ')}. They are read as one section.`,
      };
    }
  }
}

function place({ file, line }: LinePlace): string {
  return `${file}:${line}`;
}

function* duplicateGroups({ config, source }: Subject): Iterable<Found> {
  const seen = new Set<string>();
  for (const { name } of config?.groups ?? []) {
    if (seen.has(name)) {
      const sections = ['group', 'program', 'eventlistener', 'fcgi-program']
        .map((kind) => `${kind}:${name}`)
        .filter((section) => source.sections.has(section));
      yield {
        section: sections.at(-1) ?? null,
        key: null,
        message: `${sections.map((section) => `[${section}]`).join(' and ')} are two groups of the name ${name}; only one of them runs.`,
      };
    }
    seen.add(name);
  }
}

function* sharedPrograms({ config }: Subject): Iterable<Found> {
  const groups = new Map<string, string[]>();
  for (const { section, group } of config?.programs ?? []) {
    groups.set(section, [...(groups.get(section) ?? []), group]);
  }
  for (const [section, names] of groups) {
    if (names.length > 1) {
      yield {
        section,
        key: null,
        message: `The groups ${names.join(' and ')} have it; it runs in each of them.`,
      };
    }
  }
}
