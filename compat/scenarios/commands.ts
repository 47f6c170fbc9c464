/**
 * The small commands: the sample that people edit with `sed`, and pidproxy alone and under the daemon.
 *
 * @module
 */
import { mkdirSync } from 'node:fs';
import type { Json, Scenario, Side } from '../scenario.ts';
import { PIDPROXY_DRIVER } from './commands/pidproxy.ts';
import { untilState } from './support/calls.ts';
import { program } from './support/programs.ts';

export const commands: Scenario = {
  name: 'commands',
  title: 'echo_supervisord_conf and what sed makes of it; pidproxy and its signals',
  differences: ['complete-sample', 'pidproxy-gone-pid', 'pidproxy-missing-command'],
  run: async (side) => {
    await Promise.all([observeSample(side), observePidproxy(side)]);
  },
};

/** The edits of the sample in common guides. */
const EDITS = [
  's/nodaemon=false/nodaemon=true/',
  's/^nodaemon=.*/nodaemon=true/',
  's/^loglevel=info .*/loglevel=debug/',
  's|/tmp/supervisor.sock|/run/supervisor.sock|',
  's|/tmp/|/var/run/|g',
  's|^logfile=.*|logfile=/dev/null|;s/^logfile_maxbytes=.*/logfile_maxbytes=0/',
  's/^;chmod=0700/chmod=0770/;s/^;chown=nobody:nogroup/chown=root:adm/',
  's/^;\\[inet_http_server\\]/[inet_http_server]/;s/^;port=127.0.0.1:9001/port=*:9001/',
  '/^;\\[inet_http_server\\]/,/^;password/s/^;//',
  's/^;user=supervisord/user=nobody/;s/^;user=chrism/user=nobody/',
  's/^;\\[include\\]/[include]/;s|^;files = .*|files = /etc/supervisor/conf.d/*.conf|',
  's|^;files = relative/directory/\\*\\.ini$|files = conf.d/*.ini|;s/^;\\[include\\]$/[include]/',
  's/^;serverurl=http:/serverurl=http:/;s/^serverurl=unix/;serverurl=unix/',
  '/^;\\[program:theprogramname\\]/,/^;serverurl=AUTO/s/^;//',
  '/^;\\[eventlistener:theeventlistenername\\]/,/^;serverurl=AUTO/s/^;//',
  '/^;\\[group:thegroupname\\]/,/^;priority/s/^;//',
  's/;environment=KEY="value"/environment=KEY="value",B="%%(host)"/',
];

async function observeSample(side: Side): Promise<void> {
  const command = side.companion('echo_supervisord_conf');
  if (command === null) throw new Error('there is no echo_supervisord_conf');
  for (const args of [[], ['-h'], ['--no-such-flag', 'word']]) {
    const { code, stdout, stderr } = await run(side, command, args);
    side.observe(`echo_supervisord_conf ${args.join(' ')}`, { code, stderr, printed: stdout.length > 5000 });
  }
  const { stdout: sample } = await run(side, command, []);
  side.writeFile('sample.conf', sample);
  for (const [section, keys] of sectionsOf(sample)) side.observe(`sample: ${section}`, [...keys].sort());
  for (const edit of ['', ...EDITS]) side.observe(`sed: ${edit}`, await edited(side, edit));

  const edit = `s|/tmp/|${side.dir}/sample/|;s/^;identifier=supervisor/identifier=sampled/`;
  const { stdout } = await side.command('sed', [edit, side.path('sample.conf')]);
  const config = side.writeFile('sample/s.conf', stdout);
  const started = await side.supervisord(['-c', config]);
  side.observe('the sample starts in the background', { code: started.code, stderr: started.stderr });
  for (const line of ['status', 'avail', 'shutdown']) {
    const result = await side.ctl(['-c', config, line]);
    side.observe(`the sample: supervisorctl ${line}`, { code: result.code, stdout: result.stdout });
  }
}

/** Every section and key of the sample with its value, `;` in front where it is commented out. */
function sectionsOf(sample: string): Map<string, Set<string>> {
  const sections = new Map<string, Set<string>>();
  let keys = new Set<string>();
  for (const line of sample.split('\n')) {
    const heading = /^;?\[[^\]]+\]/.exec(line)?.[0];
    if (heading !== undefined) {
      keys = new Set();
      sections.set(heading, keys);
    }
    const key = /^;?[a-z_.]+\s*=.*?(?=\s+;|$)/.exec(line)?.[0];
    if (key !== undefined) keys.add(key);
  }
  return sections;
}

/** What Python's reader makes of the sample after an edit. */
async function edited(side: Side, edit: string): Promise<Json> {
  const { stdout } = await side.command('sed', [edit, side.path('sample.conf')]);
  const result = await side.python(READ_INI, [], { stdin: stdout });
  return result.stdout === ''
    ? { refused: result.stderr.split('\n').at(-2) ?? '' }
    : JSON.parse(result.stdout);
}

const READ_INI = `
import configparser, json, sys
parser = configparser.RawConfigParser(inline_comment_prefixes=(';', '#'), strict=False)
parser.read_string(sys.stdin.read())
print(json.dumps({section: dict(parser.items(section)) for section in parser.sections()}))
`;

