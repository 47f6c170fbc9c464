/**
 * The contents of the files before anything is expanded or checked: sections, keys and their texts.
 *
 * @module
 */

import type { Quoting } from './environment-list.ts';

export type SectionText = Map<string, string>;

export class Source {
  /** In the order in which they first appear. */
  readonly sections = new Map<string, SectionText>();
  /** `[DEFAULT]`: keys that every section has. */
  readonly defaults: SectionText = new Map();
  /** The included file that a section comes from; sections of the main file are not in it. */
  readonly includedFrom = new Map<string, string>();
  /** The included files that added keys to sections of other files, by section and key. */
  readonly addedKeys = new Map<string, Map<string, string>>();

  /** Whether keys that the reference lacks are read: `[supervisord] extensions`. */
  hasExtensions = true;
  /** How environment lists are quoted: `[supervisord] environment_quoting`. */
  quoting: Quoting = 'stock';

  /** The text of a key, from the section or from `[DEFAULT]`; null if neither has it. */
  get(section: string, key: string): string | null {
    return this.sections.get(section)?.get(key) ?? this.defaults.get(key) ?? null;
  }

  /** All keys of a section with their texts, those of `[DEFAULT]` behind its own. */
  entries(section: string): SectionText {
    return new Map([...(this.sections.get(section) ?? []), ...this.missingDefaults(section)]);
  }

  /** The texts of one section alone, as they are now. */
  only(section: string): Source {
    const { hasExtensions, quoting } = this;
    const one = new Source();
    one.sections.set(section, this.entries(section));
    const origin = this.includedFrom.get(section);
    if (origin !== undefined) one.includedFrom.set(section, origin);
    return Object.assign(one, { hasExtensions, quoting });
  }

  /** The included file that a key of a section stands in; null is the main file. */
  originOf(section: string, key: string): string | null {
    return this.addedKeys.get(section)?.get(key) ?? this.includedFrom.get(section) ?? null;
  }

  private missingDefaults(section: string): [string, string][] {
    const own = this.sections.get(section);
    return [...this.defaults].filter(([key]) => own?.has(key) !== true);
  }
}
