import { expect, test } from 'vitest';
import { checkFile } from '../support.ts';

const CONFIGURATION = `[supervisord]
statedir=%(here)s/state

[program:web]
command=cat
process_name=%(program_name)s_%(process_num)d
numprocs=2
numprocs_max=6

[program:worker]
command=cat

[program:by-hand]
command=cat
autostart=false
`;

/** What a daemon has left: its file beside the configuration. */
function withState(state: object | string) {
  return checkFile(CONFIGURATION, {
    'state/supervisor.state.json': typeof state === 'string' ? state : JSON.stringify(state),
  });
}

test('a program with another number of processes than numprocs is reported, with the way back', async () => {
  const { of } = await withState({ format: 1, scales: { 'web:web': 4 } });
  expect(of('scaled')).toMatchObject([
    {
      severity: 'note',
      section: 'program:web',
      key: 'numprocs',
      line: 7,
      message:
        'The program was scaled to 4, and numprocs=2 is not used until `supervisorctl scale web=file`.',
    },
  ]);
});

test('the number is within the limits of the program, and one that equals that of the file is not reported', async () => {
  const { of } = await withState({ format: 1, scales: { 'web:web': 40, 'gone:gone': 3 } });
  expect(of('scaled').map(({ message }) => message)).toEqual([expect.stringContaining('scaled to 6,')]);
  const same = await withState({ format: 1, scales: { 'web:web': 2 } });
  expect(same.of('scaled')).toEqual([]);
});

test('a process that is disabled and would start with the daemon is reported', async () => {
  const { of } = await withState({ format: 1, disabled: ['worker:worker', 'web:web_1', 'by-hand:by-hand'] });
  expect(of('disabled').map(({ section, message }) => [section, message])).toEqual([
    ['program:web', expect.stringMatching(/^web:web_1 is disabled .* `supervisorctl enable web:web_1`/)],
    ['program:worker', expect.stringMatching(/^worker is disabled and does not start with the daemon/)],
  ]);
});

test('without a state file, and with one that cannot be read, nothing is reported', async () => {
  const none = await checkFile(CONFIGURATION);
  const broken = await withState('{');
  for (const { of } of [none, broken]) expect([...of('scaled'), ...of('disabled')]).toEqual([]);
});
