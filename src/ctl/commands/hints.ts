/**
 * A word to a person, on stderr, beside what the stock client says. Scripts never see one.
 *
 * @module
 */
import { joinName } from '../names/names.ts';
import { nearestName } from '../names/suggest.ts';
import type { Session } from '../session.ts';

/** After a name that there is not. */
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
    // The server does not say: then there is no hint.
  }
}
