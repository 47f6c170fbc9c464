/**
 * A node of the proof: a PID namespace of its own on a host of the network, with the daemon in it. It ends as a
 * machine does: all processes at once, with another boot id afterwards.
 *
 * @module
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../harness/commands.ts';
import { waitUntil } from '../harness/wait.ts';
import type { Host } from './network.ts';

export interface ProofNode {
  readonly name: string;
  readonly host: Host;
  /** Switches the machine on, and starts the daemon. @param speed of its clock; 1 is the true one */
  start(speed?: number): Promise<void>;
  /** All processes of the node are gone at once. */
  crash(): Promise<void>;
  /** Starts the daemon if it does not run; the machine is switched on. */
  startDaemon(speed?: number): void;
  killDaemon(): Promise<void>;
  /** SIGTERM: the programs end first. */
  stopDaemon(): Promise<void>;
  /** SIGKILL for the guards of the programs. */
  killGuards(): void;
  /** SIGKILL for the daemon and one of its guards, at once. */
  killDaemonAndGuard(): Promise<void>;
  pauseDaemon(): void;
  resumeDaemon(): void;
  isDaemonRunning(): boolean;
  /** Runs supervisorctl. @returns its output; empty where the daemon does not answer within 5 seconds */
  control(...words: readonly string[]): Promise<string>;
}

/**
 * The first process of the node: starts and signals the daemon by the lines that it reads, and reaps whatever is left to
 * it, as an init does.
 */
const INIT = `use strict;
use POSIX qw(WNOHANG setpgid);
$| = 1;
my ($boot_id, $guard, $wrapper, @command) = @ARGV;
system('mount', '--bind', $wrapper, $guard) == 0 or die;
system('mount', '--bind', $boot_id, '/proc/sys/kernel/random/boot_id') == 0 or die;
system('mount', '-t', 'tmpfs', 'tmpfs', '/run') == 0 or die;
my $daemon = 0;
$SIG{CHLD} = sub {
  while ((my $pid = waitpid(-1, WNOHANG)) > 0) {
    if ($pid == $daemon) { $daemon = 0; print "ended\\n"; }
  }
};
sub guards {
  my @pids;
  for my $name (glob '/proc/[0-9]*/cmdline') {
    my ($pid) = $name =~ /(\\d+)/;
    open my $file, '<', $name or next;
    push @pids, $pid if (<$file> // '') =~ /fleet-guard/;
  }
  return @pids;
}
print "ready\\n";
my $input = '';
while (1) {
  my $count = sysread(STDIN, my $bytes, 4096);
  next if !defined $count;
  exit if $count == 0;
  $input .= $bytes;
  while ($input =~ s/^(.*)\\n//) {
    my ($word, @rest) = split / /, $1;
    if ($word eq 'start') {
      my $pid = fork;
      if ($pid == 0) {
        $SIG{CHLD} = 'DEFAULT';
        setpgid(0, 0);
        open STDIN, '<', '/dev/null';
        for (@rest) { my ($key, $value) = split /=/, $_, 2; $value =~ tr/_/ / if $key eq 'FAKETIME'; $ENV{$key} = $value; }
        exec @command;
      }
      $daemon = $pid;
      print "started\\n";
    } elsif ($word eq 'kill-guards') {
      kill 'KILL', guards();
    } elsif ($word eq 'kill-with-guard') {
      my @guards = guards();
      # A daemon that is stopped starts no other guard.
      kill 'STOP', $daemon;
      kill 'KILL', $guards[rand @guards] if @guards;
      kill 'KILL', $daemon;
    } elsif ($daemon) {
      kill $word, $daemon;
    }
  }
}
`;

/**
 * In the place of a guard: the guard with the clock of its daemon, which gives it no environment. It starts just after the
 * daemon, and so do their clocks.
 */
const GUARD = `#!/bin/sh
for name in LD_PRELOAD FAKETIME FAKETIME_NO_CACHE; do
  value=$(tr '\\0' '\\n' < /proc/$PPID/environ | sed -n "s/^$name=//p")
  [ -z "$value" ] || export "$name=$value"
done
exec REAL
`;

/** @param library libfaketime; null where it is not installed */
export function proofNode(
  host: Host,
  {
    folder,
    config,
    library,
  }: { readonly folder: string; readonly config: string; readonly library: string | null },
): ProofNode {
  const { name } = host;
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const configFile = join(home, 'supervisord.conf');
  writeFileSync(configFile, config);
  const bin = join(packageRoot(), 'dist/bin');
  const guard = join(bin, 'fleet-guard');
  const realGuard = join(home, 'fleet-guard');
  copyFileSync(guard, realGuard);
  const guardWrapper = join(home, 'guard.sh');
  writeFileSync(guardWrapper, GUARD.replace('REAL', `"${realGuard}"`), { mode: 0o755 });
  let machine: ChildProcess | null = null;
  let isRunning = false;
  let isUp = false;
  const send = (line: string): void => {
    machine?.stdin?.write(`${line}\n`);
  };
  const untilEnded = (): Promise<void> => waitUntil(`the end of the daemon of ${name}`, () => !isRunning, 60);

  const switchOn = async (): Promise<void> => {
    const bootId = join(home, 'boot-id');
    writeFileSync(bootId, `${randomUUID()}\n`);
    const [command = '', ...words] = [
      ...host.wrapper,
      ...['unshare', '--pid', '--mount', '--fork', '--kill-child', '--mount-proc'],
      ...['perl', '-e', INIT, bootId, guard, guardWrapper],
      ...[join(bin, 'supervisord'), '-n', '-c', configFile],
    ];
    const started = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    machine = started;
    started.once('exit', () => {
      if (machine !== started) return;
      isUp = false;
      isRunning = false;
    });
    // A write to a machine that has just ended.
    started.stdin.on('error', () => {});
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (line === 'ready') isUp = true;
      else if (line === 'started') isRunning = true;
      else if (line === 'ended') isRunning = false;
    });
    await waitUntil(`the machine ${name} is on`, () => isUp, 60);
  };
  const startDaemon = (speed = 1): void => {
    if (isRunning) return;
    isRunning = true;
    const fake =
      speed === 1 || library === null
        ? []
        : [`LD_PRELOAD=${library}`, `FAKETIME=+0_x${speed}`, 'FAKETIME_NO_CACHE=1'];
    send(['start', ...fake].join(' '));
  };
  return {
    name,
    host,
    start: async (speed) => {
      if (!isUp) await switchOn();
      startDaemon(speed);
    },
    crash: async () => {
      machine?.kill('SIGKILL');
      await waitUntil(`the end of the machine ${name}`, () => !isUp, 60);
    },
    startDaemon,
    killDaemon: async () => {
      send('KILL');
      await untilEnded();
    },
    stopDaemon: async () => {
      send('TERM');
      await untilEnded();
    },
    killGuards: () => send('kill-guards'),
    killDaemonAndGuard: async () => {
      send('kill-with-guard');
      await untilEnded();
    },
    pauseDaemon: () => send('STOP'),
    resumeDaemon: () => send('CONT'),
    isDaemonRunning: () => isRunning,
    control: (...words) =>
      new Promise((resolve) => {
        execFile(join(bin, 'supervisorctl'), ['-c', configFile, ...words], { timeout: 5000 }, (_, output) =>
          resolve(output),
        );
      }),
  };
}
