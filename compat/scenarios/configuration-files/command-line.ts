/**
 * The command line: every flag with right and wrong values, and flags beside the same settings in the file.
 *
 * @module
 */
import { answering, type ConfigCase } from './case.ts';

const PLAIN = answering('[program:p]\ncommand=/bin/cat\nautostart=no\n');
const CONFIG = ['-c', '@DIR@/main.conf'];

/** A start in the foreground with these flags beside `-n -c FILE`. */
function flags(...more: readonly string[]): ConfigCase {
  return { name: `flags: ${more.join(' ')}`, main: PLAIN, flags: ['-n', ...CONFIG, ...more] };
}

/** A start with exactly these flags. */
function only(...all: readonly string[]): ConfigCase {
  return { name: `only: ${all.join(' ') || 'nothing'}`, main: PLAIN, flags: all };
}

export const COMMAND_LINE_CASES: readonly ConfigCase[] = [
  only('-h'),
  only('--help'),
  only('-?'),
  only('-v'),
  only('--version'),
  only('--vers'),
  only('-nv'),
  only('-hv'),
  only('-x'),
  only('--no-such-flag'),
  only('--no'),
  only('--log', 'x'),
  only('--nodaemon=1'),
  only('--silent=yes'),
  only('-c'),
  only('--configuration'),
  only('-c', '/no/such/file.conf'),
  only('-c', '@DIR@'),
  only('-c', ''),
  only('-n', ...CONFIG, 'stray', 'words'),
  only('stray', '-v'),
  only('--', '-v'),
  only('-n', '--configuration=@DIR@/main.conf'),
  only('-n', '--config', '@DIR@/main.conf'),
  only('-n', '-c@DIR@/main.conf'),
  only('-nc', '@DIR@/main.conf'),
  only('-n', '-n', ...CONFIG),
  only('-n', ...CONFIG, ...CONFIG),
  { name: 'a file that cannot be read', main: PLAIN, before: 'chmod 000 main.conf', needs: 'not-root' },
  {
    name: 'the file of the working folder is found',
    main: null,
    files: { 'supervisord.conf': PLAIN },
    flags: ['-n'],
  },
  {
    name: 'the file of the folder etc is found',
    main: null,
    files: { 'etc/supervisord.conf': PLAIN },
    flags: ['-n'],
  },
  flags('-s'),
  flags('-u', 'nobody-such'),
  flags('-u', '99999'),
  flags('-u', ''),
  flags('-u', 'root'),
  flags('-m', '077'),
  flags('-m', '9'),
  flags('-m', ''),
  flags('-d', '/'),
  flags('-d', '/no/such/folder'),
  flags('-l', '@DIR@/flag.log'),
  flags('-l', '/no/such/folder/x'),
  flags('-l', 'flag-relative.log'),
  flags('-y', '1KB', '-z', '3'),
  flags('-y', 'lots'),
  flags('-z', 'lots'),
  flags('-z', ''),
  flags('-e', 'debug'),
  flags('-e', 'loud'),
  flags('--loglevel=CRIT'),
  flags('-j', '@DIR@/flag.pid'),
  flags('-j', '/no/such/folder/x'),
  flags('-i', 'mine-2'),
  flags('-q', '@DIR@'),
  flags('-q', '/no/such/folder'),
  flags('-k'),
  flags('-a', '100'),
  flags('-a', 'x'),
  flags('-a', '1000000000'),
  flags('-t'),
  flags('--minprocs', '10'),
  flags('--minprocs=x'),
  flags('--minprocs'),
  flags('--profile_options'),
  only('--dump-config', ...CONFIG),
  flags('-e'),
  flags('-e', 'info', '-e', 'debug'),
  {
    name: 'a flag wins over the file',
    main: answering('[supervisord]\nloglevel=debug\nidentifier=file\n'),
    flags: ['-n', ...CONFIG, '-e', 'warn', '-i', 'flag'],
  },
];
