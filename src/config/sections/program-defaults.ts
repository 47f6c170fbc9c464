/**
 * `[program-default]`: keys that all programs have which do not set them. Event listeners do not take them.
 *
 * @module
 */
import type { Source } from '../text/source.ts';

export const PROGRAM_DEFAULTS_SECTION = 'program-default';

const TAKERS = ['program:', 'fcgi-program:'];

/** Puts the keys into the sections of the programs. */
export function applyProgramDefaults(source: Source): void {
  const defaults = source.sections.get(PROGRAM_DEFAULTS_SECTION);
  if (defaults === undefined || !source.hasExtensions) {
    return;
  }
  for (const [section, texts] of source.sections) {
    if (!TAKERS.some((prefix) => section.startsWith(prefix))) {
      continue;
    }
    for (const [key, text] of defaults) {
      if (!texts.has(key)) {
        texts.set(key, text);
      }
    }
  }
}
