/** What the daemon refuses is reported completely, with its place. */
import { describe, expect, test } from 'vitest';
import { checkFile, checkText, placesOf, program } from '../support.ts';

describe('errors of a configuration', () => {
  test('are all found, each with its line', async () => {
    const { findings, folder } = await checkFile(
      [
        '[supervisord]',
        'logfile=/no/such/folder/log',
        'user=ghost',
        '[program:a]',
        'command=cat',
        'autorestart=maybe',
        'startsecs=x',
        '[program:b]',
        'command=%(nope)s',
        '[program:c]',
        'startsecs=1',
        '[unix_http_server]',
        '[group:g]',
        'programs=a,z',
      ].join('\n'),
    );
    const errors = findings.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ kind, section, key, line }) => [kind, section, key, line])).toEqual([
      ['missing-folder', 'supervisord', 'logfile', 2],
      ['unknown-user', 'supervisord', 'user', 3],
      ['wrong-value', 'program:a', 'autorestart', 6],
      ['wrong-value', 'program:a', 'startsecs', 7],
      ['wrong-value', 'program:b', 'command', 9],
      ['wrong-value', 'program:c', 'command', 10],
      ['wrong-value', 'unix_http_server', 'file', 12],
      ['wrong-value', 'group:g', 'programs', 14],
    ]);
    expect(errors.every(({ file }) => file === `${folder}/main.conf`)).toBe(true);
    expect(errors.find(({ key }) => key === 'autorestart')?.message).toBe(
      "invalid 'autorestart' value 'maybe'",
    );
  });

  test('of keys for all programs are reported once, where they stand', async () => {
    const { of } = await checkText(
      `[program-default]\nstartsecs=x\n${program('a')}${program('b')}${program('c', 'startsecs=1')}`,
    );
    expect(of('wrong-value').map(({ section, key, line }) => [section, key, line])).toEqual([
      ['program-default', 'startsecs', 3],
    ]);
  });

  test('name the included file', async () => {
    const { folder, of } = await checkText('[include]\nfiles=*.ini', {
      'a.ini': program('a', 'startsecs=x'),
    });
    expect(of('wrong-value').map(({ file, line }) => [file, line])).toEqual([[`${folder}/a.ini`, 3]]);
  });

  test('of a cycle of dependencies name the section', async () => {
    const { of } = await checkText(program('a', 'depends_on=b') + program('b', 'depends_on=a'));
    expect(placesOf(of('wrong-value'))).toEqual(['program:a depends_on']);
    expect(of('wrong-value')[0]?.message).toContain('a');
  });

  test.each([
    ['no section', 'x=1', /File contains no section headers/],
    ['no [supervisord]', '[program:a]\ncommand=cat', /does not include supervisord section/],
    ['a line that is not a key', '[supervisord]\nnonsense', /parsing errors/],
  ])('of the file as a whole: %s', async (_, text, message) => {
    const { findings } = await checkFile(text);
    expect(findings.map(({ kind, section }) => [kind, section])).toEqual([['unreadable-file', null]]);
    expect(findings[0]?.message).toMatch(message);
  });

  test('of Python modules report what is built in', async () => {
    const { of } = await checkText(
      '[rpcinterface:l]\nsupervisor.rpcinterface_factory = mr.laforge.rpcinterface:make\n' +
        '[eventlistener:e]\ncommand=cat\nevents=TICK_5\nresult_handler=my.module:handler\n',
    );
    expect(placesOf(of('python-module'))).toEqual([
      'rpcinterface:l supervisor.rpcinterface_factory',
      'eventlistener:e result_handler',
    ]);
    expect(of('python-module')[0]?.advice.join('\n')).toContain('supervisor_twiddler');
  });
});

test('Python packages that are built in, and those of supervisorctl that are not', async () => {
  const { of } = await checkText(
    '[rpcinterface:t]\nsupervisor.rpcinterface_factory = supervisor_twiddler.rpcinterface:make_twiddler_rpcinterface\n' +
      '[eventlistener:o]\ncommand=cat\nevents=PROCESS_LOG\nresult_handler=supervisor_stdout:event_handler\n' +
      '[ctlplugin:q]\nsupervisor.ctl_factory = supervisor_quick:make_quick_controllerplugin\n' +
      '[ctlplugin:l]\nsupervisor.ctl_factory = mr.laforge.controllerplugin:make\n',
  );
  expect(placesOf(of('built-in-plugin'))).toEqual([
    'rpcinterface:t supervisor.rpcinterface_factory',
    'eventlistener:o result_handler',
    'ctlplugin:q supervisor.ctl_factory',
  ]);
  expect(placesOf(of('python-ctlplugin'))).toEqual(['ctlplugin:l supervisor.ctl_factory']);
});
