/**
 * docs/differences.md: the catalogue of differences from supervisord.
 *
 * @module
 */
import { readExpectations, scenariosWithExpectations } from '../../compat/harness/expected.ts';
import { DIFFERENCE_KINDS, type Difference } from '../../src/checkup/catalogue/difference.ts';
import { DIFFERENCE_AREAS } from '../../src/checkup/catalogue/table.ts';
import { code, GENERATED, markdownTable, paragraphs } from './markdown.ts';

export function differencesPage(): string {
  return paragraphs(
    '# Differences from supervisord',
    GENERATED,
    'Each difference has an id, which `visord check` names where a configuration uses what differs. Every other ' +
      'difference is a fault: please report it. The comparison is with the `supervisord` of Debian, 4.2.5; visord ' +
      'behaves as 4.3.0.',
    markdownTable(
      ['kind', 'why it differs'],
      Object.entries(DIFFERENCE_KINDS).map(([kind, meaning]) => [kind, meaning]),
    ),
    ...DIFFERENCE_AREAS.flatMap(({ title, entries }) => [
      `## ${title}`,
      ...Object.entries(entries).map(([id, entry]) => section(id, entry)),
    ]),
  );
}

function section(id: string, { kind, supervisord, visord, why, since }: Difference): string {
  const scenarios = scenariosWithExpectations().filter((name) =>
    [...readExpectations(name).values()].some((expected) => expected.id === id),
  );
  return paragraphs(
    `### ${id}`,
    `- supervisord: ${supervisord}\n- visord: ${visord}\n- Why (${kind}): ${why}`,
    `Since ${since}. ${scenarios.length === 0 ? '' : `Compared by ${scenarios.map(code).join(', ')}.`}`,
  );
}
