/**
 * Expansion of `%(name)s`, and the `environment=` lists.
 *
 * @module
 */
import { answering, type ConfigCase, daemon, program } from './case.ts';

/** A program whose command shows the expanded text. */
function shown(text: string, keys = ''): string {
  return answering(`[program:p]\ncommand=/bin/echo ${text}\nautostart=no\n${keys}\n`);
}

export const EXPANSION_CASES: readonly ConfigCase[] = [
  {
    name: 'every name',
    main: answering(
      '[group:g]\nprograms=p\n[program:p]\ncommand=/bin/echo %(here)s %(host_node_name)s %(program_name)s %(group_name)s %(process_num)s %(numprocs)s\nautostart=no\n',
    ),
  },
  {
    name: 'number formats',
    main: shown(
      '%(process_num)d %(process_num)02d %(process_num)5d| %(process_num)-5d| %(process_num)+d %(process_num)x %(process_num)o %(process_num)05.1f %(process_num)e %(process_num)c',
      'numprocs_start=33\nprocess_name=%(program_name)s_%(process_num)02d',
    ),
  },
  {
    name: 'text formats',
    main: shown(
      '%(program_name)10s| %(program_name)-10s| %(program_name).1s| %(program_name)r %(program_name)a',
    ),
  },
  { name: 'doubled percent', main: shown('100%% %%(here)s %%%%') },
  { name: 'a lone percent', main: shown('100%') },
  { name: 'a percent before a blank', main: shown('100% sure') },
  { name: 'a percent before a letter', main: shown('date +%Y') },
  { name: 'an unclosed name', main: shown('%(here') },
  { name: 'a name without its format', main: shown('%(here) x') },
  { name: 'a format that does not exist', main: shown('%(here)y') },
  { name: 'a number format for text', main: shown('%(here)d') },
  { name: 'an unknown name in a program', main: shown('%(nothing)s') },
  { name: 'an unknown name in supervisord', main: daemon('logfile=%(nothing)s') },
  { name: 'an unknown environment name', main: shown('%(ENV_NO_SUCH)s') },
  { name: 'an environment name', main: shown('%(ENV_COLOUR)s'), environment: { COLOUR: 'red blue' } },
  { name: 'an environment value with a percent', main: shown('%(ENV_RATE)s'), environment: { RATE: '5%d' } },
  {
    name: 'a percent in the environment does not spoil others',
    main: shown('x', 'environment=A="%(ENV_SHARE)s"'),
    environment: { SHARE: '5%' },
  },
  {
    name: 'the environment of supervisord',
    atStart: true,
    main: `${shown('%(ENV_SHADE)s').replace('[supervisord]', '[supervisord]\nenvironment=SHADE="dark"')}`,
  },
  { name: "the program's own environment", main: shown('%(ENV_A)s %(ENV_B)s', 'environment=A="1",B="two"') },
  {
    name: "the program's environment over the daemon's",
    atStart: true,
    main: shown('%(ENV_A)s', 'environment=A="inner"').replace(
      '[supervisord]',
      '[supervisord]\nenvironment=A="outer"',
    ),
    environment: { A: 'outermost' },
  },
  {
    name: 'names in the environment list',
    main: shown('%(ENV_A)s', 'environment=A="%(program_name)s-%(process_num)d"'),
  },
  { name: 'an unknown name in the environment list', main: shown('x', 'environment=A="%(nothing)s"') },
  { name: 'an unknown name in the environment of supervisord', main: daemon('environment=A="%(nothing)s"') },
  {
    name: 'process_num in a log file',
    main: program(
      'numprocs=2\nprocess_name=%(program_name)s_%(process_num)d\nstdout_logfile=@DIR@/%(program_name)s-%(process_num)d.log',
    ),
  },
  {
    name: 'process_num in the directory',
    main: program('numprocs=2\nprocess_name=x%(process_num)d\ndirectory=@DIR@/%(process_num)d'),
    files: { '0/': '', '1/': '' },
  },
  {
    name: 'process_num in startsecs',
    main: program('numprocs=2\nprocess_name=x%(process_num)d\nstartsecs=%(process_num)d'),
  },
  {
    name: 'host_node_name in supervisord',
    atStart: true,
    main: daemon('logfile=@DIR@/%(host_node_name)s.log'),
  },
  {
    name: 'here in supervisord',
    atStart: true,
    main: answering('[supervisord]\nlogfile=%(here)s/here.log\npidfile=%(here)s/here.pid\n'),
  },
  {
    name: 'here in a relative start',
    atStart: true,
    main: shown('%(here)s'),
    flags: ['-n', '-c', 'main.conf'],
  },
  { name: 'here in the socket file', main: answering('[unix_http_server]\nfile=%(here)s/s\n') },
  { name: 'an expansion in a key that is not read', main: program('unknown=%(nothing)s') },
  { name: 'an expansion in an unread section', main: answering('[nothing]\na=%(nothing)s\n') },
  {
    name: 'quotes in a list',
    main: shown('%(ENV_A)s %(ENV_B)s %(ENV_C)s', `environment=A="a b",B='c d',C=e`),
  },
  { name: 'commas inside quotes', main: shown('%(ENV_A)s %(ENV_B)s', 'environment=A="1,2,3",B="x"') },
  { name: 'an escaped quote', main: shown('%(ENV_A)s', 'environment=A="say \\"hi\\""') },
  { name: 'a quote inside the other quotes', main: shown('%(ENV_A)s', `environment=A="it's"`) },
  { name: 'a list over lines', main: shown('%(ENV_A)s %(ENV_B)s', 'environment=A="1",\n  B="2"') },
  { name: 'a list over lines without commas', main: shown('x', 'environment=A="1"\n  B="2"') },
  { name: 'a comma at the end', main: shown('%(ENV_A)s', 'environment=A="1",') },
  {
    name: 'a list with blanks around the signs',
    main: shown('%(ENV_A)s %(ENV_B)s', 'environment=A = "1" , B = "2"'),
  },
  {
    name: 'unquoted values with allowed signs',
    main: shown('%(ENV_A)s', 'environment=A=/usr/bin:/bin-x+y.z(1)'),
  },
  { name: 'an unquoted value with an at sign', main: shown('x', 'environment=A=user@host') },
  { name: 'an unquoted value with a blank', main: shown('x', 'environment=A=one two') },
  { name: 'an empty quoted value', main: shown('[%(ENV_A)s]', 'environment=A=""') },
  { name: 'a missing value', main: shown('x', 'environment=A=') },
  { name: 'a missing equals sign', main: shown('x', 'environment=A') },
  { name: 'an unclosed quote', main: shown('x', 'environment=A="1') },
  { name: 'an unclosed quote in supervisord', main: daemon('environment=A="1') },
  { name: 'a semicolon for a comma', main: shown('%(ENV_A)s', 'environment=A="1";B="2"') },
  { name: 'a hash in a value', main: shown('%(ENV_A)s', 'environment=A="a#b"') },
  { name: 'a percent doubled in a list', main: shown('%(ENV_A)s', 'environment=A="50%%"') },
  {
    name: 'a percent doubled in the list of supervisord',
    atStart: true,
    main: shown('%(ENV_A)s').replace('[supervisord]', '[supervisord]\nenvironment=A="50%%"'),
  },
  { name: 'a repeated name in a list', main: shown('%(ENV_A)s', 'environment=A="1",A="2"') },
  { name: 'an empty list', main: program('environment=') },
  { name: 'a backslash in a value', main: shown('%(ENV_A)s', 'environment=A="a\\\\b\\nc"') },
  { name: 'a url in a list', main: shown('%(ENV_A)s', 'environment=A="http://u:p@h:1/?q=1&r=2"') },
  { name: 'UTF-8 in a list', main: shown('%(ENV_A)s', 'environment=A="größe"') },
  { name: 'UTF-8 unquoted in a list', main: shown('x', 'environment=A=größe') },
  { name: 'adjacent quoted parts', main: shown('%(ENV_A)s', `environment=A="a"'b'`) },
  {
    name: 'the command PATH of the environment list',
    main: answering('[program:p]\ncommand=only-here\nenvironment=PATH="@DIR@/bin"\nautostart=no\n'),
  },
];
