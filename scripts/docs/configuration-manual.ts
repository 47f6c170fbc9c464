/**
 * supervisord.conf(5): every key of a configuration file.
 *
 * @module
 */
import type { WalkedRow } from '../../src/config/tables/record.ts';
import { SECTION_KINDS, type SectionKind } from '../../src/config/tables/sections.ts';
import { APPLIED, defaultCell, describedTypes, heading, ownRows, SYNTAX } from './configuration-page.ts';
import { type Entry, renderManual } from './roff.ts';

/** @param kinds the sections, each with its table */
export function configurationManual(kinds: readonly SectionKind[] = SECTION_KINDS): string {
  return renderManual({
    name: 'supervisord.conf',
    section: 5,
    summary: 'configuration of supervisord and supervisorctl',
    synopsis: [],
    sections: [
      { title: 'DESCRIPTION', paragraphs: SYNTAX.map(plain) },
      {
        title: 'SECTIONS',
        paragraphs: [
          'A key has the type of its value, its default, and what makes a changed value take effect: ' +
            `${Object.entries(APPLIED)
              .map(([change, meaning]) => `"${change}" is ${plain(meaning)}`)
              .join('. ')}.`,
        ],
        subsections: kinds.map((kind) => ({
          title: heading(kind),
          paragraphs: [plain(kind.about)],
          entries: ownRows(kind, kinds).map(keyEntry),
        })),
      },
      {
        title: 'VALUES',
        entries: describedTypes(kinds).map(([name = '', about = '']) => ({
          term: name,
          paragraphs: [plain(about)],
        })),
      },
    ],
    seeAlso: ['supervisord(8)', 'supervisorctl(1)', 'echo_supervisord_conf(1)'],
  });
}

function keyEntry({ key, row }: WalkedRow): Entry {
  const byDefault = plain(defaultCell(row));
  const facts = [
    row.type.name,
    ...(byDefault === '' ? [] : [byDefault === 'required' ? byDefault : `default ${byDefault}`]),
    row.change,
    ...(row.isExtension ? [`not in stock supervisord, since visord ${row.since}`] : []),
  ];
  return { term: key, paragraphs: [`${plain(row.help)} (${facts.join('; ')})`] };
}

/** Markdown without its marks. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
