/** Misspelt, unknown, double and new names. */
import { describe, expect, test } from 'vitest';
import { checkText, placesOf, program } from '../support.ts';

describe('a misspelt key', () => {
  test.each([
    ['autorestat', 'true', 'autorestart'],
    ['stdout_log_file', 'NONE', 'stdout_logfile'],
    ['stop-wait-secs', '5', 'stopwaitsecs'],
    ['dependson', 'b', 'depends_on'],
    ['redirect_sdterr', 'true', 'redirect_stderr'],
  ])('%s is reported with the right one', async (key, value, right) => {
    const { of } = await checkText(program('a', `${key}=${value}`));
    expect(of('misspelt-key').map(({ message, advice }) => [message, advice])).toEqual([
      [`${key} does not exist and is ignored. Is it ${right}?`, [`${right}=${value}`]],
    ]);
  });

  test('is not guessed where nothing is near', async () => {
    const { of } = await checkText(program('a', 'x_internal_ticket=17'));
    expect(placesOf(of('unknown-key'))).toEqual(['program:a x_internal_ticket']);
    expect(of('misspelt-key')).toEqual([]);
  });

  test('is not looked for where keys are handed to a factory', async () => {
    const { findings } = await checkText(
      '[ctlplugin:q]\nsupervisor.ctl_factory = supervisor_quick:make_quick_controllerplugin\nfactroy=x\n',
    );
    expect(findings.map(({ kind }) => kind)).toEqual(['built-in-plugin']);
  });

  test('beside the right one has no advice', async () => {
    const { of } = await checkText(program('a', 'comand=x'));
    expect(of('misspelt-key')[0]).toMatchObject({
      message: 'comand does not exist and is ignored. Is it command, which the section has too?',
      advice: [],
    });
  });
});

test.each([
  ['Program:a', 'program:a'],
  ['programs:a', 'program:a'],
  ['program a', 'program:a'],
  ['program', 'program:NAME'],
  ['event-listener:x', 'eventlistener:x'],
  ['includes', 'include'],
  ['supervisorcrl', 'supervisorctl'],
])('the section [%s] is reported with the right one', async (section, right) => {
  const { of } = await checkText(`[${section}]\ncommand=cat\n`);
  expect(of('misspelt-section').map(({ advice }) => advice)).toEqual([[`[${right}]`]]);
});

test('a section of another program is a note', async () => {
  const { of } = await checkText('[circus]\nx=1\n');
  expect(placesOf(of('unknown-section'))).toEqual(['circus null']);
});

describe('keys that supervisord ignores', () => {
  test('are listed', async () => {
    const { of } = await checkText(program('a') + program('b', 'depends_on=a\nexit_on=fatal'));
    expect(placesOf(of('extension-key'))).toEqual(['program:b depends_on', 'program:b exit_on']);
  });

  test('are not where they are off', async () => {
    const { of } = await checkText(`extensions=off\n${program('b', 'exit_on=fatal')}`);
    expect(of('extension-key')).toEqual([]);
  });
});

describe('double names', () => {
  test('a section that two files have', async () => {
    const { folder, of } = await checkText(`${program('a')}[include]\nfiles=*.ini`, {
      'a.ini': program('a', 'priority=5'),
    });
    expect(of('duplicate-section').map(({ file, line, message }) => [file, line, message])).toEqual([
      [
        `${folder}/a.ini`,
        1,
        `[program:a] stands in ${folder}/main.conf:2 and ${folder}/a.ini:1. They are read as one section.`,
      ],
    ]);
  });

  test('a group and a program that is not in it', async () => {
    const { of } = await checkText(`${program('a')}${program('b')}[group:a]\nprograms=b\n`);
    expect(of('duplicate-group').map(({ message }) => message)).toEqual([
      '[group:a] and [program:a] are two groups of the name a; only one of them runs.',
    ]);
  });

  test('a program in two groups', async () => {
    const { of } = await checkText(`${program('a')}[group:x]\nprograms=a\n[group:y]\nprograms=a\n`);
    expect(placesOf(of('program-in-two-groups'))).toEqual(['program:a null']);
  });
});
