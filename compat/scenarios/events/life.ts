/**
 * The events of programs that listeners in three languages receive, step by step.
 *
 * @module
 */
import { chmodSync } from 'node:fs';
import type { Scenario, Side } from '../../scenario.ts';
import { untilLongBackoff } from '../lifecycle/main-log.ts';
import { callMethod, untilLogged, untilState } from '../support/calls.ts';
import { program } from '../support/programs.ts';
import { listener, observeReceived, receivedBy, untilHeard, writeListeners } from './listeners.ts';

/** Everything but ticks, which come at any time and take serials. */
const ALL =
  'PROCESS_STATE,PROCESS_COMMUNICATION,PROCESS_LOG,REMOTE_COMMUNICATION,SUPERVISOR_STATE_CHANGE,PROCESS_GROUP';

const KINDS = {
  states: 'PROCESS_STATE,REMOTE_COMMUNICATION',
  others: 'PROCESS_COMMUNICATION,PROCESS_LOG,REMOTE_COMMUNICATION,SUPERVISOR_STATE_CHANGE,PROCESS_GROUP',
  exits: 'PROCESS_STATE_EXITED,PROCESS_STATE_FATAL,REMOTE_COMMUNICATION',
  output: 'PROCESS_LOG_STDERR,PROCESS_COMMUNICATION_STDOUT,REMOTE_COMMUNICATION',
} as const;

const LISTENERS = ['all', ...Object.keys(KINDS)];

const TALKER = `#!/bin/sh
while read -r line; do
  case $line in
    out) echo 'söme output' ;;
    err) echo 'some errors' >&2 ;;
    bytes) printf '\\377\\376\\n' ;;
    tell) printf '<!--XSUPERVISOR:BEGIN-->t\\303\\244g<!--XSUPERVISOR:END-->' ;;
    tell-err) printf '<!--XSUPERVISOR:BEGIN-->two\\nlines<!--XSUPERVISOR:END-->' >&2 ;;
  esac
done
`;

export const eventsLife: Scenario = {
  name: 'events-life',
  title: 'what event listeners in Python, sh and Node receive, and in which order',
  differences: ['last-stop-event'],
  needs: ['python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    side.writeFile('talker.sh', TALKER, 0o755);
    side.writeFile(
      'slow.sh',
      "#!/bin/sh\ntrap 'sleep 0.4; exit 0' TERM\necho ready\nwhile :; do sleep 0.05; done\n",
      0o755,
    );
    side.writeFile('supervisord.conf', configuration(side));
    const daemon = await side.start();
    for (const name of LISTENERS) await untilState(side, name, 'RUNNING');
    await untilHeard(side, 'begun', LISTENERS);
    await liveALittle(side);
    await writeALittle(side);
    await changeGroups(side);
    await untilHeard(side, 'the end', LISTENERS);
    for (const name of LISTENERS) observeReceived(side, `received by ${name}`, name);
    await observeEnd(side, () => daemon.stop());
  },
};

function configuration(side: Side, ...more: string[]): string {
  const talks = ['stdout_events_enabled=true', 'stderr_events_enabled=true'];
  return [
    side.preamble,
    listener(side, 'all', 'python', ALL, 'startsecs=1', 'stopwaitsecs=5'),
    listener(side, 'states', 'sh', KINDS.states, 'startsecs=1'),
    listener(side, 'others', 'node', KINDS.others, 'startsecs=1'),
    listener(side, 'exits', 'python', KINDS.exits, 'startsecs=1', 'stopwaitsecs=5'),
    listener(side, 'output', 'node', KINDS.output, 'startsecs=1'),
    program('cat', '/bin/cat'),
    program('slow', side.path('slow.sh'), 'stdout_logfile=AUTO'),
    program('expected', '/bin/sh -c "exit 7"', 'exitcodes=0,7', 'autorestart=unexpected'),
    program('unexpected', '/bin/sh -c "exit 8"'),
    program('short', '/bin/sh -c "exit 3"', 'startsecs=60', 'startretries=1'),
    program('failing', '/bin/false', 'startsecs=60', 'startretries=50'),
    program('missing', '/no/such/file', 'startsecs=1', 'startretries=0'),
    program('refused', side.writeFile('refused', 'not a program\n'), 'startretries=0'),
    program('a', '/bin/cat'),
    program('b', '/bin/cat'),
    '[group:pair]\nprograms=a,b\n',
    program('talker', side.path('talker.sh'), ...talks),
    program('teller', side.path('talker.sh'), 'stdout_capture_maxbytes=1MB', 'stderr_capture_maxbytes=1MB'),
    ...more,
  ].join('\n');
}

