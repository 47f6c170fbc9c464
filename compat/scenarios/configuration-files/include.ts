/**
 * `[include]`: which files, in which order, relative to what, and what they may contain.
 *
 * @module
 */
import { answering, type ConfigCase } from './case.ts';

const P = '[program:p]\ncommand=/bin/cat\nautostart=no\n';

export const INCLUDE_CASES: readonly ConfigCase[] = [
  {
    name: 'files of a glob',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/b.conf': P, 'd/a.conf': P.replace('p]', 'a]'), 'd/c.txt': 'junk' },
  },
  {
    name: 'the later file wins',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/1.conf': `${P}priority=1\n`, 'd/2.conf': '[program:p]\npriority=2\n' },
  },
  {
    name: 'several patterns in one value',
    main: answering('[include]\nfiles=d/z.conf e/*.conf\n'),
    files: { 'd/z.conf': `${P}priority=1\n`, 'e/a.conf': '[program:p]\npriority=2\n' },
  },
  {
    name: 'patterns over lines',
    main: answering('[include]\nfiles=d/z.conf\n  e/a.conf\n'),
    files: { 'd/z.conf': P, 'e/a.conf': P.replace('p]', 'a]') },
  },
  { name: 'a pattern without matches', main: answering('[include]\nfiles=d/*.conf nothing.ini\n') },
  {
    name: 'a set and a question mark',
    main: answering('[include]\nfiles=d/[ab]?.conf\n'),
    files: { 'd/a1.conf': P, 'd/c1.conf': 'junk', 'd/b.conf': 'junk' },
  },
  {
    name: 'a negated set',
    main: answering('[include]\nfiles=d/[!ab]*.conf\n'),
    files: { 'd/c1.conf': P, 'd/a1.conf': 'junk' },
  },
  {
    name: 'braces are plain characters',
    main: answering('[include]\nfiles=d/{a,b}.conf\n'),
    files: { 'd/a.conf': P },
  },
  {
    name: 'two stars',
    main: answering('[include]\nfiles=d/**/*.conf\n'),
    files: { 'd/e/a.conf': P, 'd/e/f/b.conf': P.replace('p]', 'b]'), 'd/c.conf': P.replace('p]', 'c]') },
  },
  {
    name: 'hidden files are not matched',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/.a.conf': 'junk', 'd/b.conf': P },
  },
  {
    name: 'a star for a folder',
    main: answering('[include]\nfiles=*/x.conf\n'),
    files: { 'd/x.conf': P, 'e/x.conf': '[program:p]\npriority=5\n' },
  },
  {
    name: 'an absolute pattern',
    main: answering('[include]\nfiles=@DIR@/d/*.conf\n'),
    files: { 'd/a.conf': P },
  },
  {
    name: 'relative to the file and not to the folder of the start',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': P, 'elsewhere/d/b.conf': 'junk' },
    directory: 'elsewhere',
  },
  {
    name: 'here in the pattern',
    main: answering('[include]\nfiles=%(here)s/d/*.conf\n'),
    files: { 'd/a.conf': P },
  },
  {
    name: 'the environment in the pattern',
    main: answering('[include]\nfiles=%(ENV_WHERE)s/*.conf\n'),
    files: { 'd/a.conf': P },
    environment: { WHERE: 'd' },
  },
  { name: 'the node name in the pattern', main: answering('[include]\nfiles=%(host_node_name)s.conf\n') },
  { name: 'an unknown name in the pattern', main: answering('[include]\nfiles=%(nowhere)s/*.conf\n') },
  {
    name: 'here is the folder of the included file',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': '[program:p]\ncommand=/bin/echo %(here)s\ndirectory=%(here)s\nautostart=no\n' },
  },
  {
    name: 'an include inside an included file',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': `${P}[include]\nfiles=%(here)s/../e/*.conf\n`, 'e/b.conf': 'junk' },
  },
  {
    name: 'an included file that is broken',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': `${P}nonsense\n` },
  },
  {
    name: 'an included file with text before its first section',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': `stray=1\n${P}` },
  },
  {
    name: 'a wrong value in an included file',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': `${P}priority=high\n` },
  },
  {
    name: 'a wrong value for a section of both files',
    main: answering(`${P}[include]\nfiles=d/*.conf\n`),
    files: { 'd/a.conf': '[program:p]\npriority=high\n' },
  },
  {
    name: 'a folder that matches',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf/': '', 'd/b.conf': P },
  },
  { name: 'an include section without files', main: answering('[include]\nother=1\n') },
  { name: 'an include with empty files', main: answering('[include]\nfiles=\n') },
  {
    name: 'the section supervisord in an included file',
    main: '[include]\nfiles=d/*.conf\n',
    files: { 'd/a.conf': answering(P) },
  },
  {
    name: 'the same file twice',
    main: answering('[include]\nfiles=d/a.conf d/*.conf\n'),
    files: { 'd/a.conf': P },
  },
  {
    name: 'an included file that cannot be read',
    main: answering('[include]\nfiles=d/*.conf\n'),
    files: { 'd/a.conf': P },
    before: 'chmod 000 d/a.conf',
    needs: 'not-root',
  },
  {
    name: 'a link that leads nowhere',
    main: answering('[include]\nfiles=d/*.conf\n'),
    before: 'mkdir d && ln -s nowhere d/a.conf',
  },
  {
    name: 'a DEFAULT section in an included file',
    main: answering('[include]\nfiles=d/*.conf\n[program:q]\ncommand=/bin/cat\n'),
    files: { 'd/a.conf': '[DEFAULT]\nautostart=no\npriority=3\n' },
  },
];
