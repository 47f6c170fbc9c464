/**
 * The keys of a program that limit how many processes `supervisorctl scale` gives it.
 *
 * @module
 */
import { ConfigError } from '../../config-error.ts';
import { extension } from '../option.ts';
import { atLeastOne, count } from '../values.ts';

const ROW = { since: '0.2.0', scope: 'section', change: 'live' } as const;

export const SCALE_OPTIONS = {
  numprocs_min: extension({
    ...ROW,
    field: null,
    type: count,
    default: '0',
    help: 'The lowest number of processes that `supervisorctl scale` accepts.',
    check: (known) => {
      const [numprocs, least] = [known('numprocs'), known('numprocs_min')];
      // As in supervisord, a negative number of processes counts as 0.
      if (Math.max(0, Number(numprocs)) < Number(least)) {
        throw new ConfigError(`numprocs=${numprocs} is below numprocs_min=${least}`);
      }
    },
  }),
  numprocs_max: extension({
    ...ROW,
    field: null,
    type: atLeastOne,
    help: 'The highest number of processes that `supervisorctl scale` accepts; if not set, 1000, or numprocs if that is higher.',
    example: '16',
    check: (known) => {
      const [numprocs, most] = [known('numprocs'), known('numprocs_max')];
      if (most !== null && Number(numprocs) > Number(most)) {
        throw new ConfigError(`numprocs=${numprocs} is above numprocs_max=${most}`);
      }
    },
  }),
} as const;
