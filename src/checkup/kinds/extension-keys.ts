/**
 * Keys that supervisord ignores and visord applies.
 *
 * @module
 */
import { EXTENSIONS_KEY } from '../../config/tables/option.ts';
import type { FindingKind } from '../finding.ts';
import { knownSections } from '../subject.ts';

export const EXTENSION_KEYS: FindingKind = {
  id: 'extension-key',
  severity: 'note',
  looksFor:
    'A key that supervisord ignores and visord applies; `[supervisord] extensions=off` ignores them all.',
  docs: 'reference/configuration.md',
  find: function* (subject) {
    if (subject.config?.daemon.extensions === false) {
      return;
    }
    for (const { section, table, texts } of knownSections(subject)) {
      for (const key of texts.keys()) {
        const row = Object.hasOwn(table, key) ? table[key] : undefined;
        if (row?.isExtension && key !== EXTENSIONS_KEY) {
          yield { section, key, message: `supervisord ignores ${key}, visord applies it: ${row.help}` };
        }
      }
    }
  },
};
