/**
 * The two slots of a process name. In a restart with `restart_mode=start_first` the next process is started beside
 * the one that runs. The names of its FIFOs, sockets and cgroup contain the number of its slot (its life).
 *
 * @module
 */

/** The first process of a name has 0; the one that is started beside it has the other number. */
export type Life = 0 | 1;

/** What a process does beside the one that has the name: it is to take over, or it is about to end. */
export type BesideRole = 'successor' | 'leaving';

/** The lives of a name, the first one first. */
export const LIVES: readonly Life[] = [0, 1];

export function otherLife(life: Life): Life {
  return life === 0 ? 1 : 0;
}

/** The name of what one life has for itself; names of processes have no colon. */
export function nameOfLife(name: string, life: Life = 0): string {
  return life === 0 ? name : `${name}:${life}`;
}
