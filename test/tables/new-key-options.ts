/** The table of program/lifecycle.ts with one more row. */
import { extension } from '../../src/config/tables/option.ts';
import { LIFECYCLE_OPTIONS as ROWS } from '../../src/config/tables/program/lifecycle.ts';
import { integer } from '../../src/config/tables/values.ts';

export const LIFECYCLE_OPTIONS = {
  ...ROWS,
  foo_seconds: extension({
    field: 'foo.seconds',
    type: integer,
    default: '7',
    help: 'Seconds of foo.',
    change: 'live',
    since: '9.9.9',
  }),
};
