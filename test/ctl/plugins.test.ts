/** The add-ons of the stock client that are built in: supervisor-quick and supervisor-wildcards. */
import { fileURLToPath } from 'node:url';
import { describe, expect } from 'vitest';
import type { CommandResult, Side } from '../../compat/scenario.ts';
import { runLine } from '../../src/ctl/dispatch.ts';
import { makePlugins } from '../../src/ctl/plugins/index.ts';
import { test as daemonTest, untilState as daemonUntilState, program, startWith } from '../e2e/support.ts';
import { answers, fault, openSession, processInfo, result, test } from './fake-server.ts';

const CLIENT = fileURLToPath(new URL('../../dist/bin/supervisorctl.cjs', import.meta.url));

const QUICK = {
  section: 'ctlplugin:quick',
  factory: 'supervisor_quick:make_quick_controllerplugin',
  options: { retries: '2' },
};
const WILDCARDS = {
  section: 'ctlplugin:wildcards',
  factory: 'supervisorwildcards.controllerplugin:make_wildcards_controllerplugin',
  options: {},
};
const POOL = [
  processInfo('w1', { group: 'pool' }),
  processInfo('w2', { group: 'pool' }),
  processInfo('other'),
];

describe('quickstart', () => {
  const plugins = makePlugins([QUICK]);

  for (const [line, started] of [
    ['quickstart pool:w2', ['pool:w2']],
    ['quickstart pool:', ['pool:w1', 'pool:w2']],
    ['quickstart *:w[2-9] other:*', ['other:other', 'pool:w2']],
    ['quickstart all', ['other:other', 'pool:w1', 'pool:w2']],
  ] as const) {
    test(`${line} starts what matches`, async ({ server }) => {
      server.answer = answers({
        getAllProcessInfo: result(POOL),
        startProcess: result(true),
        getProcessInfo: result(processInfo('x')),
      });
      const { session, stdout } = openSession(server.url, { plugins });
      await runLine(session, line);
      expect(stdout().trimEnd().split('\n').sort()).toEqual(started.map((name) => `${name}: RUNNING`));
      expect(session.exitStatus).toBe(0);
    });
  }

  test('does not wait, and says the state that it last saw', async ({ server }) => {
    let body = '';
    const table = answers({
      getAllProcessInfo: result(POOL),
      startProcess: result(true),
      getProcessInfo: result(processInfo('w1', { statename: 'STARTING', state: 10 })),
    });
    server.answer = (method, text) => {
      if (method === 'supervisor.startProcess') body = text;
      return table(method, text);
    };
    const { session, stdout } = openSession(server.url, { plugins });
    await runLine(session, 'quickstart pool:w1');
    expect(stdout()).toBe('pool:w1: STARTING\n');
    expect(body).toContain('<boolean>0</boolean>');
    expect(server.calls.filter((name) => name === 'supervisor.getProcessInfo')).toHaveLength(2);
  });

  test('says what was refused', async ({ server }) => {
    server.answer = answers({
      getAllProcessInfo: result(POOL),
      startProcess: fault('ALREADY_STARTED', 'pool:w1'),
    });
    const { session, stdout } = openSession(server.url, { plugins });
    await runLine(session, 'quickstart pool:w1');
    expect([stdout(), session.exitStatus]).toEqual(['pool:w1 ERROR(ALREADY_STARTED)\n', 1]);
  });

  for (const line of ['quickstop', 'quickstop nobody:*']) {
    test(`${line} matches nothing`, async ({ server }) => {
      server.answer = answers({ getAllProcessInfo: result(POOL) });
      const { session, stdout } = openSession(server.url, { plugins });
      await runLine(session, line);
      expect(stdout()).toBe('No process matched given expression.\n');
    });
  }
});

describe('a section of a plugin', () => {
  test('adds its commands to help', async ({ server }) => {
    const { session, stdout } = openSession(server.url, { plugins: makePlugins([QUICK, WILDCARDS]) });
    await runLine(session, 'help');
    expect(stdout()).toMatch(
      /\nquick commands \(type help <topic>\):\n=+\nquickrestart {2}quickstart {2}quickstop\n/,
    );
    expect(stdout()).toMatch(
      /\nwildcards commands \(type help <topic>\):\n=+\nmrestart {2}mstart {2}mstop\n/,
    );
    await runLine(session, 'help mstop');
    expect(stdout()).toContain('stop every process whose name matches');
  });

  test('that is Python we do not have is refused by name', () => {
    expect(() => makePlugins([{ ...QUICK, factory: 'serialrestart:make' }])).toThrow(
      /^serialrestart:make cannot be resolved within \[ctlplugin:quick\]/,
    );
    expect(() => makePlugins([{ ...QUICK, options: { retries: 'many' } }])).toThrow(
      'retries=many in [ctlplugin:quick] is not a number of tries',
    );
  });
});

describe('against a daemon', () => {
  const client = (side: Side, ...args: string[]): Promise<CommandResult> =>
    side.command(process.execPath, [CLIENT, '-c', side.path('supervisord.conf'), ...args]);

  daemonTest('configurations that name them work, on both sides', async ({ side }) => {
    const sections = [QUICK, WILDCARDS].map(
      ({ section, factory }) => `[${section}]\nsupervisor.ctl_factory=${factory}\n`,
    );
    const supervisorctl = `[supervisorctl]\nserverurl=unix://${side.path('s.sock')}\n`;
    const cat = { command: '/bin/cat', autostart: 'false', startsecs: 0, numprocs: 2 };
    await startWith(
      side,
      supervisorctl +
        sections.join('') +
        program('web', { ...cat, process_name: 'web-%(process_num)d' }) +
        program('job', { command: '/bin/cat', autostart: 'false', startsecs: 0 }),
    );
    const sorted = ({ stdout }: CommandResult): string[] => stdout.trimEnd().split('\n').sort();
    expect(sorted(await client(side, 'mstart', '*-1', 'job'))).toEqual([
      'job: started',
      'web:web-1: started',
    ]);
    expect(sorted(await client(side, 'quickstart', 'web:web-0'))).toEqual(['web:web-0: RUNNING']);
    expect(sorted(await client(side, 'mrestart', 'web-0'))).toEqual([
      'web:web-0: started',
      'web:web-0: stopped',
    ]);
    expect(sorted(await client(side, 'quickstop', 'web:'))).toEqual([
      'web:web-0: STOPPED',
      'web:web-1: STOPPED',
    ]);
    await daemonUntilState(side, 'job', 'RUNNING');
  });
});
