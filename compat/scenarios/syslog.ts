/**
 * Logs that go to syslog: what comes out of `/dev/log`, byte for byte.
 *
 * @module
 */
import { ownDev, ownDevLog } from '../harness/namespace.ts';
import type { Scenario, Side } from '../scenario.ts';
import { resultOf, untilState } from './support/calls.ts';
import { program } from './support/programs.ts';
import { type Syslogd, startSyslogd } from './syslog/syslogd.ts';

/** What the talkers write, one step for each line that they read. */
const STEPS = [
  'one line\\n',
  'two\\nlines\\n',
  'blank\\n\\n\\nlines\\n\\n\\n',
  '\\n',
  'carriage return\\r\\n',
  '\\033[31mred\\033[0m\\n',
  'h\\303\\251llo\\n',
  'not UTF-8 \\377\\n',
  'a NUL \\000 inside\\n',
] as const;

/** After each step it notes in a file that it has written. */
const TALKER = `#!/bin/sh
while read -r line; do
  case $line in
${STEPS.map((text, index) => `    ${index}) printf '${text}' ;;`).join('\n')}
    split) printf 'a line '; sleep 0.4; printf 'in two\\n' ;;
    errors) echo errors >&2 ;;
    unfinished) printf 'unfinished'; exit 0 ;;
  esac
  echo "$line" >> "$0.$SUPERVISOR_PROCESS_NAME"
done
`;

const NAMES = ['plain', 'filed', 'old', 'both', 'merged', 'many:m_0'];

export const syslogScenario: Scenario = {
  name: 'syslog',
  title: 'main log and program output in syslog',
  differences: ['fault-for-traceback', 'syslog-bytes', 'syslog-lines'],
  needs: ['mounts'],
  run: async (side) => {
    const prefix = ownDev(side.path('dev'));
    const syslogd = await startSyslogd(ownDevLog(side.path('dev')));
    try {
      side.writeFile('talker.sh', TALKER, 0o755);
      side.writeFile('supervisord.conf', configuration(side));
      const daemon = await side.start({ prefix });
      await observeSteps(side, syslogd);
      await observeViews(side);
      await daemon.stop();
      await side.waitFor('the last line has come', () =>
        messages(side, syslogd).some((message) => message.includes('stopped: ')),
      );
      side.observe('the main log', mainLog(side, syslogd));
      side.observe('files', [side.readFile('filed.log'), side.readFile('both.err')]);
    } finally {
      await syslogd.stop();
    }
  },
};

function configuration(side: Side): string {
  const talker = side.path('talker.sh');
  const quiet = ['stdout_logfile=NONE', 'stderr_logfile=NONE', 'autostart=true'];
  return [
    side.preamble.replace(/^logfile=.*$/m, 'logfile=syslog'),
    program('plain', talker, ...quiet, 'stdout_syslog=true'),
    program('filed', talker, ...quiet, `stdout_logfile=${side.path('filed.log')}`, 'stdout_syslog=true'),
    program('old', talker, ...quiet, 'stdout_logfile=syslog', 'stderr_logfile=SYSLOG'),
    program(
      'both',
      talker,
      ...quiet,
      'stdout_syslog=true',
      'stderr_syslog=true',
      `stderr_logfile=${side.path('both.err')}`,
    ),
    program('merged', talker, ...quiet, 'redirect_stderr=true', 'stdout_syslog=true'),
    program('many', talker, ...quiet, 'numprocs=1', 'process_name=m_%(process_num)d', 'stdout_syslog=true'),
  ].join('\n');
}

async function observeSteps(side: Side, syslogd: Syslogd): Promise<void> {
  for (const name of NAMES) await untilState(side, name, 'RUNNING');
  for (let step = 0; step < STEPS.length; step += 1) await observeStep(side, syslogd, 'plain', String(step));
  for (const name of NAMES) {
    await observeStep(side, syslogd, name, '1');
    await observeStep(side, syslogd, name, 'errors');
  }
  await observeStep(side, syslogd, 'plain', 'split', 'in two');
  await observeStep(side, syslogd, 'plain', 'unfinished');
}

/** The messages that syslog gets for a line of a talker. */
async function observeStep(
  side: Side,
  syslogd: Syslogd,
  name: string,
  line: string,
  awaited = '',
): Promise<void> {
  const before = syslogd.messages().length;
  await tell(side, name, line);
  await side.waitFor(
    'all of it has come',
    () => awaited === '' || messages(side, syslogd, before).some((message) => message.includes(awaited)),
  );
  // Two messages of another program, one after the other: the daemon has read what was written before the first.
  for (const count of [1, 2]) {
    await tell(side, 'both', '0');
    const markers = () => messages(side, syslogd, before).filter((message) => MARKER.test(message));
    await side.waitFor('the marker has come', () => markers().length >= count);
  }
  const came = messages(side, syslogd, before).filter(
    (message) => !MARKER.test(message) && !MAIN_LINE.test(message),
  );
  const text = STEPS[Number(line)] ?? line;
  side.observe(`${name}: ${JSON.stringify(text)}`, came);
}

/** Gives the talker its line, and waits until it has handled it. */
async function tell(side: Side, name: string, line: string): Promise<void> {
  const done = () => side.readFile(`talker.sh.${name.replace(/.*:/, '')}`).length;
  const before = done();
  await resultOf(side, 'sendProcessStdin', name, `${line}\n`);
  if (line === 'unfinished') await untilState(side, name, 'EXITED');
  else await side.waitFor(`${name} has written`, () => done() > before);
}

const MARKER = / both one line$/;

/** What the ways to read a log return for one that is not a file. */
async function observeViews(side: Side): Promise<void> {
  for (const [method, ...params] of [
    ['readLog', 0, 0],
    ['clearLog'],
    ['readProcessStdoutLog', 'plain', 0, 0],
    ['tailProcessStdoutLog', 'old', 0, 10],
    ['clearProcessLogs', 'old'],
  ] as const) {
    side.observe(`${method}(${params.join(', ')})`, { ...(await side.rpc(`supervisor.${method}`, params)) });
  }
  const infos = await resultOf(side, 'getAllConfigInfo');
  side.observe(
    'getAllConfigInfo',
    (Array.isArray(infos) ? infos : []).map((info) =>
      ['name', 'stdout_logfile', 'stdout_syslog', 'stderr_logfile', 'stderr_syslog']
        .map((key) => String(info[key]))
        .join(' '),
    ),
  );
}

const MAIN_LINE = /\$TIME [A-Z]{4} /;

/** Messages with their times made the same. */
function messages(side: Side, syslogd: Syslogd, from = 0): string[] {
  return syslogd
    .messages()
    .slice(from)
    .map((message) => side.normalise(message.replace(STAMP, '$1$STAMP')));
}

const STAMP = /^(<\d+>)[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/;

/** How the messages of several processes interleave depends on timing, and the reference logs a traceback there. */
function mainLog(side: Side, syslogd: Syslogd): string[] {
  return messages(side, syslogd)
    .filter((message) => MAIN_LINE.test(message) && !/waiting for .* to die|CRIT {2}/.test(message))
    .filter((message) => !/CRIT (Handling XML-RPC request|AttributeError)/.test(message))
    .sort();
}
