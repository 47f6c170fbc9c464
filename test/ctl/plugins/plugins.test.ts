/** The add-ons of supervisorctl that are built in, against a server that answers what a test wants. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePlugin } from '../../../src/ctl/plugins/factories.ts';
import type { CommandPlugin } from '../../../src/ctl/plugins/plugin.ts';
import { readClientSettings } from '../../../src/ctl/settings.ts';
import { answers, fault, openSession, processInfo, result, runLine, test } from '../fake-server.ts';

const QUICK = 'supervisor_quick:make_quick_controllerplugin';
const WILDCARDS = 'supervisorwildcards.controllerplugin:make_wildcards_controllerplugin';

const INFOS = [
  processInfo('celery-a'),
  processInfo('gunicorn-a'),
  processInfo('gunicorn-b'),
  processInfo('w1', { group: 'pool' }),
  processInfo('w2', { group: 'pool' }),
];

function plugin(factory: string, options: Record<string, string> = {}): CommandPlugin {
  return makePlugin({ name: 'extra', factory, options });
}

function sorted(text: string): string[] {
  return text.split('\n').filter(Boolean).sort();
}

describe('wildcards', () => {
  const table = { getAllProcessInfo: result(INFOS), startProcess: result(true), stopProcess: result(true) };

  for (const [line, matchGroup, said] of [
    ['mstop *-a', '0', ['celery-a: stopped', 'gunicorn-a: stopped']],
    ['mstart w? celery-a', '0', ['celery-a: started', 'pool:w1: started', 'pool:w2: started']],
    ['mstop pool:*', '0', ['No process matched given expression.']],
    ['mstop pool:*', '1', ['pool:w1: stopped', 'pool:w2: stopped']],
    ['mstop', '0', ['No process matched given expression.']],
    [
      'mstop all w1',
      '0',
      ['celery-a', 'gunicorn-a', 'gunicorn-b', 'pool:w1', 'pool:w2'].map((name) => `${name}: stopped`),
    ],
    ['mrestart w1', '0', ['pool:w1: started', 'pool:w1: stopped']],
    ['mstatus w1', '0', ['pool:w1                          RUNNING   pid 7, uptime 0:00:05']],
  ] as const) {
    test(`${line} with match_group = ${matchGroup}`, async ({ server }) => {
      server.answer = answers(table);
      const plugins = [plugin(WILDCARDS, { match_group: matchGroup })];
      const { session, stdout } = openSession(server.url);
      await runLine(session, line, plugins);
      expect(sorted(stdout())).toEqual(said);
    });
  }

  test('every process is asked for before the first one is done', async ({ server }) => {
    let waiting = 0;
    server.answer = (method, body) => {
      if (!method.endsWith('.stopProcess')) return answers(table)(method, body);
      waiting += 1;
      // The last one finds all the others still waiting.
      return waiting < INFOS.length ? null : result(true);
    };
    const { session } = openSession(server.url);
    const running = runLine(session, 'mstop all', [plugin(WILDCARDS)]);
    await expect.poll(() => waiting).toBe(INFOS.length);
    server.hangUp();
    await running;
  });

  test('a process that fails decides how the run ends', async ({ server }) => {
    server.answer = answers({ ...table, startProcess: fault('SPAWN_ERROR', 'pool:w1') });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'mstart w1', [plugin(WILDCARDS)]);
    expect([stdout(), session.exitStatus]).toEqual(['pool:w1: ERROR (spawn error)\n', 7]);
  });
});

describe('quick', () => {
  const all = INFOS.map(({ group, name }) => `${group}:${name}`);
  const states = (statename: string): typeof INFOS => INFOS.map((info) => ({ ...info, statename }));

  for (const [line, asked] of [
    ['quickstart pool:w1', ['pool:w1']],
    ['quickstart pool:', ['pool:w1', 'pool:w2']],
    ['quickstart gun*', ['gunicorn-a:gunicorn-a', 'gunicorn-b:gunicorn-b']],
    ['quickstart all', all],
    ['quickstart nope', []],
  ] as const) {
    test(`${line} asks once and does not wait in the call`, async ({ server }) => {
      let calls: string[] = [];
      server.answer = (method, body) => {
        if (method !== 'system.multicall') return answers({ getAllProcessInfo: result(INFOS) })(method, body);
        calls = [...body.matchAll(/<string>([^<]*:[^<]*)<\/string>/g)].map((match) => match[1] ?? '');
        expect(body.match(/<boolean>0<\/boolean>/g)).toHaveLength(asked.length);
        expect(body).not.toContain('stopProcess');
        return result(asked.map(() => true));
      };
      const { session, stdout } = openSession(server.url);
      await runLine(session, line, [plugin(QUICK)]);
      expect(calls).toEqual(asked);
      expect(stdout()).toBe(asked.map((name) => `${name}: RUNNING\n`).join(''));
    });
  }

  test('waits until each is no longer on its way, and reports faults', async ({ server }) => {
    const looks = [
      states('STOPPED'),
      states('STARTING'),
      [...states('STARTING').slice(1), ...states('FATAL').slice(0, 1)],
    ];
    server.answer = answers({
      getAllProcessInfo: () => result(looks.shift() ?? states('RUNNING')),
      'system.multicall': result([true, { faultCode: 60, faultString: 'ALREADY_STARTED: gunicorn-a' }, true]),
    });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'quickstart celery-a:* gunicorn-?:*', [plugin(QUICK)]);
    expect(stdout()).toBe(
      'gunicorn-a:gunicorn-a ERROR(ALREADY_STARTED)\ncelery-a:celery-a: FATAL\ngunicorn-b:gunicorn-b: RUNNING\n',
    );
  });

  test('a process that is not done after the last look is reported with its state', async ({ server }) => {
    server.answer = answers({
      getAllProcessInfo: result(states('STOPPING')),
      'system.multicall': result([true]),
    });
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'quickstop pool:w1', [plugin(QUICK, { retries: '1' })]);
    expect(stdout()).toBe('pool:w1: STOPPING\n');
  });

  test('quickrestart stops all before it starts the first', async ({ server }) => {
    const verbs: string[] = [];
    server.answer = (method, body) => {
      if (method !== 'system.multicall')
        return answers({
          getAllProcessInfo: () => result(states(verbs.length === 2 ? 'RUNNING' : 'STOPPED')),
        })(method, body);
      verbs.push(/(start|stop)Process/.exec(body)?.[1] ?? '');
      return result([true, true]);
    };
    const { session, stdout } = openSession(server.url);
    await runLine(session, 'quickrestart pool:', [plugin(QUICK)]);
    expect(verbs).toEqual(['stop', 'start']);
    expect(stdout()).toBe('pool:w1: STOPPED\npool:w2: STOPPED\npool:w1: RUNNING\npool:w2: RUNNING\n');
  });
});

test('help lists the commands of a plugin under the name of its section', async ({ server }) => {
  const { session, stdout } = openSession(server.url);
  await runLine(session, 'help', [plugin(WILDCARDS)]);
  expect(stdout()).toMatch(
    /\n\nextra commands \(type help <topic>\):\n=+\nmrestart {2}mstart {2}mstatus {2}mstop\n\n$/,
  );
  await runLine(session, 'help mstop', [plugin(WILDCARDS)]);
  expect(stdout()).toMatch(/The same as stop, but accepts wildcard expressions to match the process name.\n/);
});

describe('sections', () => {
  const read = async (text: string): Promise<string[]> => {
    const folder = mkdtempSync(join(tmpdir(), 'visord-plugins-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'c.conf');
    writeFileSync(file, `[supervisorctl]\n${text}`);
    const { plugins } = await readClientSettings(file, { GROUPS: '1' });
    return plugins.map(makePlugin).flatMap(({ commands }) => commands.map(({ name }) => name));
  };

  it('add their commands, in their order', async () => {
    const text = `[ctlplugin:q]\nsupervisor.ctl_factory=${QUICK}\n[ctlplugin:w]\nsupervisor.ctl_factory = ${WILDCARDS}\nmatch_group=%(ENV_GROUPS)s\n`;
    expect(await read(text)).toEqual([
      'quickstart',
      'quickstop',
      'quickrestart',
      'mstart',
      'mstop',
      'mrestart',
      'mstatus',
    ]);
  });

  for (const [text, error] of [
    ['[ctlplugin:x]\nother=1\n', 'section [ctlplugin:x] does not specify a supervisor.ctl_factory'],
    [
      '[ctlplugin:x]\nsupervisor.ctl_factory=other:make\n',
      'other:make cannot be resolved within [ctlplugin:x]: it is Python',
    ],
    [
      `[ctlplugin:x]\nsupervisor.ctl_factory=${WILDCARDS}\nmatch_group=yes\n`,
      'match_group = yes in [ctlplugin:x] is not a whole number',
    ],
  ] as const) {
    it(`are refused: ${error}`, async () => {
      await expect(read(text)).rejects.toThrow(error);
    });
  }
});
