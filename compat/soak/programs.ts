/**
 * What runs during a soak: a quarter of the programs crashes over and over, a quarter writes logs, the rest stays.
 *
 * @module
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findCommand } from '../harness/needs.ts';

export interface SoakSettings {
  readonly dir: string;
  readonly programs: number;
  /** Of them; each is started once a second. */
  readonly crashing: number;
  /** Of all loggers together, in one second. */
  readonly linesPerSecond: number;
}

/** Blocks of lines are written ten times a second, and the number of lines so far into a file of its own. */
const LOGGER = `
my ($file, $rate) = @ARGV;
my $line = "2026-01-01 00:00:00,000 INFO worker a short line, as programs log them\\n";
my $per = int($rate / 10) || 1;
my $lines = 0;
open(my $counts, '>', $file) or die;
while (1) {
  syswrite(STDOUT, $line x $per);
  $lines += $per;
  sysseek($counts, 0, 0);
  syswrite($counts, "$lines\\n");
  select(undef, undef, undef, 0.1);
}
`;

/** Takes all starts; an event comes alone, so that what is read after READY is the event. */
const LISTENER = `
while (1) {
  syswrite(STDOUT, "READY\\n");
  my $event = '';
  my $length;
  until (defined $length && length $event >= $length) {
    sysread(STDIN, $event, 65536, length $event) or exit 0;
    $length = length($1) + $2 if $event =~ /^(.*len:(\\d+)\\n)/;
  }
  syswrite(STDOUT, "RESULT 2\\nOK");
}
`;

/** Each start is a byte: the count does not depend on the daemon, and never lags behind. */
const CRASHER = `#!/bin/sh
printf x >> "$1"
exit 1
`;

/** Writes the scripts and the configuration; returns the path of the configuration. */
export function writeSoak({ dir, programs, crashing, linesPerSecond }: SoakSettings): string {
  const perl = findCommand('perl') ?? 'perl';
  const quarter = Math.max(1, Math.floor(programs / 4));
  writeFileSync(join(dir, 'logger.pl'), LOGGER);
  writeFileSync(join(dir, 'listener.pl'), LISTENER);
  writeFileSync(join(dir, 'crasher.sh'), CRASHER);
  const rate = Math.max(10, Math.round(linesPerSecond / quarter));
  const file = join(dir, 'supervisord.conf');
  writeFileSync(
    file,
    `[unix_http_server]
file=${dir}/s.sock
[supervisord]
logfile=${dir}/main.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile=${dir}/supervisord.pid
childlogdir=${dir}
minfds=64
minprocs=1
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:crashing]
command=/bin/sh ${dir}/crasher.sh ${dir}/starts-%(process_num)d
process_name=%(process_num)d
numprocs=${crashing}
startsecs=0
autorestart=true
stdout_logfile=NONE
stderr_logfile=NONE
[program:logging]
command=${perl} ${dir}/logger.pl ${dir}/lines-%(process_num)d ${rate}
process_name=%(process_num)d
numprocs=${quarter}
stdout_logfile=${dir}/logging-%(process_num)d.log
stdout_logfile_maxbytes=1MB
stdout_logfile_backups=1
[program:staying]
command=/bin/sleep 1000000
process_name=%(process_num)d
numprocs=${Math.max(1, programs - crashing - quarter)}
[eventlistener:listening]
command=${perl} ${dir}/listener.pl
events=PROCESS_STATE_STARTING
buffer_size=10000
`,
  );
  return file;
}

export interface Counts {
  /** Of the programs that crash. */
  readonly starts: number;
  readonly lines: number;
}

/** What the programs have counted so far. */
export function readCounts(dir: string): Counts {
  const names = readdirSync(dir);
  const sum = (prefix: string, count: (path: string) => number): number =>
    names
      .filter((name) => name.startsWith(prefix))
      .reduce((total, name) => total + count(join(dir, name)), 0);
  return { starts: sum('starts-', (path) => statSync(path).size), lines: sum('lines-', numberIn) };
}

function numberIn(path: string): number {
  return Number.parseInt(readFileSync(path, 'latin1'), 10) || 0;
}
