/**
 * What a program gets from the daemon that starts it: signals, identity, descriptors, environment,
 * limits; and the error when it could not be started.
 *
 * @module
 */
import { chmodSync, mkdirSync, readFileSync } from 'node:fs';
import type { Json, Scenario, Side } from '../scenario.ts';
import { resultOf, untilState } from './support/calls.ts';
import { program } from './support/programs.ts';

/** Capabilities and groups, which the machine gives. */
const RIGHTS_LINES = /^(Groups|Cap\w+|NoNewPrivs|Seccomp):/;

/** What these programs show depends on the machine: its limits, the groups of its users. */
const OF_MACHINE = /^(limits|groups)\b/;

/** A program by name: its command and its further keys. */
type Viewers = Readonly<Record<string, readonly [command: string, ...keys: string[]]>>;

const STATUS_LINES = /^(Umask|Uid|Gid|Sig(Pnd|Blk|Ign|Cgt)|ShdPnd):/;

const LOOKERS: Viewers = {
  status: ['/bin/cat /proc/self/status'],
  ids: ['/bin/cat /proc/self/stat'],
  descriptors: ['/bin/ls -l /proc/self/fd'],
  blocking: ['/bin/cat /proc/self/fdinfo/0 /proc/self/fdinfo/1 /proc/self/fdinfo/2'],
  environment: ['/usr/bin/env'],
  folder: ['/bin/pwd'],
  limits: ['/bin/cat /proc/self/limits'],
};

export const childView: Scenario = {
  name: 'child-view',
  title: 'what a program sees from inside',
  differences: ['service-manager-variables', 'stdout-of-user'],
  run: async (side) => {
    await inTheForeground(side);
    await underAnOddParent(side);
    await inTheBackground(side);
  },
};

/** A plain start with every kind of program. */
async function inTheForeground(side: Side): Promise<void> {
  writeBrokenPrograms(side);
  const viewers: Viewers = { ...LOOKERS, ...variations(side), ...asAnotherUser(), ...failures(side) };
  side.writeFile(
    'supervisord.conf',
    configuration(side, 'foreground', viewers, 'environment=SHARED="daemon",OVER="daemon"\n'),
  );
  const daemon = await side.start();
  await untilState(side, 'stdin', 'RUNNING');
  await resultOf(side, 'sendProcessStdin', 'stdin', 'first line\nsecond line\n');
  await observeViews(side, 'foreground', Object.keys(viewers), daemon.pid);
  side.observe('foreground: unlogged descriptors', descriptors(side.readFile('descriptors-unlogged.log')));
  await daemon.stop();
}

/** Descriptors, limits and umask of the daemon's parent: what of that reaches the program. */
async function underAnOddParent(side: Side): Promise<void> {
  side.writeFile('supervisord.conf', configuration(side, 'odd parent', LOOKERS, ''));
  const daemon = await side.start({
    prefix: [
      'bash',
      '-c',
      'exec 5</etc/passwd 9>/dev/null 23</; ulimit -Sn 512; umask 027; exec "$@"',
      'bash',
    ],
    directory: '/usr',
    environment: {
      HOME: '/nowhere',
      TERM: 'strange',
      SUPERVISOR_ENABLED: 'parent',
      OLD: 'a b=c',
      NOTIFY_SOCKET: '/nowhere/notify',
    },
  });
  await observeViews(side, 'odd parent', Object.keys(LOOKERS), daemon.pid);
  await daemon.stop();
}

/** Under a daemon that went to the background with a folder and a umask. */
async function inTheBackground(side: Side): Promise<void> {
  side.writeFile('supervisord.conf', configuration(side, 'background', LOOKERS, ''));
  const flags = ['-c', side.path('supervisord.conf'), '-d', '/usr', '-m', '031'];
  side.observe('background: start', { ...(await side.supervisord(flags)) });
  await side.waitFor('the pidfile is written', () => side.readFile('supervisord.pid').endsWith('\n'));
  const daemon = side.daemonAt(side.path('supervisord.pid'));
  await observeViews(side, 'background', Object.keys(LOOKERS), daemon.pid);
  await daemon.stop();
}

