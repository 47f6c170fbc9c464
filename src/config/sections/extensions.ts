/**
 * Extension keys, which the reference lacks: whether they are read, and which of them a configuration uses.
 *
 * @module
 */
import { SUPERVISORD_OPTIONS } from '../tables/daemon-options.ts';
import { EXTENSIONS_KEY } from '../tables/option.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import { sectionKind } from '../tables/sections.ts';
import type { Scope } from '../text/expansion.ts';

/** Reads the keys of `[supervisord]` that decide how all others are read. @throws ConfigError */
export function readReadingKeys(reading: Reading, scope: Scope): void {
  const { source } = reading;
  const reader = sectionReader(reading, 'supervisord', SUPERVISORD_OPTIONS);
  source.hasExtensions = reader.value('extensions', scope);
  source.quoting = reader.value('environment_quoting', scope);
}

/** One line for the main log with each extension key and the files that it is in; null where none is used. */
export function extensionsInUse({ source, file }: Reading): string | null {
  if (!source.hasExtensions) {
    return null;
  }
  const keysByFile = new Map<string, Set<string>>();
  for (const [section, texts] of source.sections) {
    const kind = sectionKind(section);
    if (kind === null) {
      continue;
    }
    const add = (name: string, origin: string): void => {
      keysByFile.set(origin, (keysByFile.get(origin) ?? new Set()).add(name));
    };
    if (kind.isExtension) {
      add(`[${section}]`, source.includedFrom.get(section) ?? file);
    }
    for (const key of texts.keys()) {
      if (kind.table[key]?.isExtension && key !== EXTENSIONS_KEY) {
        add(key, source.originOf(section, key) ?? file);
      }
    }
  }
  const uses = [...keysByFile].map(([origin, keys]) => `${[...keys].sort().join(', ')} in ${origin}`);
  return uses.length === 0 ? null : `extensions in use: ${uses.join('; ')}`;
}
