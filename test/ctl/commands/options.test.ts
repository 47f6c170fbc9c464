/** Options of commands: read by the row, and never taken for names. */
import { describe, expect } from 'vitest';
import { command } from '../../../src/ctl/commands/command.ts';
import { switchOption } from '../../../src/ctl/description.ts';
import { answers, openSession, processInfo, result, runLine, test } from '../fake-server.ts';

const calm = {
  getAllProcessInfo: result([processInfo('web'), processInfo('-odd'), processInfo('w1', { group: 'pool' })]),
  startProcess: result(true),
  stopProcess: result(true),
  stopProcessGroup: result([]),
};

describe('a mistyped option', () => {
  for (const [line, says] of [
    ['restart --roling web', 'Error: restart has no option --roling, did you mean --rolling?'],
    ['restart -rolling web', 'Error: restart has no option -rolling, did you mean --rolling?'],
    ['restart web --roling', 'Error: restart has no option --roling, did you mean --rolling?'],
    ['status --jsno', 'Error: status has no option --jsno, did you mean --json?'],
    ['pid --Json web', 'Error: pid has no option --Json, did you mean --json?'],
    ['stop --force web', 'Error: stop has no option --force'],
    ['start -x web', 'Error: start has no option -x'],
    ['signal HUP --all', 'Error: signal has no option --all'],
    ['clear -all', 'Error: clear has no option -all'],
    ['update --dif', 'Error: update has no option --dif, did you mean --diff?'],
    ['logs -f web', 'Error: logs has no option -f'],
    ['graph --dott', 'Error: graph has no option --dott, did you mean --dot?'],
    ['critical-chain --jsn', 'Error: critical-chain has no option --jsn, did you mean --json?'],
    ['restart --rolling=yes web', 'Error: --rolling of restart does not take a value'],
  ]) {
    test(`${line} changes nothing, and is an error`, async ({ server }) => {
      server.answer = answers(calm);
      const { session, stdout } = openSession(server.url);
      await runLine(session, line ?? '');
      expect([stdout(), session.exitStatus]).toEqual([`${says}\n`, 2]);
      expect(server.calls.filter((method) => !method.startsWith('supervisor.get'))).toEqual([]);
    });
  }

  test('that the stock client ignores or reports in its own words gets a hint on a terminal only', async ({
    server,
  }) => {
    server.answer = answers({ ...calm, getAllConfigInfo: result([]) });
    const watched = openSession(server.url, { isWatched: true });
    await runLine(watched.session, 'avail --jsn');
    const piped = openSession(server.url);
    await runLine(piped.session, 'avail --jsn');
    expect(watched.stderr()).toBe('Did you mean --json?\n');
    expect(piped.stderr()).toBe('');
    expect(watched.stdout()).toBe(piped.stdout());
  });

  test('is a name where a process or a group has it', async ({ server }) => {
    server.answer = answers(calm);
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'restart -odd');
    await runLine(session, 'stop -odd:*');
    expect(stdout()).toBe('-odd: stopped\n-odd: started\n');
    expect(session.exitStatus).toBe(0);
  });

  test('does not hide that no server answers', async ({ server }) => {
    const { session, stdout } = openSession(`${server.url}-nope`);
    await runLine(session, 'restart --roling web');
    expect([stdout(), session.exitStatus]).toEqual([`${server.url}-nope no such file\n`, 7]);
  });

  test('that is a signal is checked by the server', async ({ server }) => {
    server.answer = answers({ ...calm, signalProcess: result(true) });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'signal -9 web');
    expect(stdout()).toBe('web: signalled\n');
  });
});

describe('an argument of a command that takes none', () => {
  for (const name of ['graph', 'nodes']) {
    test(`is an error, as in ${name} web`, async ({ server }) => {
      server.answer = answers(calm);
      const { session, stdout } = openSession(server.url);
      await runLine(session, `${name} web`);
      expect([stdout().split('\n')[0], session.exitStatus]).toEqual([
        `Error: ${name} accepts no arguments`,
        1,
      ]);
      expect(server.calls).toEqual([]);
    });
  }
});

describe('a row with options', () => {
  const row = command({
    name: 'plant',
    arguments: [{ name: 'tree', kind: 'word', isRepeated: true }],
    options: {
      deep: switchOption('--deep', 'Dig deeper.', '0.1.0'),
      count: {
        flag: '--count',
        value: 'N',
        help: 'How many.',
        since: '0.1.0',
        read: (text) => (/^\d+$/.test(text) ? Number(text) : null),
      },
    },
    summary: 'Plants trees.',
    help: 'plant <tree>...\tPlant trees',
    details: [],
    exits: {},
    isStock: false,
    since: '0.1.0',
    run: (session, { options, words }) => {
      const { deep, count }: { deep: boolean; count: number | null } = options;
      session.print(JSON.stringify({ deep, count, words }));
      return Promise.resolve();
    },
  });
  const garden = [{ name: 'garden', commands: [row] }];

  for (const [line, says] of [
    ['plant oak', '{"deep":false,"count":null,"words":["oak"]}'],
    ['plant --count 3 oak --deep elm', '{"deep":true,"count":3,"words":["oak","elm"]}'],
    ['plant --count=3', '{"deep":false,"count":3,"words":[]}'],
    ['plant --count many', 'Error: --count of plant requires N'],
    ['plant oak --count', 'Error: --count of plant requires N'],
  ]) {
    test(`reads ${line}`, async ({ server }) => {
      const { session, stdout } = openSession(server.url);
      await runLine(session, line ?? '', garden);
      expect(stdout()).toBe(`${says}\n`);
      expect(session.exitStatus).toBe(says?.startsWith('Error') ? 2 : 0);
    });
  }

  test('has them in its help', async ({ server }) => {
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'help plant', garden);
    expect(stdout()).toBe('plant <tree>...\tPlant trees\n--deep\t\tDig deeper.\n--count N\t\tHow many.\n');
  });
});
