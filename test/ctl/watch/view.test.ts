/** The whole live view on a pseudo terminal, against a real daemon. */
import { existsSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { program, startWith, test, untilState } from '../../e2e/support.ts';
import { CLIENT, onScreen, watch } from './on-screen.ts';

const LEAVE = '\u001b[?25h\u001b[?1049l';
const quick = { command: '/bin/cat', startsecs: 0 };
const stopped = { ...quick, autostart: 'false' };

describe('keys', () => {
  test('start and stop one process, and leave the terminal as it was', async ({ side }) => {
    await startWith(side, program('web', quick) + program('päron', stopped));
    await untilState(side, 'web', 'RUNNING');
    const { code, isAsBefore, out } = await watch(side, [
      ['^päron .*STOPPED', ['keys', '\u001b[A']],
      ['^päron .*STOPPED', ['keys', 's']],
      ['^päron: started', ['keys', '\u001b[B']],
      ['select', ['keys', 'x']],
      ['^stop web\\? y/N', ['keys', 'n']],
      ['select', ['keys', 'xy']],
      ['^web: stopped', ['keys', 'q']],
    ]);
    expect(code).toBe(0);
    expect(isAsBefore).toBe(true);
    expect(out.endsWith(LEAVE)).toBe(true);
    await untilState(side, 'päron', 'RUNNING');
    await untilState(side, 'web', 'STOPPED');
  });

  test('act on several processes and on a whole group, sort, filter, and show the help', async ({ side }) => {
    const pool = { ...stopped, numprocs: 3, process_name: 'p%(process_num)d' };
    await startWith(side, program('pool', pool) + program('web', stopped) + program('cron', stopped));
    const { screens, code } = await watch(
      side,
      [
        // Marks cron, and pool:p0 below it.
        ['3 STOPPED|5 STOPPED', ['keys', '  ']],
        ['2 marked', ['keys', 's']],
        ['2 processes: started', ['keys', '\u001b']],
        ['^3 STOPPED, 2 RUNNING  unix', ['keys', 'S']],
        ['^1 STOPPED, 4 RUNNING  unix(.|\\n)*^2 processes: started', ['keys', 'X']],
        ['^stop group pool \\(3 processes\\)\\? y/N', ['keys', 'y']],
        ['3 processes: stopped', ['keys', '/pool p1']],
        ['^filter: pool p1_', ['keys', '\r']],
        ['1 shown', ['keys', '\u001b']],
        ['^4 STOPPED, 1 RUNNING  unix', ['keys', 'NN']],
        ['NAME↓', ['keys', '?']],
        ['==> Keys of watch <==', ['keys', 'q']],
        ['NAME↓', ['keys', 'q']],
      ],
      { rows: 14 },
    );
    expect(code).toBe(0);
    expect(
      screens
        .at(-1)
        ?.slice(2, 7)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['web', 'pool:p2', 'pool:p1', 'pool:p0', 'cron']);
    for (const name of ['web', 'pool:p0', 'pool:p1', 'pool:p2']) await untilState(side, name, 'STOPPED');
    await untilState(side, 'cron', 'RUNNING');
  });

  test('are not taken from pasted text', async ({ side }) => {
    await startWith(side, program('one', quick) + program('two', quick));
    await untilState(side, 'two', 'RUNNING');
    const { code } = await watch(side, [
      ['^one .*\\n^two ', ['keys', '\u001b[B']],
      ['select', ['keys', 'x']],
      ['^stop two\\? y/N', ['keys', 'n\u001b[200~xy\u001b[201~x']],
      ['^stop two\\? y/N', ['keys', 'nq']],
    ]);
    expect(code).toBe(0);
    await untilState(side, 'two', 'RUNNING');
  });
});

test('5,000 processes are listed, searched, marked and controlled', async ({ side }) => {
  const crowd = { command: '/bin/sleep 1000', startsecs: 0, autostart: 'false', numprocs: 5000 };
  const logs = { stdout_logfile: 'NONE', stderr_logfile: 'NONE' };
  await startWith(
    side,
    program('crowd', { ...crowd, ...logs, process_name: 'c%(process_num)d' }) + program('web', quick),
  );
  await untilState(side, 'web', 'RUNNING');
  const { code } = await watch(side, [
    ['^5000 STOPPED, 1 RUNNING  unix', ['keys', '\u001b[F']],
    ['^web .*RUNNING', ['keys', '\u001b[5~\u001b[5~\u001b[H']],
    ['^crowd:c0 ', ['keys', 'P']],
    ['^web .*RUNNING(.|\\n)*^crowd:c0 ', ['keys', '/c4711\r']],
    ['1 shown(.|\\n)*^crowd:c4711 ', ['keys', 's']],
    ['^crowd:c4711: started', ['keys', '\u001b']],
    ['^4999 STOPPED, 2 RUNNING  unix', ['keys', 'g']],
    ['5000 marked', ['keys', 'X']],
    ['^stop group crowd \\(5000 processes\\)\\? y/N', ['keys', 'y']],
    ['^crowd:c4711: stopped', ['keys', 'q']],
  ]);
  expect(code).toBe(0);
  await untilState(side, 'crowd:c4711', 'STOPPED');
});

describe('logs and reasons', () => {
  test('stderr is shown beside stdout, each alone, paused, and searched', async ({ side }) => {
    const command = `/bin/sh -c "echo first line; echo a warning >&2; echo Second line; exec cat"`;
    await startWith(side, program('web', { command, startsecs: 0 }));
    await untilState(side, 'web', 'RUNNING');
    const { screens, code } = await watch(side, [
      ['^web .*Second line', ['keys', 't']],
      ['^  Second line(.|\\n)*^! a warning|^! a warning(.|\\n)*^  Second line', ['keys', '\t']],
      ['<==  stdout, following', ['keys', '\t']],
      ['<==  stderr, following', ['keys', '\t/SECOND\r']],
      ['^1 line matches', ['keys', 'p?']],
      ['Keys of watch', ['keys', 'qq']],
      ['^NAME', ['keys', 'q']],
    ]);
    expect(code).toBe(0);
    const texts = screens.map((lines) => lines.join('\n'));
    expect(texts[2]).toMatch(/^first line\nSecond line$/m);
    expect(texts[2]).not.toContain('a warning');
    expect(texts[3]).toMatch(/^a warning$/m);
    expect(texts[3]).not.toContain('Second line');
  });

  test('a process that waits and one that failed have their reasons', async ({ side }) => {
    const bad = { command: '/bin/sh -c "echo no such table >&2; exit 3"', startretries: 0 };
    await startWith(
      side,
      program('bad', bad) +
        program('late', { ...quick, depends_on: 'slow' }) +
        program('slow', { command: '/bin/cat', startsecs: 900 }),
    );
    await untilState(side, 'bad', 'FATAL');
    await untilState(side, 'slow', 'STARTING');
    const { screens, code } = await watch(
      side,
      [
        ['^late .*waiting for slow \\(running\\)', ['keys', 'i']],
        ['^State changes', ['keys', 'qj']],
        ['^late: waiting for slow', ['keys', 'i']],
        ['late waits for slow:?', ['keys', 'qq']],
      ],
      { columns: 120, rows: 24 },
    );
    expect(code).toBe(0);
    expect(screens[0]?.join('\n')).toMatch(/^bad +FATAL .*Exited too quickly.*$/m);
    expect(screens[1]?.join('\n')).toMatch(/exit status 3/);
    expect(screens[3]?.join('\n')).toMatch(/slow is STARTING/);
  });
});

describe('the daemon', () => {
  test('may go and come back, in the list and in the view of a log', async ({ side }) => {
    const daemon = await startWith(
      side,
      program('web', { command: '/bin/sh -c "echo ready; exec cat"', startsecs: 0 }),
    );
    await untilState(side, 'web', 'RUNNING');
    const noticed = side.path('noticed');
    const shown = watch(side, [
      ['^web .*ready', ['keys', 't']],
      ['^  ready', ['end', daemon.pid]],
      // Its end, `; trying again)`, is not on the screen where the path of the socket is long.
      ['^  \\(stdout: unix:', ['keys', 'q']],
      ['^trying again: ', ['touch', noticed]],
      ['^1 RUNNING', ['keys', 't']],
      ['^  ready', ['keys', 'qq']],
    ]);
    await side.waitFor('the view reports that the daemon has gone', () => existsSync(noticed));
    await daemon.exited();
    await side.start();
    expect((await shown).code).toBe(0);
  });

  test('of a fleet: all nodes are one list, keys act on one, and a silent node is a row', async ({
    side,
  }) => {
    await startWith(side, program('web', quick));
    await untilState(side, 'web', 'RUNNING');
    const url = `unix://${side.path('s.sock')}`;
    side.writeFile('ctl.conf', `[supervisorctl]\n[fleet]\nname=prod\nnodes=gone=${url}-none,app=${url}\n`);
    const { code } = await watch(
      side,
      [
        ['^1 SILENT, 1 RUNNING  prod', ['keys', '/app/\r']],
        ['^app/web ', ['keys', 'xy']],
        ['^app/web: stopped', ['keys', '\u001b']],
        ['^gone/ .*SILENT', ['keys', 'S']],
        ['select', ['keys', 'jS']],
        ['^app/web: started', ['keys', 'q']],
      ],
      { args: ['--fleet', 'watch', '0.2'] },
    );
    expect(code).toBe(0);
    await untilState(side, 'web', 'RUNNING');
  });
});

describe('the terminal', () => {
  test('may have any size, and the same rows are shown again after it shrinks and grows', async ({
    side,
  }) => {
    await startWith(side, program('web', { ...stopped, numprocs: 9, process_name: 'w%(process_num)d' }));
    const { screens, code } = await watch(
      side,
      [
        ['^web:w6', ['keys', '\u001b[F']],
        ['^web:w8(.|\\n)*select', ['size', 100, 4]],
        ['NAME.*\\n^web:w8.*\\n.*select', ['size', 12, 1]],
        ['^web:w8', ['size', 40, 10]],
        ['^web:w8', ['size', 100, 12]],
        ['^web:w1 (.|\\n)*^web:w8 .*\\n.*\\n.*select', ['keys', 'q']],
      ],
      { args: ['watch', '60'] },
    );
    expect(code).toBe(0);
    const counts = screens.map((lines) => lines.filter((line) => line.startsWith('web:')).length);
    expect(counts.slice(1)).toEqual([8, 1, 1, 6, 8]);
    expect(screens[5]).toEqual(screens[1]);
    for (const line of screens[4] ?? []) expect([...line].length).toBeLessThanOrEqual(40);
  });

  test('is restored by every signal that ends the client', async ({ side }) => {
    await startWith(side, program('web', quick));
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT']) {
      const { out, code, isAsBefore } = await watch(side, [['^web', ['signal', signal]]]);
      expect([signal, out.endsWith(LEAVE), isAsBefore, code < 0]).toEqual([signal, true, true, true]);
    }
  });

  test('may go away without a signal: the client ends', async ({ side }) => {
    await startWith(side, program('web', quick));
    // A client that ignores SIGHUP notices by the end of its input.
    const { code } = await onScreen(
      side,
      [
        '/bin/sh',
        '-c',
        `trap '' HUP; exec "$@"`,
        'sh',
        process.execPath,
        CLIENT,
        '-c',
        side.path('ctl.conf'),
        'watch',
      ],
      [['^web', ['hang up']]],
    );
    expect(code).toBe(-1);
  });

  test('may take no more output: signals end the client all the same', async ({ side }) => {
    const command = '/bin/sh -c "while :; do seq 1 100; sleep 0.05; done"';
    await startWith(side, program('web', { command, startsecs: 0 }));
    await untilState(side, 'web', 'RUNNING');
    const { code } = await watch(
      side,
      [
        ['^web ', ['keys', 't']],
        ['^  100$', ['stop reading']],
        ['^  100$', ['signal', 'SIGTERM']],
      ],
      { columns: 200, rows: 50 },
    );
    expect(code).toBe(-15);
  });

  test('is left to the shell by Ctrl-Z, and taken again by fg', async ({ side }) => {
    await startWith(side, program('web', quick));
    await untilState(side, 'web', 'RUNNING');
    const { screens, code, isAsBefore } = await onScreen(
      side,
      ['/bin/bash', '--norc', '--noprofile', '-i'],
      [
        [
          '^bash-.*[#$]$',
          [
            'keys',
            `PS1='rea''dy> '; '${process.execPath}' '${CLIENT}' -c '${side.path('ctl.conf')}' watch 0.2\r`,
          ],
        ],
        ['^web .*RUNNING(.|\\n)*select', ['keys', '\u001a']],
        ['ready>$', ['keys', 'fg >/dev/null\r']],
        ['^web .*RUNNING(.|\\n)*select', ['keys', 'xn']],
        ['select', ['keys', 'q']],
        ['ready>$', ['keys', 'exit 5\r']],
      ],
      { rows: 20 },
    );
    expect(screens).toHaveLength(6);
    expect(code).toBe(5);
    expect(isAsBefore).toBe(true);
  });
});

test('a terminal whose cursor cannot be moved is refused', async ({ side }) => {
  side.writeFile('ctl.conf', '[supervisorctl]\n');
  const { out, code } = await watch(side, [], { environment: { TERM: 'dumb' } });
  expect(out).toContain('Error: watch needs a terminal with a cursor that can be moved, and TERM is dumb');
  expect(code).toBe(1);
});
