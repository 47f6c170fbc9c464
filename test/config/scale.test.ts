import { describe, expect, test } from 'vitest';
import { countIn, scalableIn, scaledConfig, scaledGroup, withinLimits } from '../../src/config/scale.ts';
import type { GroupConfig, ScalableProgram } from '../../src/config/types.ts';
import { errorOf, loadText } from './support.ts';

const NUMBERED = 'process_name=%(program_name)s_%(process_num)02d\nnumprocs=2\n';
const WEB = `[program:web]\ncommand=/bin/web %(process_num)d\n${NUMBERED}`;

function groupOf(text: string, name = 'web'): GroupConfig {
  const group = loadText(`[supervisord]\n${text}`).groups.find((one) => one.name === name);
  if (group === undefined) throw new Error(`no group ${name}`);
  return group;
}

function programOf(group: GroupConfig, name = 'web'): ScalableProgram {
  const program = scalableIn(group, name);
  if (program === undefined) throw new Error(`${name} cannot be scaled`);
  return program;
}

function names({ processes }: GroupConfig): string[] {
  return processes.map(({ name }) => name);
}

describe('a program whose process_name has a number', () => {
  test('has the processes that a file with that numprocs describes', () => {
    const group = groupOf(WEB);
    for (const count of [0, 1, 2, 3, 11]) {
      const { processes } = scaledGroup(group, programOf(group), count);
      expect(processes).toEqual(groupOf(WEB.replace('numprocs=2', `numprocs=${count}`)).processes);
    }
  });

  test('keeps the processes that it has, as they are', () => {
    const group = groupOf(WEB);
    const { processes } = scaledGroup(group, programOf(group), 3);
    expect(processes.slice(0, 2).map((process, index) => process === group.processes[index])).toEqual([
      true,
      true,
    ]);
    const changed = { ...group, processes: group.processes.map((one) => ({ ...one, command: 'other' })) };
    expect(scaledGroup(changed, programOf(group), 3).processes.map(({ command }) => command)).toEqual([
      'other',
      'other',
      '/bin/web 2',
    ]);
  });

  test('changes values that have the number of processes in them', () => {
    const group = groupOf(WEB.replace('%(process_num)d', '%(process_num)d/%(numprocs)d'));
    expect(scaledGroup(group, programOf(group), 3).processes.map(({ command }) => command)).toEqual([
      '/bin/web 0/3',
      '/bin/web 1/3',
      '/bin/web 2/3',
    ]);
  });

  test('counts from numprocs_start, and is read with its variables and the defaults of all programs', () => {
    const group = groupOf(
      `[program-default]\nstopwaitsecs=77\n${WEB}numprocs_start=8\nenvironment=PORT="80%(process_num)02d"\n`,
    );
    const { processes } = scaledGroup(group, programOf(group), 3);
    expect(
      processes.map(({ name, environment, stopWaitSeconds }) => [name, environment.PORT, stopWaitSeconds]),
    ).toEqual([
      ['web_08', '8008', 77],
      ['web_09', '8009', 77],
      ['web_10', '8010', 77],
    ]);
  });

  test('stays in its place in its group', () => {
    const text = ['a', 'b', 'c'].map((name) => WEB.replace('program:web', `program:${name}`)).join('');
    const group = groupOf(`${text}[group:x]\nprograms=c,a,b\n`, 'x');
    const none = scaledGroup(group, programOf(group, 'a'), 0);
    expect(names(none)).toEqual(['c_00', 'c_01', 'b_00', 'b_01']);
    expect(names(scaledGroup(none, programOf(group, 'a'), 1))).toEqual([
      'c_00',
      'c_01',
      'a_00',
      'b_00',
      'b_01',
    ]);
    const last = scaledGroup(group, programOf(group, 'b'), 0);
    expect(names(scaledGroup(last, programOf(group, 'b'), 1)).at(-1)).toBe('b_00');
    expect(countIn(none, 'a')).toBe(0);
  });

  test('is refused a number with which two processes would have one name', () => {
    const text = `${WEB.replace('%(program_name)s', 'p')}${WEB.replace('program:web', 'program:other').replace('%(program_name)s', 'p')}numprocs_start=2\n`;
    const group = groupOf(`${text}[group:x]\nprograms=web,other\n`, 'x');
    expect(errorOf(() => scaledGroup(group, programOf(group), 3))).toBe(
      'two processes would have the name p_02',
    );
  });
});

describe('a program without a number in its process_name', () => {
  test('cannot be scaled', () => {
    expect(groupOf('[program:web]\ncommand=/bin/web\n').scalable).toBeUndefined();
  });
});

describe('numprocs_min and numprocs_max', () => {
  test('limit the number; without a limit it is 1000, or numprocs', () => {
    const limited = programOf(groupOf(`${WEB}numprocs_min=1\nnumprocs_max=5\n`));
    expect([0, 3, 9].map((count) => withinLimits(limited, count))).toEqual([1, 3, 5]);
    expect(withinLimits(programOf(groupOf(WEB)), 5000)).toBe(1000);
  });

  test('are limits of numprocs as well', () => {
    expect(errorOf(() => groupOf(`${WEB}numprocs_max=1\n`))).toBe(
      "numprocs=2 is above numprocs_max=1 in section 'program:web' (file: 'FILE')",
    );
    expect(groupOf(WEB.replace(/numprocs=\S+/, 'numprocs=-1')).processes).toEqual([]);
    expect(errorOf(() => groupOf(`${WEB}numprocs_min=3\n`))).toBe(
      "numprocs=2 is below numprocs_min=3 in section 'program:web' (file: 'FILE')",
    );
  });
});

describe('a configuration with numbers that were set', () => {
  test('has them within the limits, and is otherwise unchanged', () => {
    const config = loadText(`[supervisord]\n${WEB}numprocs_max=4\n[program:other]\ncommand=/bin/cat\n`);
    const scaled = scaledConfig(
      config,
      new Map([
        ['web:web', 9],
        ['gone:gone', 2],
      ]),
      () => {},
    );
    expect(scaled.groups.map((group) => [group.name, group.processes.length])).toEqual([
      ['other', 1],
      ['web', 4],
    ]);
    expect(scaled.groups[0]).toBe(config.groups[0]);
  });

  test('leaves out a number that is not possible, and reports it', () => {
    const reasons: string[] = [];
    const text = `${WEB.replace('%(program_name)s', 'p')}${WEB.replace('program:web', 'program:other').replace('%(program_name)s', 'p')}numprocs_start=2\n`;
    const config = loadText(`[supervisord]\n${text}[group:x]\nprograms=web,other\n`);
    const { groups } = scaledConfig(config, new Map([['x:web', 3]]), (reason) => reasons.push(reason));
    expect(groups).toEqual(config.groups);
    expect(reasons).toEqual(['x:web cannot have 3 processes: two processes would have the name p_02']);
  });
});
