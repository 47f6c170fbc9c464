/**
 * Hints for a person on a terminal, on stderr, beside the output of the stock client.
 *
 * @module
 */
import { joinName } from '../names/names.ts';
import { nearestName } from '../names/suggest.ts';
import type { Session } from '../session.ts';

/** After an unknown name: the nearest one. */
export async function hintAtName(session: Session, word: string): Promise<void> {
  if (!session.isWatched) return;
  try {
    const infos = await session.supervisor.getAllProcessInfo();
    const names = new Set<string>();
    for (const { group, name } of infos) names.add(joinName(group, name)).add(`${group}:*`).add(name);
    const nearest = nearestName(word, names);
    const full = infos.find(({ name }) => name === nearest);
    const shown = full === undefined ? nearest : joinName(full.group, full.name);
    if (infos.some(({ group }) => group === word))
      session.hint(`${word} is a group: did you mean ${word}:*?`);
    else if (shown !== null) session.hint(`Did you mean ${shown}?`);
  } catch {
    // Without the names of the server, no hint.
  }
}
