/**
 * Reads a configuration that has errors: what is wrong is left out, and the rest is read again.
 *
 * @module
 */
import { type OpenedConfig, readConfig } from '../../config/load.ts';
import { PROGRAM_DEFAULTS_SECTION } from '../../config/sections/program-defaults.ts';
import { Source } from '../../config/text/source.ts';
import { type Config, ConfigError } from '../../config/types.ts';
import { checkDependencies } from '../../supervisor/lifecycle/check-dependencies.ts';
import type { ReadError } from '../subject.ts';

export interface TolerantReading {
  /** Null where an error is about no section that could be left out. */
  readonly config: Config | null;
  readonly errors: readonly ReadError[];
}

/** What the daemon puts behind some of its errors; a finding has its place beside the text. */
const PLACE_IN_TEXT = / in section '[^']*' \(file: '[^']*'\)$/;

/** Reads a configuration as the daemon does, as often as there are errors. */
export function readTolerantly(opened: OpenedConfig): TolerantReading {
  const sound = copyOf(opened.source);
  const errors: ReadError[] = [];
  for (;;) {
    try {
      const config = readConfig({ ...opened, source: copyOf(sound) });
      checkDependencies(config);
      return { config, errors };
    } catch (error) {
      if (!(error instanceof ConfigError)) {
        throw error;
      }
      const { section, key } = placeOf(error, sound);
      // A required key that was left out is reported as missing in the next round.
      if (!errors.some((earlier) => earlier.section === section && earlier.key === key && key !== null)) {
        errors.push({ section, key, message: error.message.replace(PLACE_IN_TEXT, '') });
      }
      if (section === null || !leaveOut(sound, section, key)) {
        return { config: null, errors };
      }
    }
  }
}

/** The place of a key from `[program-default]` is that section. */
function placeOf({ place }: ConfigError, { sections }: Source): Pick<ReadError, 'section' | 'key'> {
  if (place === null) {
    return { section: null, key: null };
  }
  const { section, key } = place;
  const isDefault =
    key !== null &&
    /^(?:fcgi-)?program:/.test(section) &&
    sections.get(section)?.has(key) === false &&
    sections.get(PROGRAM_DEFAULTS_SECTION)?.has(key) === true;
  return { section: isDefault ? PROGRAM_DEFAULTS_SECTION : section, key };
}

function copyOf(original: Source): Source {
  const source = new Source();
  for (const [section, texts] of original.sections) {
    source.sections.set(section, new Map(texts));
  }
  for (const [key, text] of original.defaults) {
    source.defaults.set(key, text);
  }
  for (const [section, file] of original.includedFrom) {
    source.includedFrom.set(section, file);
  }
  for (const [section, files] of original.addedKeys) {
    source.addedKeys.set(section, files);
  }
  return source;
}

/** A wrong key, or the section where the key is one that it lacks; false where there is neither. */
function leaveOut({ sections, defaults }: Source, section: string, key: string | null): boolean {
  const places = [sections.get(section), sections.get(PROGRAM_DEFAULTS_SECTION), defaults];
  if (key !== null && places.some((texts) => texts?.delete(key))) {
    return true;
  }
  return section !== 'supervisord' && sections.delete(section);
}