/** Programs that differ from the plain ones in one key. */
function variations(side: Side): Viewers {
  return {
    'status-umask': ['/bin/cat /proc/self/status', 'umask=027'],
    'descriptors-merged': ['/bin/ls -l /proc/self/fd', 'redirect_stderr=true'],
    'descriptors-unlogged': [
      `/bin/sh -c "ls -l /proc/self/fd > ${side.path('descriptors-unlogged.log')}"`,
      'stdout_logfile=NONE',
    ],
    'environment-own': [
      '/usr/bin/env',
      'environment=OVER="program",NAME="%(program_name)s",PLACE="%(here)s",SUPERVISOR_GROUP_NAME="mine",EMPTY=""',
      'serverurl=http://elsewhere:1',
    ],
    'folder-own': ['/bin/pwd', 'directory=/usr/lib'],
    arguments: [`/usr/bin/printf "<%%s>" "a b" 'c "d"' e\\ f "" $HOME ~ * a\\\\b "x\\"y" "x\\y" 'it'"'"s`],
    'found-in-path': ['only-here', `environment=PATH="${side.path('bin')}:/usr/bin:/bin"`],
    relative: ['./bin/only-here', `directory=${side.dir}`],
    'broken-pipe': [`/bin/bash -c 'yes | head -1; echo "$\{PIPESTATUS[*]}"'`],
    'own-stdout': [
      '/bin/sh -c "echo out > /dev/stdout; echo err > /dev/stderr; echo again > /proc/self/fd/1"',
    ],
    'appended-stdout': ['/bin/sh -c "echo one; echo two >> /dev/stdout; echo three"'],
    'merged-order': ['/bin/sh -c "echo 1; echo 2 >&2; echo 3"', 'redirect_stderr=true'],
    stdin: ['/bin/sh -c "read a; read b; echo $a/$b; test -p /dev/stdin; echo $?"'],
    'stdin-by-name': ['/bin/sh -c "test -r /dev/stdin; echo $?"'],
    'end-of-stdin': ['/usr/bin/timeout 0.3 /bin/cat'],
    parent: ['/bin/sh -c "readlink /proc/$PPID/exe | wc -l; ps -o ppid= -p $$ | tr -d \' \'"'],
  };
}

/** The same from a user with groups of its own; only root can. */
function asAnotherUser(): Viewers {
  if (process.getuid?.() !== 0) return {};
  return {
    'status-user': ['/bin/cat /proc/self/status', 'user=www-data'],
    'environment-user': ['/usr/bin/env', 'user=www-data'],
    'descriptors-user': ['/bin/ls -l /proc/self/fd', 'user=www-data'],
    'groups-user': ['/usr/bin/id', `user=${userWithGroups()}`],
    'own-stdout-user': [
      '/bin/sh -c "echo out > /dev/stdout; echo err > /dev/stderr; echo plain"',
      'user=www-data',
    ],
    'folder-user': ['/bin/pwd', 'user=www-data', 'directory=@DIR@/private'],
    'command-user': ['@DIR@/private/inside', 'user=www-data'],
  };
}

/** A user that some group names as a member; www-data where there is none. */
function userWithGroups(): string {
  const members = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':')[3]?.split(',')[0] ?? '');
  return members.find((member) => member !== '' && member !== 'root') ?? 'www-data';
}

/** Programs that cannot be started, each in its own way. */
function failures(side: Side): Viewers {
  return {
    'no-folder': ['/bin/cat', 'directory=/no/such/folder'],
    'folder-is-file': ['/bin/cat', 'directory=/etc/passwd'],
    'no-format': [side.path('no-format')],
    'no-interpreter': [side.path('no-interpreter')],
    'empty-file': [side.path('empty-file')],
    'too-long': ['/bin/true', `environment=LONG="${'x'.repeat(140_000)}"`],
    'no-folder-merged': ['/bin/cat', 'directory=/no/such/folder', 'redirect_stderr=true'],
  };
}

function writeBrokenPrograms(side: Side): void {
  side.writeFile('no-format', 'neither a script nor a program\n', 0o755);
  side.writeFile('no-interpreter', '#!/no/such/interpreter\n', 0o755);
  side.writeFile('empty-file', '', 0o755);
  side.writeFile('bin/only-here', '#!/bin/sh\necho "only here: $0"\n', 0o755);
  side.writeFile('private/inside', '#!/bin/sh\necho inside\n', 0o755);
  chmodSync(side.path('private'), 0o700);
}

