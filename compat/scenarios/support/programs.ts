/**
 * Real programs with every behaviour that a supervisor has to handle.
 *
 * @module
 */
import type { Side } from '../../scenario.ts';

/** Shell scripts by name; each prints `ready` once its traps are set, where it has any. */
const SCRIPTS = {
  'once-running.sh': onceRunning(),
  /** Prints the name of HUP, USR1 and USR2 when it gets them. */
  'catcher.sh': `for signal in HUP USR1 USR2; do trap "echo got $signal" $signal; done
echo ready
while :; do sleep 0.05; done
`,
  /** Ignores TERM. */
  'stubborn.sh': `trap '' TERM
echo ready
while :; do sleep 0.05; done
`,
  /** Closes its stdin and stays. */
  'deaf.sh': `exec 0<&-
echo ready
exec sleep 1000
`,
  /** Ends soon with status 3. */
  'dies.sh': `echo dying
sleep 0.2
exit 3
`,
  /** Answers every line, on both channels. */
  'echo.sh': `echo ready
while read -r line; do echo "out $line"; echo "err $line" >&2; done
`,
} as const;

/**
 * A script that waits until the main log beside it reports the program of its first argument (its own program) as
 * RUNNING, and then runs its second argument: a busy daemon may take long to report it.
 */
export function onceRunning(): string {
  return `cd "$(dirname "$0")"
until sed -n "/spawned: '$1' with pid $$\\$/,\\$p" main.log | grep -q "success: $1 "; do sleep 0.05; done
eval "$2"
`;
}

/**
 * Writes the scripts and returns program sections that use them; none starts by itself unless its keys ask for it.
 * `cat` runs from the start.
 */
export function writePrograms(side: Side): string {
  for (const [name, script] of Object.entries(SCRIPTS)) side.writeFile(name, `#!/bin/sh\n${script}`, 0o755);
  side.writeFile('not-executable', 'echo never\n', 0o644);
  side.writeFile('folder/keep', '');
  const script = (name: keyof typeof SCRIPTS) => side.path(name);
  return [
    program('cat', '/bin/cat', 'autostart=true'),
    program('off', '/bin/sleep 1000'),
    program('slow', '/bin/sleep 1000', 'startsecs=1'),
    program('catcher', script('catcher.sh')),
    program('stubborn', script('stubborn.sh'), 'stopwaitsecs=3'),
    program('deaf', script('deaf.sh')),
    program('dies', script('dies.sh'), 'startsecs=60', 'startretries=0'),
    program(
      'expected',
      `${script('once-running.sh')} expected "exit 7"`,
      'exitcodes=0,7',
      'autorestart=unexpected',
    ),
    program('unexpected', '/bin/sh -c "exit 8"', 'autorestart=false'),
    program('echo', script('echo.sh')),
    program('merged', script('echo.sh'), 'redirect_stderr=true'),
    program('silent', '/bin/cat', 'stdout_logfile=NONE', 'stderr_logfile=NONE'),
    program('päron', '/bin/cat'),
    program('missing', '/no/such/file'),
    program('unfound', 'no-such-command --flag'),
    program('refused', side.path('not-executable')),
    program('directory', side.path('folder')),
    program('misquoted', '/bin/sh -c "never closed'),
    program('many', '/bin/cat', 'numprocs=3', 'process_name=%(program_name)s_%(process_num)d'),
    program('left', '/bin/cat', 'priority=2'),
    program('right', '/bin/cat', 'priority=1'),
    '[group:pair]\nprograms=left,right\npriority=5\n',
  ].join('\n');
}

/** A program section that starts at once when asked and does not restart; later keys win. */
export function program(name: string, command: string, ...keys: string[]): string {
  const defaults = ['autostart=false', 'startsecs=0', 'autorestart=false'];
  return `[program:${name}]\ncommand=${command}\n${[...defaults, ...keys].join('\n')}\n`;
}
