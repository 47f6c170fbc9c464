/**
 * The program that all sections of a torture run: one small Perl script with many modes, which records from outside the
 * daemon what it does. Perl starts in 2 ms and takes 5 MB, so that thousands of starts cost little.
 *
 * Each run takes a lock for its name. A second run at the same time finds it taken and writes that down, however
 * short the time of both was.
 *
 * @module
 */

export const WORKER = `
use strict;
use Fcntl qw(:flock);
use POSIX ();
my ($dir, $name, $mode, $pause) = @ARGV;
my $id = "$$.$^T";
open(my $lock, '>>', "$dir/locks/$name") or die;
if (!flock($lock, LOCK_EX | LOCK_NB)) {
  open(my $doubles, '>>', "$dir/doubles") or die;
  syswrite($doubles, "$name $id\\n");
}
$| = 1;
sub nap { select(undef, undef, undef, $_[0]) }
sub count {
  my ($label, $end) = @_;
  open(my $progress, '>', "$dir/progress/$label:$id") or die;
  for (my $n = 1; ; $n++) {
    my $line = "$label $id $n$end";
    for (my $at = 0; $at < length $line; ) {
      my $written = syswrite(STDOUT, $line, length($line) - $at, $at);
      exit 3 if !defined $written;
      $at += $written;
    }
    sysseek($progress, 0, 0);
    syswrite($progress, "$n\\n");
    nap($pause);
  }
}
sub stay { nap(1000) while 1 }
if ($mode eq 'count') { count($name, "\\n") }
if ($mode eq 'unended') { count($name, ';') }
if ($mode eq 'closed') { close STDIN; close STDOUT; close STDERR; stay() }
if ($mode eq 'deaf') { $SIG{TERM} = 'IGNORE'; stay() }
if ($mode eq 'exit') { exit 0 }
if ($mode eq 'fail') { exit 7 }
if ($mode eq 'leave') {
  if (fork() == 0) {
    close $lock;
    setpgrp(0, 0);
    $0 = "$dir/left-behind";
    for my $n (1 .. 10) { syswrite(STDOUT, "left $id $n\\n"); nap(0.02) }
    exit 0;
  }
  exit 0;
}
if ($mode eq 'listen') {
  open(my $heard, '>>', "$dir/heard") or die;
  while (1) {
    syswrite(STDOUT, "READY\\n");
    my $header = '';
    while (index($header, "\\n") < 0) { sysread(STDIN, my $byte, 1) or exit 0; $header .= $byte }
    my ($length) = $header =~ /len:(\\d+)/;
    my $payload = '';
    while (length $payload < $length) { sysread(STDIN, $payload, $length - length $payload, length $payload) or exit 0 }
    syswrite($heard, "$1\\n") if $payload =~ /number=(\\d+)/;
    syswrite(STDOUT, "RESULT 2\\nOK");
  }
}
stay();
`;
