import { describe, expect, test } from 'vitest';
import { givenName, launchRecordIn } from '../../src/native/launch.ts';

const MARKS = { VISORD_LAUNCH: '17:1024:-1:1', VISORD_LAUNCH_COMMAND: './supervisord' };
const RECORD = { command: './supervisord', nofile: { soft: 1024, hard: -1 }, holdsSignals: true };

describe('the marks of the launcher', () => {
  test('are read by the process that it became, and by a child where node is a script', () => {
    expect(launchRecordIn(MARKS, [17, 1])).toEqual(RECORD);
    expect(launchRecordIn(MARKS, [18, 17])).toEqual(RECORD);
    expect(launchRecordIn({ ...MARKS, VISORD_LAUNCH: '17:200:300:0' }, [17, 1])).toEqual({
      ...RECORD,
      nofile: { soft: 200, hard: 300 },
      holdsSignals: false,
    });
  });

  test.each([
    ['of another process', { ...MARKS, VISORD_LAUNCH: '19:1024:-1:1' }],
    ['without a command', { VISORD_LAUNCH: MARKS.VISORD_LAUNCH }],
    ['of another form', { ...MARKS, VISORD_LAUNCH: 'yes' }],
    ['that are not there', {}],
  ])('%s are none', (_, environment) => {
    expect(launchRecordIn(environment, [17, 18])).toBeNull();
  });
});

test('a variable has its own name again, and what the launcher added has none', () => {
  const names = [
    'VISORD_ENV_NODE_OPTIONS',
    'VISORD_ENV_VISORD_ENV_X',
    'VISORD_ENV_LD_PRELOAD',
    'PATH',
    'VISORD_NODE',
  ];
  expect(names.map((name) => givenName(name, RECORD))).toEqual([
    'NODE_OPTIONS',
    'VISORD_ENV_X',
    'LD_PRELOAD',
    'PATH',
    'VISORD_NODE',
  ]);
  const added = ['VISORD_LAUNCH', 'VISORD_LAUNCH_COMMAND', 'LD_PRELOAD'];
  expect(added.map((name) => givenName(name, RECORD))).toEqual([null, null, null]);
  expect(givenName('LD_PRELOAD', { ...RECORD, holdsSignals: false })).toBe('LD_PRELOAD');
});