interface ProxyCase {
  readonly title: string;
  readonly args?: readonly string[];
  readonly signals?: readonly string[];
  /** Text of the pidfile, with the daemon's pid for `%s`; none is written if empty. */
  readonly pidfile?: string;
  /** Whether the daemon is to receive the signals. */
  readonly heard?: boolean;
}

/** Limits, descriptors, signals, and whose process group it is in. */
const LOOK_AROUND = `
ulimit -Sn; ulimit -Hn; umask; pwd
ls /proc/$$/fd
grep ^Sig[BIC] /proc/self/status
[ $(cut -d' ' -f5 /proc/$$/stat) = $(cut -d' ' -f5 /proc/$PPID/stat) ] && echo 'the group of pidproxy'
cat /proc/$PPID/comm
`;

const CASES: readonly ProxyCase[] = [
  { title: 'no arguments', args: [] },
  { title: 'no command', args: ['pidfile'] },
  { title: 'a command that succeeds', args: ['pidfile', '/bin/true'] },
  { title: 'a command that fails', args: ['pidfile', '/bin/false'] },
  { title: 'a command that is killed', args: ['pidfile', '/bin/sh', '-c', 'kill -9 $$'] },
  { title: 'arguments', args: ['pidfile', '/bin/echo', '-n', '', 'a  b', '--', '%s'] },
  { title: 'what the command sees', args: ['pidfile', '/bin/sh', '-c', LOOK_AROUND] },
  { title: 'a command that is not there', args: ['pidfile', '/no/such'] },
  { title: 'a command of PATH', args: ['pidfile', 'true'] },
  ...['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'].map((name) => ({
    title: name,
    signals: [name],
  })),
  { title: 'several signals', signals: ['SIGHUP', 'SIGUSR1', 'SIGHUP', 'SIGTERM'] },
  { title: 'blanks around the pid', signals: ['SIGHUP'], pidfile: ' \n%s \n' },
  { title: 'no pidfile', signals: ['SIGHUP', 'SIGTERM'], pidfile: '', heard: false },
  { title: 'a pidfile of rubbish', signals: ['SIGTERM'], pidfile: 'rubbish', heard: false },
  { title: 'a pidfile of two pids', signals: ['SIGTERM'], pidfile: '%s %s', heard: false },
  { title: 'a pid that is gone', signals: ['SIGTERM'], pidfile: '4194305', heard: false },
];

async function observePidproxy(side: Side): Promise<void> {
  const command = side.companion('pidproxy');
  if (command === null) throw new Error('there is no pidproxy');
  side.alias(command.at(-1) ?? '', 'PIDPROXY');
  await Promise.all([observeCases(side, command), observeProgram(side, command)]);
}

async function observeCases(side: Side, command: readonly string[]): Promise<void> {
  const root = side.path('proxies');
  mkdirSync(root);
  const task = JSON.stringify({ command, root, cases: CASES });
  const { stdout, stderr } = await side.python(PIDPROXY_DRIVER, [task], { seconds: 200 });
  if (stdout === '') throw new Error(stderr);
  for (const [index, seen] of (JSON.parse(stdout) as Json[]).entries()) {
    side.observe(`pidproxy: ${CASES[index]?.title}`, seen);
  }
}

/** What pidproxy is for: a daemon that is stopped and signalled through a program. */
async function observeProgram(side: Side, command: readonly string[]): Promise<void> {
  const daemon = side.writeFile('daemon.sh', DAEMON, 0o755);
  const launcher = side.writeFile('launcher.sh', `#!/bin/sh\n${daemon} ${side.dir}\n`, 0o755);
  const proxied = [...command, side.path('daemon.pid'), launcher].join(' ');
  side.writeFile(
    'supervisord.conf',
    side.preamble + program('proxied', proxied, 'autostart=true', 'startsecs=2'),
  );
  await side.start();
  await untilState(side, 'proxied', 'RUNNING', 60);
  // RUNNING means that the proxy has run for two seconds; on a busy machine it may not handle signals yet.
  await side.waitFor('the daemon has written its pid', () => side.readFile('daemon.pid').endsWith('\n'), 60);
  const heard = () => side.readFile('heard');
  side.observe(
    'under the daemon: signal HUP',
    await side.rpc('supervisor.signalProcess', ['proxied', 'HUP']),
  );
  await side.waitFor('HUP is heard', () => heard().includes('HUP'));
  side.observe('under the daemon: stop', await side.rpc('supervisor.stopProcess', ['proxied']));
  await side.waitFor('TERM is heard', () => heard().includes('TERM'));
  side.observe('under the daemon: what was heard', heard());
  side.observe('under the daemon: log', (await side.ctl(['tail', 'proxied'])).stdout);
}

const DAEMON = `#!/bin/sh
cd "$1"
trap 'echo HUP >> heard' HUP
trap 'echo TERM >> heard; exit 0' TERM
echo $$ > daemon.pid
echo up
while true; do sleep 0.05; done
`;

function run(side: Side, command: readonly string[], args: readonly string[]) {
  const [file = '', ...words] = command;
  return side.command(file, [...words, ...args]);
}
