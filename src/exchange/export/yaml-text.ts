/**
 * YAML for readers of its versions 1.1 and 1.2.
 *
 * @module
 */
import { stringify } from 'yaml';

/** Without aliases and line breaks in texts; what 1.1 would read as a boolean, as `no`, has quotes. */
export function yamlText(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1' });
}
