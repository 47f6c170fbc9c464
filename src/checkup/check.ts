/**
 * Checks a configuration: every kind of finding looks at what was read.
 *
 * @module
 */
import { type Finding, type FindingKind, type Found, SEVERITIES } from './finding.ts';
import { FINDING_KINDS } from './kinds/table.ts';
import type { Subject } from './subject.ts';

/** What was found, errors first, in the order of the files. */
export async function check(
  subject: Subject,
  kinds: readonly FindingKind[] = FINDING_KINDS,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const kind of kinds) {
    for (const found of await kind.find(subject)) {
      findings.push(placed(subject, kind, found));
    }
  }
  const files = [subject.file, ...subject.texts.keys()];
  return findings
    .map((finding, index) => ({ finding, index }))
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.finding.severity) - SEVERITIES.indexOf(b.finding.severity) ||
        files.indexOf(a.finding.file) - files.indexOf(b.finding.file) ||
        (a.finding.line ?? 0) - (b.finding.line ?? 0) ||
        a.index - b.index,
    )
    .map(({ finding }) => finding);
}

function placed(
  { file, source, lines }: Subject,
  { id, severity, docs }: FindingKind,
  { section, key, message, advice = [], ...found }: Found,
): Finding {
  const ofKey = section === null || key === null ? null : lines.placeOf(section, key);
  const ofSection = section === null ? null : (lines.headers.get(section)?.at(-1) ?? null);
  const place = ofKey ?? ofSection;
  const origin = section === null ? null : (source.originOf(section, key ?? '') ?? null);
  return {
    severity,
    kind: id,
    file: found.file ?? place?.file ?? origin ?? file,
    line: place?.line ?? null,
    section,
    key,
    message,
    advice,
    docs,
  };
}
