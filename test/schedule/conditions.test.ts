import { describe, expect, it } from 'vitest';
import { CONDITIONS } from '../../src/config/tables/dependency-list.ts';
import { STATE_CODES, type StateName } from '../../src/process/machine/states.ts';
import { type DependencyView, describeTimeout, describeWait, isMet } from '../../src/schedule/conditions.ts';

const PROCESS: DependencyView = {
  state: 'STOPPED',
  pid: 0,
  wasStarted: false,
  endedWell: false,
  isHealthy: null,
};

it('meets no condition before the first start', () => {
  for (const condition of CONDITIONS) {
    expect(isMet(condition, PROCESS)).toBe(false);
  }
});

describe.each<[(typeof CONDITIONS)[number], StateName[]]>([
  ['started', ['STARTING', 'RUNNING', 'STOPPING', 'EXITED', 'UNKNOWN']],
  ['running', ['RUNNING']],
  ['healthy', ['RUNNING']],
  ['exited', ['STOPPED', 'EXITED', 'FATAL']],
  ['completed', ['EXITED']],
])('%s', (condition, states) => {
  it(`is met in ${states.join(', ')}`, () => {
    const met = (Object.keys(STATE_CODES) as StateName[]).filter((state) => {
      const hasProcess = ['STARTING', 'RUNNING', 'STOPPING', 'UNKNOWN'].includes(state);
      return isMet(condition, {
        ...PROCESS,
        state,
        pid: hasProcess ? 9 : 0,
        wasStarted: true,
        endedWell: true,
      });
    });
    expect(met.sort()).toEqual([...states].sort());
  });
});

it('does not take an unhealthy process for healthy, nor a bad end for a completed one', () => {
  expect(isMet('healthy', { ...PROCESS, state: 'RUNNING', pid: 9, isHealthy: false })).toBe(false);
  expect(isMet('completed', { ...PROCESS, state: 'EXITED', wasStarted: true })).toBe(false);
});

it('describes a wait, and processes of one program once', () => {
  const web = { name: 'web', condition: 'running' } as const;
  expect(describeWait([web, web, { name: 'migrate', condition: 'completed' }])).toBe(
    'waiting for web (running), migrate (completed)',
  );
  expect(describeTimeout([web], 60)).toBe('web was not running after 60 seconds');
});
