/**
 * The programs of the proof: each run has a file of its own, in which the program keeps when it began, when it ran last,
 * its token and its end. The clock is CLOCK_BOOTTIME, which all nodes of one machine share, and which no daemon sets.
 *
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Run } from './measure.ts';

/**
 * `polite` runs on for a moment after SIGTERM; `stubborn` ignores the signal.
 * A write replaces the line of before: a file that grows would end a long proof.
 */
const SOURCE = `use strict;
use Time::HiRes qw(clock_gettime sleep);
use Fcntl;
my ($folder, $program, $node, $manner) = @ARGV;
my $begin = clock_gettime(7);
my $token = $ENV{SUPERVISOR_FENCING_TOKEN} // 0;
sysopen(my $file, sprintf("%s/%s.%s.%.6f.%d", $folder, $program, $node, $begin, $$), O_WRONLY | O_CREAT) or die $!;
my $stop_at;
$SIG{TERM} = $manner eq 'stubborn' ? 'IGNORE' : sub { $stop_at = clock_gettime(7) + 0.3 };
while (1) {
  my $now = clock_gettime(7);
  sysseek($file, 0, 0);
  syswrite($file, sprintf("%s %s %.6f %.6f %s\\n", $program, $node, $begin, $now, $token));
  exit 0 if defined $stop_at && $now >= $stop_at;
  sleep(0.01);
}
`;

/** Writes the program. @returns its path */
export function writeProgram(folder: string): string {
  const path = join(folder, 'program.pl');
  writeFileSync(path, SOURCE);
  return path;
}

/** All runs so far. A file of a program that has not written yet is left out. */
export function readRuns(folder: string): Run[] {
  return readdirSync(folder).flatMap((name) => {
    const [program, node, begin, last, token] = readFileSync(join(folder, name), 'latin1').trim().split(' ');
    return program === undefined || node === undefined || token === undefined
      ? []
      : [{ program, node, begin: Number(begin), last: Number(last), token: BigInt(token) }];
  });
}

/** Seconds of CLOCK_BOOTTIME, as the programs write them. */
export function bootSeconds(): number {
  return Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
}