function configuration(side: Side, title: string, viewers: Viewers, daemonKeys: string): string {
  mkdirSync(side.path(title));
  const programs = Object.entries(viewers).map(([name, [command, ...keys]]) =>
    program(
      name,
      command,
      'autostart=true',
      `stdout_logfile=${side.path(title)}/${name}.out`,
      `stderr_logfile=${side.path(title)}/${name}.err`,
      ...keys,
    ),
  );
  return `${side.preamble}[supervisord]\n${daemonKeys}\n${programs.join('\n')}`.replaceAll('@DIR@', side.dir);
}

/** Waits for all to end, and observes what each wrote and how it ended. */
async function observeViews(
  side: Side,
  title: string,
  names: readonly string[],
  daemonPid: number,
): Promise<void> {
  await side.waitFor('every program has ended', async () => {
    const infos = (await resultOf(side, 'getAllProcessInfo')) as readonly { readonly statename: string }[];
    return infos.every(({ statename }) => statename === 'EXITED' || statename === 'FATAL');
  });
  for (const name of names) {
    const out = side.readFile(`${title}/${name}.out`);
    side.observe(`${title}: ${name}`, readable(name, out, daemonPid), { isOfMachine: OF_MACHINE.test(name) });
    if (name.startsWith('status')) {
      side.observe(`${title}: rights in ${name}`, linesThatMatch(out, RIGHTS_LINES), { isOfMachine: true });
    }
    const err = side.readFile(`${title}/${name}.err`);
    if (err !== '') side.observe(`${title}: stderr of ${name}`, err);
    const info = (await resultOf(side, 'getProcessInfo', name)) as { readonly [key: string]: Json };
    const { statename = '', exitstatus = '', spawnerr = '' } = info;
    side.observe(`${title}: end of ${name}`, { statename, exitstatus, spawnerr });
  }
}

/** What of the output is the same on every run. */
function readable(name: string, out: string, daemonPid: number): Json {
  const lines = out.split('\n').filter((line) => line !== '');
  switch (name.split('-')[0]) {
    case 'status':
      return linesThatMatch(out, STATUS_LINES);
    case 'ids':
      return ids(out, daemonPid);
    case 'descriptors':
      return descriptors(out);
    case 'blocking':
      return lines.filter((line) => line.startsWith('flags:')).map(openFlags);
    case 'environment':
      return lines.sort();
    case 'parent':
      return lines.map((line) => (line === String(daemonPid) ? 'the daemon' : line));
    default:
      return out;
  }
}

function linesThatMatch(text: string, pattern: RegExp): string[] {
  return text.split('\n').filter((line) => pattern.test(line));
}

/** Process group and session of a line of `/proc/PID/stat`. */
function ids(stat: string, daemonPid: number): Json {
  const [pid, , , parent, group, session, terminal] = stat.split(' ');
  return {
    parentIsTheDaemon: parent === String(daemonPid),
    leadsItsGroup: group === pid,
    sessionOfTheDaemon: session === String(daemonPid),
    terminal: terminal ?? '',
  };
}

/** Numbers and kinds from `ls -l /proc/self/fd`; a pipe is a fifo whether it has a name or not. */
function descriptors(listing: string): Json {
  return listing
    .split('\n')
    .map((line) => / (\d+) -> (.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, number = '', target = '']) => `${number} ${kindOf(target)}`);
}

function kindOf(target: string): string {
  if (target.startsWith('pipe:[') || /\.(stdin|stdout|stderr)$/.test(target)) return 'fifo';
  if (target.startsWith('socket:[')) return 'socket';
  return target.replace(/\/proc\/\d+\//, '/proc/$PID/');
}

/** Whether a descriptor blocks; how it was opened may differ. */
function openFlags(line: string): string {
  const flags = Number.parseInt(line.replace('flags:', ''), 8);
  const bits = { nonblocking: 0o4000, append: 0o2000, closeOnExec: 0o2000000 };
  return Object.entries(bits)
    .map(([name, bit]) => `${name}: ${(flags & bit) !== 0}`)
    .join(', ');
}
