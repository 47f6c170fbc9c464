/**
 * Defaults of the keys of a program: those of `[program-default]`, and those that follow from `cron` and `run_on`.
 * They do not apply to event listeners.
 *
 * @module
 */
import { PLACED_DEFAULTS } from '../tables/program/placement.ts';
import { SCHEDULED_DEFAULTS } from '../tables/program/schedule.ts';
import type { SectionText, Source } from '../text/source.ts';

export const PROGRAM_DEFAULTS_SECTION = 'program-default';

const TAKERS = ['program:', 'fcgi-program:'];

/** Puts the keys into the sections of the programs. */
export function applyProgramDefaults(source: Source): void {
  if (!source.hasExtensions) {
    return;
  }
  const defaults = source.sections.get(PROGRAM_DEFAULTS_SECTION) ?? NONE;
  for (const [section, texts] of source.sections) {
    if (!TAKERS.some((prefix) => section.startsWith(prefix))) {
      continue;
    }
    addMissing(texts, defaults);
    if (texts.has('cron')) {
      addMissing(texts, SCHEDULED_DEFAULTS);
    }
    if ((texts.get('run_on') ?? 'all').trim().toLowerCase() !== 'all') {
      addMissing(texts, PLACED_DEFAULTS);
    }
  }
}

const NONE: SectionText = new Map();

function addMissing(texts: SectionText, defaults: ReadonlyMap<string, string>): void {
  for (const [key, text] of defaults) {
    if (!texts.has(key)) {
      texts.set(key, text);
    }
  }
}
