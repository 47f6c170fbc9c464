import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GroupConfig } from '../../../src/config/types.ts';
import { errorOf, folderWith, loadFile, loadText } from '../support.ts';

function loadListener(lines: string): GroupConfig {
  const group = loadText(`[supervisord]\n[eventlistener:l]\ncommand=/bin/cat\n${lines}\n`).groups[0];
  if (group === undefined) throw new Error('no group');
  return group;
}

test('a listener is a pool with a priority before all programs and room for ten events', () => {
  const group = loadListener('events=TICK_5');
  expect(group).toMatchObject({
    name: 'l',
    priority: -1,
    pool: { bufferSize: 10, events: ['TICK_5'], resultHandler: null },
  });
  expect(group.processes.map(({ name }) => name)).toEqual(['l']);
});

test('events are sorted and without duplicates, and may be in lower case', () => {
  const { pool } = loadListener('events=tick_60, Process_State,TICK_5,TICK_60');
  expect(pool?.events).toEqual(['PROCESS_STATE', 'TICK_5', 'TICK_60']);
});

test('a pool of several processes is one group', () => {
  const group = loadListener(
    'events=EVENT\nnumprocs=3\nprocess_name=%(program_name)s_%(process_num)d\npriority=7',
  );
  expect(group.processes.map(({ name }) => name)).toEqual(['l_0', 'l_1', 'l_2']);
  expect(group.priority).toBe(7);
});

test('the types that the reference has not are unknown without extensions', () => {
  const text = '[eventlistener:l]\ncommand=x\nevents=VISORD_EVENT\n';
  expect(loadText(`[supervisord]\n${text}`).groups[0]?.pool?.events).toEqual(['VISORD_EVENT']);
  expect(errorOf(() => loadText(`[supervisord]\nextensions=off\n${text}`))).toContain(
    'Unknown event type VISORD_EVENT in [eventlistener:l] events',
  );
});

describe('a wrong section', () => {
  test.each([
    ['', '[eventlistener:l] section requires an "events" line'],
    ['events=', '[eventlistener:l] section requires an "events" line'],
    ['events=TICK_7', 'Unknown event type TICK_7 in [eventlistener:l] events'],
    ['events=visord_event_nope', 'Unknown event type VISORD_EVENT_NOPE in [eventlistener:l] events'],
    ['events=TICK_5,nope', 'Unknown event type NOPE in [eventlistener:l] events'],
    ['events=TICK_5\nbuffer_size=0', '[eventlistener:l] section sets invalid buffer_size (0)'],
    ['events=TICK_5\nbuffer_size=-3', '[eventlistener:l] section sets invalid buffer_size (-3)'],
    [
      'events=TICK_5\nredirect_stderr=true',
      '[eventlistener:l] section sets redirect_stderr=true but this is not allowed because it will interfere with the eventlistener protocol',
    ],
  ])('%j is refused', (lines, message) => {
    expect(errorOf(() => loadListener(lines))).toBe(message);
  });

  test("the errors come in the reference's order: size, handler, events, stderr", () => {
    const all = ['buffer_size=0', 'result_handler=no:where', 'events=NOPE', 'redirect_stderr=true'];
    const found = all.map((_line, index) => errorOf(() => loadListener(all.slice(index).join('\n'))));
    expect(found[0]).toContain('invalid buffer_size');
    expect(found[1]).toContain('no:where cannot be resolved within [eventlistener:l]');
    expect(found[2]).toContain('Unknown event type NOPE');
    expect(found[3]).toContain('requires an "events" line');
  });
});

describe('a result handler', () => {
  test("that is the reference's own is built in", () => {
    const group = loadListener('events=EVENT\nresult_handler=supervisor.dispatchers:default_handler');
    expect(group.pool?.resultHandler).toBeNull();
  });

  test.each(['supervisor_stdout:event_handler', 'supervisor_stdout: event_handler [x]'])(
    'that is %s is built in too',
    (text) => {
      expect(loadListener(`events=EVENT\nresult_handler=${text}`).pool?.resultHandler).toBe('stdout');
    },
  );

  test.each([
    ['./lib/judge.mjs:judge', 'lib/judge.mjs', 'judge'],
    ['lib/judge.mjs:default', 'lib/judge.mjs', 'default'],
    ['judges:strict', 'node_modules/judges/index.js', 'strict'],
    ['@me/judges:mild', 'node_modules/@me/judges/index.js', 'mild'],
  ])('%s is a JavaScript module, found from the folder of the file', (text, path, exportName) => {
    const folder = folderWith({
      'main.conf': `[supervisord]\n[eventlistener:l]\ncommand=/bin/cat\nevents=EVENT\nresult_handler=${text}\n`,
      'lib/judge.mjs': 'export function judge() {}',
      'node_modules/judges/index.js': 'exports.strict = () => {};',
      'node_modules/@me/judges/index.js': 'exports.mild = () => {};',
    });
    expect(loadFile(join(folder, 'main.conf')).groups[0]?.pool?.resultHandler).toEqual({
      text,
      path: join(folder, path),
      exportName,
    });
  });

  test.each([
    './missing.mjs:judge',
    'no-such-package:judge',
    'judge',
    'superlance.httpok:main',
    ':',
    'os:nosuch',
    'node:fs:readFileSync',
  ])('that is %s is refused with what is wanted', (text) => {
    const message = errorOf(() => loadListener(`events=EVENT\nresult_handler=${text}`));
    expect(message).toContain(`${text} cannot be resolved within [eventlistener:l]`);
    expect(message).toContain('Python modules cannot be loaded');
  });
});