/** Every way to start and to end. */
async function liveALittle(side: Side): Promise<void> {
  chmodSync(side.path('refused'), 0o755);
  const call = (...parts: Parameters<typeof callMethod>[1]) => callMethod(side, parts);
  await call('startProcess', 'cat');
  await call('signalProcess', 'cat', 'KILL');
  await untilState(side, 'cat', 'EXITED');
  await call('startProcess', 'cat');
  await call('stopProcess', 'cat');
  for (const name of ['expected', 'unexpected']) {
    await call('startProcess', name);
    await untilState(side, name, 'EXITED');
  }
  // There is no event for a request that is refused at once.
  await call('startProcess', 'missing', false);
  await call('startProcess', 'short', false);
  await untilState(side, 'short', 'FATAL');
  await call('startProcess', 'refused', false);
  await untilState(side, 'refused', 'EXITED');
  await call('startProcess', 'failing', false);
  await untilLongBackoff(side, 'failing');
  await call('stopProcess', 'failing');
  await call('startProcessGroup', 'pair');
  await call('stopProcess', 'pair:b');
  await call('stopProcess', 'pair:a');
}

async function writeALittle(side: Side): Promise<void> {
  const heard = (text: string) => receivedBy(side, 'all').some(({ payload }) => payload.includes(text));
  const say = async (name: string, line: string, text: string) => {
    await side.rpc('supervisor.sendProcessStdin', [name, `${line}\n`]);
    await side.waitFor(`${line} of ${name} is received`, () => heard(text));
  };
  for (const name of ['talker', 'teller']) await callMethod(side, ['startProcess', name]);
  await say('talker', 'out', 'söme output');
  await say('talker', 'err', 'some errors');
  await say('talker', 'bytes', 'Undecodable');
  await say('teller', 'tell', 'täg');
  await say('teller', 'tell-err', 'two\nlines');
  for (const name of ['talker', 'teller']) await callMethod(side, ['stopProcess', name]);
  for (const [kind, data] of [
    ['kind', 'data'],
    ['', ''],
    ['cheese', 'two\nlines\n'],
    ['a b:c', 'x'.repeat(3000)],
  ]) {
    await side.rpc('supervisor.sendRemoteCommEvent', [kind ?? '', data ?? '']);
  }
}

async function changeGroups(side: Side): Promise<void> {
  side.writeFile('supervisord.conf', configuration(side, program('added', '/bin/cat', 'autostart=true')));
  await side.rpc('supervisor.reloadConfig');
  await callMethod(side, ['addProcessGroup', 'added']);
  await untilState(side, 'added', 'RUNNING');
  await callMethod(side, ['removeProcessGroup', 'added']);
  await callMethod(side, ['stopProcess', 'added']);
  await callMethod(side, ['removeProcessGroup', 'added']);
  await callMethod(side, ['removeProcessGroup', 'pair']);
}

/** A program that takes its time to stop; listeners have the lowest priority and are stopped last. */
async function observeEnd(side: Side, stop: () => Promise<number>): Promise<void> {
  await callMethod(side, ['startProcess', 'slow']);
  await untilLogged(side, 'slow', 'ready');
  await untilHeard(side, 'now', LISTENERS);
  const before = Object.fromEntries(LISTENERS.map((name) => [name, receivedBy(side, name).length]));
  side.observe('exit code', await stop());
  for (const name of ['all', 'exits']) {
    const received = receivedBy(side, name).slice(before[name]);
    side.observe(
      `received by ${name} while the daemon ends`,
      received.map(
        ({ headers, payload }) => `${headers.eventname} ${payload.replace(/pid:\d+/, 'pid:$PID')}`,
      ),
    );
  }
}
