/**
 * Writes the page about what a run of all scenarios has compared.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scenariosThatShow, surfaces } from './coverage.ts';
import type { ScenarioReport } from './harness/runner.ts';

/** Writes `compatibility.md` into the folder. */
export function writeDocumentation(folder: string, reports: readonly ScenarioReport[]): void {
  writeFileSync(join(folder, 'compatibility.md'), compatibilityPage(reports));
}

/** Each part of the interface, with the scenarios that use or show it. */
export function compatibilityPage(reports: readonly ScenarioReport[]): string {
  const transcripts = new Map(
    [...reports]
      .sort((left, right) => (left.name < right.name ? -1 : 1))
      .map(({ name, transcript }) => [name, transcript] as const),
  );
  const sections = surfaces().map(({ title, items }) => {
    const rows = items.map((item) => {
      const names = scenariosThatShow(item, transcripts);
      return `| ${code(item.name)} | ${names.length === 0 ? '**none**' : shorten(names)} |`;
    });
    return `## ${title}\n\n| what | scenarios |\n| --- | --- |\n${rows.join('\n')}\n`;
  });
  return `# What the compatibility scenarios compare

A scenario does the same with supervisord and with visord, and compares what both show. The tables have each part of
supervisord's interface, and the scenarios with it: keys, flags, methods and commands if the scenario uses them; faults, events
and log lines also if they are only among its results. \`npm run compat -- --write-docs\` writes this page.

${sections.join('\n')}`;
}

const SHOWN_NAMES = 5;

function shorten(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} and ${names.length - SHOWN_NAMES} more` : shown;
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;
}
