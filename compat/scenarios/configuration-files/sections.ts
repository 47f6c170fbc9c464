/**
 * Servers, groups, RPC interfaces: whole sections that are odd, incomplete or contradictory.
 *
 * @module
 */
import { answering, type ConfigCase } from './case.ts';

const TWO =
  '[program:a]\ncommand=/bin/cat\nautostart=no\n[program:b]\ncommand=/bin/cat\nautostart=no\npriority=5\n';

/** One inet server with the given `port=`. */
function port(value: string): ConfigCase {
  return { name: `inet server: port=${value}`, main: answering(`[inet_http_server]\nport=${value}\n`) };
}

/** The unix server of the case with one more key. */
function unix(keys: string, more: Partial<ConfigCase> = {}): ConfigCase {
  return { name: `unix server: ${keys}`, main: answering(`[unix_http_server]\n${keys}\n`), ...more };
}

export const SECTION_CASES: readonly ConfigCase[] = [
  ...[
    '',
    '0',
    '65536',
    '-1',
    'http',
    'localhost',
    'localhost:',
    'localhost:http',
    '127.0.0.1:0',
    ':',
    '*:',
    '1.2.3.4.5:x',
    '9001 9002',
    '300.1.1.1:9001',
  ].map(port),
  { name: 'an inet server without a port', main: answering('[inet_http_server]\nusername=u\npassword=p\n') },
  {
    name: 'an inet server with a user only',
    main: answering('[inet_http_server]\nport=127.0.0.1:1\nusername=u\n'),
  },
  {
    name: 'an inet server with a password only',
    main: answering('[inet_http_server]\nport=127.0.0.1:1\npassword=p\n'),
  },
  { name: 'a named inet server with a wrong port', main: answering('[inet_http_server:admin]\nport=x\n') },
  {
    name: 'an inet server on an address of others',
    main: answering('[inet_http_server]\nport=192.0.2.1:9001\n'),
  },
  unix('file=', { refrain: 'Unlinking stale socket' }),
  unix('file=/no/such/folder/s'),
  unix('file=@DIR@/d', { files: { 'd/': '' }, refrain: 'Unlinking stale socket' }),
  unix('file=@DIR@/plain', { files: { plain: 'kept?' } }),
  unix(`file=@DIR@/${'x'.repeat(120)}`),
  unix('file=relative.sock'),
  unix('chmod=0770'),
  unix('chmod=rwx'),
  unix('chmod=999'),
  unix('chown=nobody-such'),
  unix('chown=www-data:nobody-such'),
  unix('chown=www-data', { needs: 'root' }),
  unix('chown=www-data:www-data\nchmod=0660', { needs: 'root' }),
  unix('chown=0:0', { needs: 'root' }),
  unix('username=u'),
  unix('password=p'),
  unix('username=u\npassword={SHA}0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33'),
  { name: 'a unix server without a file', main: '[supervisord]\n[unix_http_server]\nchmod=0700\n' },
  {
    name: 'a named unix server beside the plain one',
    main: answering('[unix_http_server:two]\nfile=@DIR@/two\n'),
  },
  { name: 'no server at all', main: '[supervisord]\nlogfile=@DIR@/log\npidfile=@DIR@/pid\n' },
  {
    name: 'a section that only begins like a server',
    main: answering('[unix_http_servers]\nfile=@DIR@/other\n'),
  },
  {
    name: 'no RPC interface',
    main: '[unix_http_server]\nfile=@DIR@/s\n[supervisord]\nlogfile=@DIR@/log\npidfile=@DIR@/pid\n',
  },
  { name: 'an RPC interface without a factory', main: answering('[rpcinterface:other]\nx=1\n') },
  {
    name: 'an RPC interface of an unknown module',
    main: answering('[rpcinterface:other]\nsupervisor.rpcinterface_factory=no_such.module:make\n'),
  },
  {
    name: 'an RPC interface of an unknown name in a module',
    main: answering(
      '[rpcinterface:other]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_nothing\n',
    ),
  },
  {
    name: 'an RPC interface that is not a factory',
    main: answering('[rpcinterface:other]\nsupervisor.rpcinterface_factory=not a factory\n'),
  },
  {
    name: 'the main RPC interface under another name',
    main: answering(
      '[rpcinterface:main]\nsupervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface\n',
    ),
  },
  { name: 'options for the main RPC interface', main: answering('[rpcinterface:supervisor]\nextra=1\n') },
  {
    name: 'an RPC interface option with an unknown name',
    main: answering('[rpcinterface:supervisor]\nextra=%(nothing)s\n'),
  },
  {
    name: 'the section supervisorctl is not read',
    main: answering('[supervisorctl]\nserverurl=%(nothing)s\n'),
  },
];

export const GROUP_CASES: readonly ConfigCase[] = [
  { name: 'a group', main: answering(`${TWO}[group:g]\nprograms=a,b\npriority=3\n`) },
  { name: 'a group with blanks in its list', main: answering(`${TWO}[group:g]\nprograms= a , b \n`) },
  { name: 'a group of one of two programs', main: answering(`${TWO}[group:g]\nprograms=b\n`) },
  { name: 'a group that names an unknown program', main: answering(`${TWO}[group:g]\nprograms=a,c\n`) },
  { name: 'a group with an empty list', main: answering(`${TWO}[group:g]\nprograms=\n`) },
  { name: 'a group without a list', main: answering(`${TWO}[group:g]\npriority=1\n`) },
  { name: 'a group with a comma at the end', main: answering(`${TWO}[group:g]\nprograms=a,\n`) },
  { name: 'a group with a wrong priority', main: answering(`${TWO}[group:g]\nprograms=a\npriority=x\n`) },
  { name: 'a group with a bad name', main: answering(`${TWO}[group:g h]\nprograms=a\n`) },
  { name: 'a group that names a program twice', main: answering(`${TWO}[group:g]\nprograms=a,a\n`) },
  {
    name: 'two groups that name the same program',
    main: answering(`${TWO}[group:g]\nprograms=a,b\n[group:h]\nprograms=b\n`),
  },
  { name: 'a group with the name of a program in it', main: answering(`${TWO}[group:a]\nprograms=a,b\n`) },
  { name: 'a group with the name of a program outside', main: answering(`${TWO}[group:b]\nprograms=a\n`) },
  {
    name: 'two groups with the same processes by name',
    main: answering(
      '[group:g]\nprograms=a\n[group:h]\nprograms=b\n[program:a]\ncommand=/bin/cat\nprocess_name=same\nautostart=no\n[program:b]\ncommand=/bin/cat\nprocess_name=same\nautostart=no\n',
    ),
  },
  {
    name: 'a wrong program in a group',
    main: answering(`${TWO}[program:c]\ncommand=/bin/cat\nstartsecs=x\n[group:g]\nprograms=c\n`),
  },
  {
    name: 'groups sorted by priority and name',
    main: answering(
      '[program:z]\ncommand=/bin/cat\nautostart=no\npriority=1\n[program:y]\ncommand=/bin/cat\nautostart=no\npriority=-1\n[program:x]\ncommand=/bin/cat\nautostart=no\npriority=1\n',
    ),
  },
];
