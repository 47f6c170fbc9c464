/**
 * The second part of the names of sections.
 *
 * @module
 */
import { strip } from '../../python/text.ts';
import { processOrGroupName } from '../tables/values.ts';

/** What stands behind the colon, without blanks around. */
export function sectionLabel(section: string): string {
  return strip(section.slice(section.indexOf(':') + 1));
}

/** The label as the name of a program or a group. @throws ConfigError for a name that neither may have */
export function checkedLabel(section: string): string {
  return processOrGroupName(section.slice(section.indexOf(':') + 1));
}
