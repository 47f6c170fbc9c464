import { describe, expect, test } from 'vitest';
import { STATE_CODES, type StateName } from '../../src/process/machine/states.ts';
import { processInfo } from '../../src/rpc/process-info.ts';
import { ProcessInfoRenderer } from '../../src/rpc/process-info-renderer.ts';
import { renderValue, writeResponse } from '../../src/xmlrpc/writer.ts';
import { fc } from '../properties.ts';
import { caller } from './call.ts';
import { FakeProcess, FakeSupervisor, group, processConfig } from './fakes.ts';

const NOW = 1_700_000_100;

function processIn(state: StateName, changes: Partial<FakeProcess> = {}): FakeProcess {
  return Object.assign(new FakeProcess('g', processConfig('p')), changes, { state });
}

describe('the information about a process', () => {
  test('has the members of the reference, in its order', () => {
    const process = processIn('RUNNING', {
      pid: 7,
      startedAt: NOW - 60.5,
      stoppedAt: 12.9,
      exitStatus: -1,
      stdoutLogfile: '/o',
    });
    expect(Object.entries(processInfo(process, NOW))).toEqual([
      ['name', 'p'],
      ['group', 'g'],
      ['start', NOW - 61],
      ['stop', 12],
      ['now', NOW],
      ['state', 20],
      ['statename', 'RUNNING'],
      ['spawnerr', ''],
      ['exitstatus', -1],
      ['logfile', '/o'],
      ['stdout_logfile', '/o'],
      ['stderr_logfile', ''],
      ['pid', 7],
      ['description', 'pid 7, uptime 0:01:01'],
    ]);
  });

  test('in times past 2038 is capped to what an int holds', () => {
    const info = processInfo(processIn('RUNNING', { startedAt: 2 ** 33 }), 2 ** 33);
    expect([info.start, info.now]).toEqual([2 ** 31 - 1, 2 ** 31 - 1]);
  });

  test('about all is the same as about each, however often they change', () => {
    const states = Object.keys(STATE_CODES) as StateName[];
    const step = fc.record({
      index: fc.nat({ max: 2 }),
      state: fc.constantFrom(...states),
      pid: fc.nat(),
      startedAt: fc.integer({ min: 0, max: NOW }),
      spawnError: fc.string(),
      // Ten hours and more make the text of an uptime longer, ten digits a clock.
      seconds: fc.oneof(fc.nat({ max: 3 }), fc.constantFrom(36_000, 90_000, -NOW + 5, NOW)),
      // Which of them there are, and in which order.
      places: fc.option(fc.shuffledSubarray([0, 1, 2, 3]), { nil: undefined, freq: 3 }),
      // Whether the answer is still on its way when the next one is asked for.
      isSlow: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const all = ['a', 'é<&\u{1F600}', 'c', 'd'].map((name) => new FakeProcess('g', processConfig(name)));
        let processes = all.slice(0, 3);
        const renderer = new ProcessInfoRenderer();
        let now = NOW;
        const onTheirWay: { readonly bytes: Buffer; readonly text: string }[] = [];
        for (const { index, seconds, state, places, isSlow, ...changes } of steps) {
          all[index]?.become(state, changes);
          now = Math.max(1, now + seconds);
          processes = places?.flatMap((place) => all[place] ?? []) ?? processes;
          const expected = processes.map((process) => processInfo(process, now));
          const answer = renderer.renderAll(processes, now);
          expect(answer.xml).toBe(renderValue(expected));
          const bytes = writeResponse(answer);
          const text = writeResponse(expected).toString();
          expect(bytes.toString()).toBe(text);
          const release = answer.hold();
          if (isSlow) onTheirWay.push({ bytes, text });
          else release();
        }
        for (const { bytes, text } of onTheirWay) expect(bytes.toString()).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  test('about all stays as it is while it is on its way, whatever happens meanwhile', () => {
    const processes = [processIn('RUNNING', { pid: 7, startedAt: NOW })];
    const renderer = new ProcessInfoRenderer();
    const answer = renderer.renderAll(processes, NOW);
    const sent = writeResponse(answer);
    const release = answer.hold();
    const text = sent.toString();
    expect(writeResponse(renderer.renderAll(processes, NOW))).toBe(sent);
    expect(writeResponse(renderer.renderAll(processes, NOW + 1)).toString()).not.toBe(text);
    processes[0]?.become('STOPPED', { spawnError: 'longer than before' });
    expect(writeResponse(renderer.renderAll(processes, NOW + 1)).toString()).not.toBe(text);
    expect(sent.toString()).toBe(text);
    release();
  });

  test('about all is written over the last answer once that is sent', () => {
    const processes = [processIn('RUNNING', { pid: 7, startedAt: NOW })];
    const renderer = new ProcessInfoRenderer();
    const first = renderer.renderAll(processes, NOW);
    first.hold()();
    const second = renderer.renderAll(processes, NOW + 1);
    expect(second.response?.buffer).toBe(first.response?.buffer);
  });

  test('about all is sorted by group and name, also after groups come and go', async () => {
    const supervisor = new FakeSupervisor([
      group('z', [processConfig('b'), processConfig('a')], 1),
      group('c', [processConfig('c')], 2),
    ]);
    const call = caller(supervisor);
    const names = async () =>
      ((await call('supervisor.getAllProcessInfo')) as { name: string; group: string }[]).map(
        (info) => `${info.group}:${info.name}`,
      );
    expect(await names()).toEqual(['c:c', 'z:a', 'z:b']);
    supervisor.addGroup(group('b', [processConfig('x')]));
    expect(await names()).toEqual(['b:x', 'c:c', 'z:a', 'z:b']);
    supervisor.removeGroup('c');
    expect(await names()).toEqual(['b:x', 'z:a', 'z:b']);
  });

  test('is refused for groups and for names that do not exist', async () => {
    const call = caller(new FakeSupervisor([group('g', [processConfig('p')])]));
    expect(await call('supervisor.getProcessInfo', 'g:p')).toMatchObject({ name: 'p', group: 'g' });
    for (const name of ['g', 'g:', 'g:*', 'g:x', 'x', '', 'p']) {
      expect(await call('supervisor.getProcessInfo', name)).toBe(`10 BAD_NAME: ${name}`);
    }
  });
});
