/**
 * Names of processes from names of groups.
 *
 * @module
 */
import { splitName } from '../names/names.ts';
import type { Session } from '../session.ts';

/** The processes of each group in the place of the group. */
export async function everyProcess(
  { supervisor }: Session,
  words: readonly string[],
): Promise<readonly string[]> {
  const isGroup = (word: string): boolean => word === 'all' || splitName(word).process === null;
  if (!words.some(isGroup)) return words;
  const infos = await supervisor.getAllProcessInfo();
  return words.flatMap((word) => {
    if (!isGroup(word)) return [word];
    const wanted = word === 'all' ? infos : infos.filter(({ group }) => group === splitName(word).group);
    return wanted.map(({ group, name }) => `${group}:${name}`);
  });
}
