import { describe, expect, test } from 'vitest';
import { limitedView } from '../../../src/rpc/rights/limited-view.ts';
import { programPatterns } from '../../../src/rpc/rights/program-patterns.ts';
import { scaleProgram, scales } from '../../../src/rpc/visord/scale.ts';
import type { ScaleRequest } from '../../../src/supervisor/scale/scaling.ts';
import { ScaleError } from '../../../src/supervisor/scale/scaling.ts';
import type { SupervisorView } from '../../../src/supervisor/supervisor-view.ts';
import { defaultProgram } from '../../config/support.ts';
import { FakeSupervisor, group } from '../fakes.ts';

function scale(groupName: string, name: string) {
  return { group: groupName, name, count: 2, configured: 3, isSet: true, least: 0, most: 9 };
}

/** A daemon with programs that can be scaled, and one that cannot; `asked` has what it was asked for. */
function daemon(...programs: readonly ReturnType<typeof scale>[]) {
  const supervisor = new FakeSupervisor([group('solo', [{ ...defaultProgram(), name: 'solo' }])]);
  const asked: [string, ScaleRequest][] = [];
  supervisor.scales = programs;
  supervisor.onScale = ({ group: groupName, name }, request) => {
    asked.push([`${groupName}:${name}`, request]);
    const failed = {
      group: groupName,
      process: 'w1',
      action: 'remove',
      keys: [],
      failure: 'does not stop',
    } as const;
    return {
      before: 2,
      count: 1,
      done: Promise.resolve([{ ...failed, failure: null, process: 'w2' }, failed]),
    };
  };
  return { supervisor, asked };
}

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no fault';
}

describe('visord.scaleProgram', () => {
  test('takes a number, a difference or file, and answers with the results of all processes', async () => {
    const { supervisor, asked } = daemon(scale('web', 'web'));
    const call = (numprocs: string | number) => scaleProgram(supervisor, 'web', numprocs, true);
    expect(await call('8')).toEqual({
      group: 'web',
      name: 'web',
      before: 2,
      numprocs: 1,
      changes: [
        { group: 'web', name: 'w2', action: 'remove', status: 80, description: 'OK' },
        { group: 'web', name: 'w1', action: 'remove', status: 30, description: 'does not stop' },
      ],
    });
    for (const numprocs of [8, '+2', '-1', 'file']) await call(numprocs);
    expect(asked.map(([, request]) => request)).toEqual([
      { kind: 'set', count: 8 },
      { kind: 'set', count: 8 },
      { kind: 'by', delta: 2 },
      { kind: 'by', delta: -1 },
      { kind: 'file' },
    ]);
    for (const numprocs of [-1, 1.5, '', 'many', '1.5', '++1', null, true, []]) {
      expect(faultOf(() => scaleProgram(supervisor, 'web', numprocs, true))).toBe('INCORRECT_PARAMETERS');
    }
  });

  test('answers at once where it is not to wait', () => {
    const { supervisor } = daemon(scale('web', 'web'));
    expect(scaleProgram(supervisor, 'web', 1, false)).toMatchObject({ before: 2, numprocs: 1, changes: [] });
  });

  test('finds a program of any group by its name, and needs the group where several have it', () => {
    const { supervisor, asked } = daemon(scale('x', 'a'), scale('x', 'b'), scale('y', 'b'));
    scaleProgram(supervisor, 'a', 1, true);
    scaleProgram(supervisor, 'y:b', 1, true);
    expect(asked.map(([name]) => name)).toEqual(['x:a', 'y:b']);
    const fault = (name: string) => faultOf(() => scaleProgram(supervisor, name, 1, true));
    expect(fault('b')).toBe('FAILED: b is in several groups: x:b, y:b');
    expect(fault('y:a')).toBe('BAD_NAME: y:a');
    expect(fault('x:*')).toBe('BAD_NAME: x:*');
    expect(fault('solo')).toBe('FAILED: solo cannot be scaled: its process_name has no %(process_num)');
  });

  test('reports why a number is refused', () => {
    const { supervisor } = daemon(scale('web', 'web'));
    supervisor.onScale = () => {
      throw new ScaleError('9 is above numprocs_max=8');
    };
    expect(faultOf(() => scaleProgram(supervisor, 'web', 9, true))).toBe('FAILED: 9 is above numprocs_max=8');
  });

  test('with file forgets the number of a program that is not active any more', () => {
    const { supervisor } = daemon();
    supervisor.forgettable.add('old:old');
    expect(scaleProgram(supervisor, 'old', 'file', true)).toMatchObject({ numprocs: 0, changes: [] });
    expect(faultOf(() => scaleProgram(supervisor, 'old', 'file', true))).toBe('BAD_NAME: old');
  });

  test('touches only the programs that its caller sees', () => {
    const { supervisor, asked } = daemon(scale('x', 'a'), scale('y', 'a'), scale('y', 'b'));
    const view: SupervisorView = limitedView(supervisor, programPatterns(['y:*']));
    expect(scales(view).map((one) => `${one.group}:${one.name}`)).toEqual(['y:a', 'y:b']);
    scaleProgram(view, 'a', 1, true);
    expect(asked.map(([name]) => name)).toEqual(['y:a']);
    expect(faultOf(() => scaleProgram(view, 'x:a', 1, true))).toBe('BAD_NAME: x:a');
  });
});

test('visord.getScales returns numbers and limits', () => {
  const { supervisor } = daemon(scale('web', 'web'));
  expect(scales(supervisor)).toEqual([
    { group: 'web', name: 'web', numprocs: 2, configured: 3, set: true, min: 0, max: 9 },
  ]);
});
