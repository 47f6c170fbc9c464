/**
 * docs/reference/findings.md: the kinds of findings of `visord check`.
 *
 * @module
 */
import { dirname, relative } from 'node:path';
import { COMPARISON } from '../../src/checkup/against/compare.ts';
import { SEVERITIES } from '../../src/checkup/finding.ts';
import { FINDING_KINDS } from '../../src/checkup/kinds/table.ts';
import { code, GENERATED, markdownTable, paragraphs } from './markdown.ts';

export const FINDINGS_FILE = 'docs/reference/findings.md';

const TITLES = { error: 'Errors', warning: 'Warnings', note: 'Notes' } as const;

export function findingsPage(): string {
  return paragraphs(
    '# Findings of `visord check`',
    GENERATED,
    'The id of a finding stands in brackets at the end of its line. [check.md](../check.md) describes the command.',
    ...SEVERITIES.flatMap((severity) => [
      `## ${TITLES[severity]}`,
      markdownTable(
        ['id', 'what it looks for', 'more'],
        [...FINDING_KINDS, COMPARISON]
          .filter((kind) => kind.severity === severity)
          .map(({ id, looksFor, docs }) => [code(id), looksFor, linkTo(docs)]),
      ),
    ]),
  );
}

/** @param page as `health-checks.md#readiness`, from docs/ */
function linkTo(page: string): string {
  const [file = ''] = page.split('#');
  const path = relative(dirname(FINDINGS_FILE), `docs/${page}`);
  return `[${file.replace(/^reference\//, '')}](${path})`;
}
