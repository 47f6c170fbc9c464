/**
 * The lines of `status`.
 *
 * @module
 */

import { joinName, padText, textLength } from '../names/names.ts';
import { paintState } from '../terminal/colour.ts';
import type { ProcessInfo } from '../wire/supervisor-api.ts';

const NAME_WIDTH = 30;
const STATE_WIDTH = 10;

/**
 * One line a process: name, state, description. A colour begins before the name, so that between name and state
 * there are blanks and nothing else: programs that drive a terminal look for them.
 */
export function formatStatuses(infos: readonly ProcessInfo[], hasColour: boolean): string[] {
  const names = infos.map(({ group, name }) => joinName(group, name));
  const width = names.reduce((widest, name) => Math.max(widest, textLength(name)), NAME_WIDTH) + 3;
  return infos.map(({ statename, description }, index) => {
    const text = padText(names[index] ?? '', width) + padText(statename, STATE_WIDTH);
    return (hasColour ? paintState(statename, text) : text) + description;
  });
}
