/** The live view against the supervisord that ours stands in for. */
import { test as base, expect } from 'vitest';
import { PYTHON, REFERENCE } from '../../../compat/harness/debian.ts';
import { openSide } from '../../../compat/harness/side.ts';
import type { Side } from '../../../compat/scenario.ts';
import { infoOf, program, startWith, untilState } from '../../e2e/support.ts';
import { needing, unpacked } from '../../needs.ts';
import { watch } from './on-screen.ts';

const test = base.extend<{ side: Side }>({
  // biome-ignore lint/correctness/noEmptyPattern: fixtures of vitest are named in the first parameter.
  side: async ({}, use) => {
    const commands = { supervisord: [REFERENCE], supervisorctl: ['supervisorctl'], python: [PYTHON] };
    const running = openSide('reference', commands);
    try {
      await use(running.side);
    } finally {
      await running.end(false);
    }
  },
});

needing(test, unpacked(REFERENCE))(
  'a stock supervisord is listed and controlled; what it does not report is named',
  async ({ side }) => {
    const talks = `/bin/sh -c "echo first line; echo a warning >&2; exec cat"`;
    const pool = { command: '/bin/cat', startsecs: 0, numprocs: 2, process_name: 'p%(process_num)d' };
    const bad = { command: '/nonexistent', startretries: 0 };
    await startWith(
      side,
      program('bad', bad) + program('pool', pool) + program('web', { command: talks, startsecs: 0 }),
    );
    await untilState(side, 'bad', 'FATAL');
    await untilState(side, 'pool:p1', 'RUNNING');
    const { pid } = await untilState(side, 'web', 'RUNNING');
    const { code, screens } = await watch(
      side,
      [
        // Processor time and memory are those of /proc.
        ['^web +RUNNING +\\S+ +\\d+ +\\d+\\.\\d +[\\d.]+[KM] .*first line', ['keys', '\u001b[F']],
        ['select', ['keys', 'r']],
        ['^restart web\\? y/N', ['keys', 'y']],
        ['^web: started', ['keys', 'x']],
        ['^stop web\\? y/N', ['keys', 'y']],
        ['^web: stopped', ['keys', 's']],
        // Starts since the view was opened.
        ['^web +RUNNING +\\S+ +\\d+ .* [12] (.|\\n)*^web: started', ['keys', 't']],
        ['^  first line(.|\\n)*^! a warning|^! a warning(.|\\n)*^  first line', ['keys', 'q']],
        ['^NAME', ['keys', '\u001b[H']],
        ["^bad: .*can't find command", ['keys', 'i']],
        ['^Dependencies and state changes are unknown: the server has no methods of visord', ['keys', 'q']],
        ['^NAME', ['keys', 'jX']],
        ['^stop group pool \\(2 processes\\)\\? y/N', ['keys', 'y']],
        ['^2 processes: stopped', ['keys', 'S']],
        ['^2 processes: started', ['keys', 'q']],
      ],
      { columns: 120, rows: 14 },
    );
    expect(code).toBe(0);
    expect(screens[0]?.join('\n')).toMatch(/^bad +FATAL/m);
    expect((await infoOf(side, 'web')).pid).not.toBe(pid);
    await untilState(side, 'pool:p0', 'RUNNING');
  },
);
