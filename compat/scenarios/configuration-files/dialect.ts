/**
 * The dialect of the file: comments, continuations, separators, repeated and broken lines.
 *
 * @module
 */
import { answering, type ConfigCase, program } from './case.ts';

export const DIALECT_CASES: readonly ConfigCase[] = [
  {
    name: 'whole-line comments of both kinds',
    main: answering('; one\n# two\n[program:p]\n; three\ncommand=/bin/cat\n# four\nautostart=false\n'),
  },
  {
    name: 'inline comments after a blank only',
    main: program('directory=/tmp ; comment\nstdout_logfile=@DIR@/a;b#c.log'),
  },
  { name: 'an inline comment with a hash', main: program('directory=/tmp #comment') },
  { name: 'an inline comment after a tab', main: program('directory=/tmp\t;comment') },
  { name: 'a value that is only a comment', main: program('directory= ;nothing') },
  {
    name: 'semicolons inside a command',
    main: answering('[program:p]\ncommand=/bin/sh -c "a;b" ; c\nautostart=false\n'),
  },
  {
    name: 'a continued value',
    main: answering('[program:p]\ncommand=/bin/echo\n  one\n\ttwo\nautostart=false\n'),
  },
  {
    name: 'a comment inside a continued value',
    main: answering('[program:p]\ncommand=/bin/echo\n  one\n; gone\n  # gone too\n  two\nautostart=false\n'),
  },
  {
    name: 'a blank line inside a continued value',
    main: answering('[program:p]\ncommand=/bin/echo\n  one\n\n  two\nautostart=false\n'),
  },
  {
    name: 'an indented key reads as a continuation',
    main: answering('[program:p]\ncommand=/bin/echo\n  autostart=false\n'),
  },
  {
    name: 'an indented first key of a section',
    main: answering('[program:p]\n  command=/bin/cat\n  autostart=false\n'),
  },
  {
    name: 'an indented section header',
    atStart: true,
    main: answering('  [program:p]\n  command=/bin/cat\n  autostart=false\n'),
  },
  {
    name: 'an indented section header after a key',
    main: answering('[program:p]\ncommand=/bin/cat\nautostart=false\n  [program:q]\n  command=/bin/cat\n'),
  },
  { name: 'colon as the separator', main: answering('[program:p]\ncommand: /bin/cat\nautostart : false\n') },
  { name: 'colon before equals', main: program('directory:/tmp=x') },
  { name: 'equals before colon', main: program('environment=A="x:y"') },
  { name: 'blanks around the separator', main: program('directory   =   /tmp   \npriority\t=\t7\t') },
  {
    name: 'keys in capitals',
    main: answering('[program:p]\nCommand=/bin/cat\nAUTOSTART=False\nPriority=5\n'),
  },
  { name: 'a section in capitals is another section', main: answering('[PROGRAM:p]\ncommand=/bin/cat\n') },
  {
    name: 'a repeated section merges',
    main: answering(
      '[program:p]\ncommand=/bin/cat\npriority=1\n[program:q]\ncommand=/bin/cat\nautostart=no\n[program:p]\nautostart=false\npriority=2\n',
    ),
  },
  { name: 'the last of a repeated key wins', main: program('priority=1\npriority=2\npriority=3') },
  {
    name: 'the section DEFAULT feeds all',
    main: answering(
      '[DEFAULT]\nautostart=false\npriority=42\n[program:p]\ncommand=/bin/cat\n[program:q]\ncommand=/bin/cat\npriority=1\n',
    ),
  },
  {
    name: 'the section default in lower case does not',
    main: answering('[default]\npriority=42\n[program:p]\ncommand=/bin/cat\nautostart=no\n'),
  },
  {
    name: 'carriage returns',
    atStart: true,
    main: program('priority=3\ndirectory=/tmp').replaceAll('\n', '\r\n'),
  },
  { name: 'lone carriage returns', main: program('priority=3').replaceAll('\n', '\r') },
  { name: 'a byte order mark', atStart: true, main: `\ufeff${program('priority=3')}` },
  {
    name: 'names in UTF-8',
    main: answering('[program:größe-日本]\ncommand=/bin/echo "ü"\nautostart=false\n'),
  },
  {
    name: 'bytes that are not UTF-8',
    main: Buffer.from(program('directory=/tmp\nstdout_logfile=@DIR@/\xff.log'), 'latin1'),
  },
  { name: 'a NUL byte in a value', main: program('stdout_logfile=@DIR@/a\0b.log') },
  { name: 'a form feed and a vertical tab', main: program('priority=3\f\nstartsecs=\v4') },
  { name: 'a line separator of Unicode', main: program('directory=/tmp\u2028priority=3') },
  { name: 'a key without a value', main: program('directory=') },
  { name: 'a key without an equals sign', atStart: true, main: program('directory') },
  { name: 'two keys without an equals sign', main: program('directory\npriority=1\nanother one') },
  { name: 'an equals sign without a key', main: program('=value') },
  { name: 'text before the first section', atStart: true, main: `hello=world\n${program('')}` },
  { name: 'text without equals before the first section', main: `hello\n${program('')}` },
  { name: 'an unclosed section header', main: answering('[program:p\ncommand=/bin/cat\n') },
  { name: 'an empty section header', main: answering('[]\na=b\n') },
  {
    name: 'text after a section header',
    main: answering('[program:p] trailing words\ncommand=/bin/cat\nautostart=no\n'),
  },
  {
    name: 'a comment after a section header',
    main: answering('[program:p] ; comment\ncommand=/bin/cat\nautostart=no\n'),
  },
  {
    name: 'a bracket inside a section header',
    main: answering('[program:a]b]\ncommand=/bin/cat\nautostart=no\n'),
  },
  { name: 'blanks inside a section header', main: answering('[ program:p ]\ncommand=/bin/cat\n') },
  { name: 'an empty file', main: '' },
  { name: 'a file of comments', main: '; nothing\n# at all\n' },
  { name: 'no section supervisord', atStart: true, main: '[program:p]\ncommand=/bin/cat\n' },
  { name: 'no newline at the end', main: program('priority=9').trimEnd() },
  {
    name: 'unknown keys and sections',
    main: answering(
      '[program:p]\ncommand=/bin/cat\nautostart=no\nloglevel=info\nno.such[key]=1\n[whatever]\na=b\n[a.b.c]\nd=e\n',
    ),
  },
  { name: 'quotes are kept', main: program('directory="/tmp"') },
  { name: 'keys with blanks and dots', main: program('a key=1\nb.c=2\nd[]=3') },
  {
    name: 'an interpolation-like dollar',
    main: answering('[program:p]\ncommand=/bin/echo $HOME $$ $x\nautostart=no\n'),
  },
];
