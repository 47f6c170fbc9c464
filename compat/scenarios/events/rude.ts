/**
 * Listeners that break the protocol, or keep to it badly: the main log about each, and what is delivered.
 *
 * @module
 */

import { PYTHON } from '../../harness/debian.ts';
import type { Daemon, Json, Scenario, Side } from '../../scenario.ts';
import { callMethod, untilState } from '../support/calls.ts';
import { listener, pool, receivedBy, untilHeard, writeListeners } from './listeners.ts';

/** One sh script each; every line that it reads is the header of an event. */
const SCRIPTS: Readonly<Record<string, string>> = {
  rubbish: 'echo hello world; exec sleep 1000',
  shy: 'printf REA; exec sleep 1000',
  'ready-twice': "printf 'READY\\nREADY\\n'; exec sleep 1000",
  'bad-line': 'echo READY; read -r header; echo what?; exec sleep 1000',
  'bad-bytes': "echo READY; read -r header; printf '\\377\\376\\n'; exec sleep 1000",
  'bad-number': "echo READY; read -r header; printf 'RESULT two\\nOK'; exec sleep 1000",
  'no-number': "echo READY; read -r header; printf 'RESULT\\nOK'; exec sleep 1000",
  'too-much': "echo READY; read -r header; printf 'RESULT 2\\nOKAY AND MORE\\n'; exec sleep 1000",
  'too-early': "printf 'READY\\nRESULT 2\\nOK'; exec sleep 1000",
  'not-ok': "echo READY; read -r header; printf 'RESULT 4\\nFAIL'; exec sleep 1000",
  'long-result':
    "echo READY; read -r header; printf 'RESULT 300000\\n'; head -c 300000 /dev/zero | tr '\\0' x; exec sleep 1000",
  silent: 'echo READY; read -r header; exec sleep 1000',
  piecemeal:
    "echo READY; read -r header; for part in RES 'ULT 2' '\n' O K; do printf '%s' \"$part\"; sleep 0.1; done; exec sleep 1000",
  'closes-stdout': 'echo READY; read -r header; exec >&-; exec sleep 1000',
  deaf: 'exec 0<&-; echo READY; exec sleep 1000',
  gone: 'echo READY; read -r header; exit 0',
};

const FLAKY = `#!/bin/sh
if [ -e "$1.died" ]; then exec ${PYTHON} "$2" "$1.record"; fi
touch "$1.died"
echo READY
read -r header
exit 1
`;

const RELUCTANT = `import json, sys
from supervisor import childutils
refused = 0
while True:
    headers, payload = childutils.listener.wait()
    with open(sys.argv[1], 'a') as record:
        record.write(json.dumps([headers, payload]) + '\\n')
    if refused < 3:
        refused += 1
        childutils.listener.fail()
    else:
        childutils.listener.ok()
`;

const SLOW = `import sys, time
from supervisor import childutils
print('READY', flush=True)
header = sys.stdin.buffer.readline()
time.sleep(0.5)
length = int(childutils.get_headers(header.decode())['len'])
payload = b''
while len(payload) < length:
    payload += sys.stdin.buffer.read1(1000)
open(sys.argv[1], 'w').write('%d %s' % (len(payload), set(payload[100:])))
childutils.listener.ok()
time.sleep(1000)
`;

export const eventsRude: Scenario = {
  name: 'events-rude',
  title: 'event listeners that break the protocol, refuse, die, or read slowly',
  differences: ['refused-event', 'refused-event-order'],
  needs: ['python:supervisor'],
  run: async (side) => {
    writeListeners(side);
    for (const [name, body] of Object.entries(SCRIPTS))
      side.writeFile(`${name}.sh`, `#!/bin/sh\n${body}\n`, 0o755);
    side.writeFile('flaky.sh', FLAKY, 0o755);
    side.writeFile('reluctant.py', RELUCTANT);
    side.writeFile('slow.py', SLOW);
    side.writeFile('supervisord.conf', configuration(side));
    const daemon = await side.start();
    await breakTheProtocol(side);
    await refuse(side);
    await dieBusy(side, daemon);
    await readSlowly(side);
    await countCharacters(side);
    await daemon.stop();
  },
};

function configuration(side: Side): string {
  const remote = 'REMOTE_COMMUNICATION';
  const late = ['autostart=false', 'autorestart=false', 'buffer_size=1000'];
  return [
    side.preamble,
    '[supervisord]\nloglevel=debug\n',
    ...Object.keys(SCRIPTS).map((name) => pool(name, side.path(`${name}.sh`), remote, ...late)),
    listener(side, 'good', 'python', remote, 'stopwaitsecs=0'),
    pool(
      'reluctant',
      `${PYTHON} ${side.path('reluctant.py')} ${side.path('reluctant.record')}`,
      remote,
      ...late,
    ),
    pool(
      'flaky',
      `${side.path('flaky.sh')} ${side.path('flaky')} ${side.path('listener.py')}`,
      remote,
      ...late,
      'stopwaitsecs=0',
    ),
    pool('slow', `${PYTHON} ${side.path('slow.py')} ${side.path('slow.record')}`, remote, ...late),
    listener(side, 'characters', 'python', remote, ...late, 'stopwaitsecs=0'),
  ].join('\n');
}

/** Each listener is alone when the event comes; a correct one receives it all the same. */
async function breakTheProtocol(side: Side): Promise<void> {
  await untilState(side, 'good', 'RUNNING');
  for (const name of Object.keys(SCRIPTS)) {
    await callMethod(side, ['startProcess', name]);
    await said(side, name, READIES[name] ?? 'ACKNOWLEDGED -> READY');
    await untilHeard(side, `for ${name}`, ['good']);
    const end = ENDS[name];
    if (end !== undefined) await said(side, name, end);
    if (name === 'gone') await untilState(side, name, 'EXITED');
    else await callMethod(side, ['stopProcess', name]);
    side.observe(`main log of ${name}`, protocolLines(side, name));
  }
}

/** The log once the listener has done all that it does without an event. */
const READIES: Readonly<Record<string, string>> = {
  rubbish: 'UNKNOWN state',
  shy: 'stdout output',
  'ready-twice': 'UNKNOWN state',
  'too-early': 'UNKNOWN state',
};

/** The last line of the log. */
const ENDS: Readonly<Record<string, string>> = {
  'bad-line': 'UNKNOWN state',
  'bad-bytes': 'UNKNOWN state',
  'bad-number': 'UNKNOWN state',
  'no-number': 'UNKNOWN state',
  'too-much': 'UNKNOWN state',
  'not-ok': 'event was rejected',
  'long-result': 'event was rejected',
  silent: 'sent to listener',
  piecemeal: 'event was processed',
  'closes-stdout': 'sent to listener',
  deaf: 'epipe occurred',
};

async function said(side: Side, name: string, text: string): Promise<void> {
  await side.waitFor(`${name}: ${text}`, () => rawLines(side, name).some((line) => line.includes(text)), 60);
}

function rawLines(side: Side, name: string): string[] {
  const mine = new RegExp(`'${name}' stdout|\\b${name}: |listener ${name}\\b|pool ${name} `);
  return side
    .readFile('main.log')
    .split(/\n(?=\d{4}-)/)
    .filter((line) => mine.test(line));
}

/**
 * The lines about one listener. Where bytes were read in pieces, their debug copies depend on timing only;
 * so do the lines about events that could not be sent, which only the reference writes, and how often it tries.
 */
function protocolLines(side: Side, name: string): Json {
  const lines = rawLines(side, name)
    .filter((line) => !/rebuffering|(xxxx|b'(RES|ULT|O|K|\\n))/.test(line))
    .map((line) => side.normalise(line).replace(/event \d+/, 'event N'));
  return lines.filter((line, index) => !line.includes('epipe') || lines.indexOf(line) === index);
}

/** Events are sent again until they are accepted, and in their order. */
async function refuse(side: Side): Promise<void> {
  await callMethod(side, ['startProcess', 'reluctant']);
  for (const data of ['one', 'two']) await side.rpc('supervisor.sendRemoteCommEvent', ['kind', data]);
  await side.waitFor('all is taken', () =>
    receivedBy(side, 'reluctant').some(({ payload }) => payload.endsWith('two')),
  );
  side.observe(
    'a listener that refuses three times receives',
    payloads(side, 'reluctant')
      .filter((payload) => /(one|two)$/.test(payload))
      .slice(-2),
  );
  const serials = receivedBy(side, 'reluctant').map(
    ({ headers }) => `${headers.serial} ${headers.poolserial}`,
  );
  side.observe('what it refuses comes again with the same serials', new Set(serials.slice(0, 4)).size);
  side.observe(
    'main log of refusals',
    rawLines(side, 'reluctant').filter((line) => line.includes('was rejected')).length,
  );
  await callMethod(side, ['stopProcess', 'reluctant']);
  await untilHeard(side, 'after the refusals', ['good']);
  side.observe(
    'how often another pool hears an event that was refused',
    payloads(side, 'good').filter((payload) => payload.endsWith('\ntwo')).length +
      payloads(side, 'good').filter((payload) => payload.endsWith('\nfor rubbish')).length,
  );
}

function payloads(side: Side, name: string): string[] {
  return receivedBy(side, name).map(({ payload }) => payload);
}

/** The event of a listener that dies while it handles it is sent again after its restart. */
async function dieBusy(side: Side, daemon: Daemon): Promise<void> {
  await callMethod(side, ['startProcess', 'flaky']);
  await untilState(side, 'flaky', 'EXITED');
  const first = await side.rpc('supervisor.sendRemoteCommEvent', ['kind', 'while it is dead']);
  await callMethod(side, ['startProcess', 'flaky']);
  await side.waitFor('it hears', () =>
    payloads(side, 'flaky').some((text) => text.endsWith('while it is dead')),
  );
  side.observe('accepted while it is dead', { ...first });
  const numbers = receivedBy(side, 'flaky').map(({ headers }) => Number(headers.poolserial));
  side.observe(
    'the events of its pool came in order, and none twice',
    numbers.every((number, index) => index === 0 || number === Number(numbers[index - 1]) + 1),
  );
  side.observe('the daemon lives', daemon.isRunning());
  await callMethod(side, ['stopProcess', 'flaky']);
}

/** A payload that is larger than a pipe. */
async function readSlowly(side: Side): Promise<void> {
  await callMethod(side, ['startProcess', 'slow']);
  await said(side, 'slow', 'ACKNOWLEDGED -> READY');
  // The reference sends at its next tick.
  await said(side, 'slow', 'sent to');
  side.observe('its first event', rawLines(side, 'slow').filter((line) => line.includes('sent to')).length);
  await callMethod(side, ['stopProcess', 'slow']);
  side.writeFile(
    'supervisord.conf',
    `${configuration(side)}\n${pool('slower', `${PYTHON} ${side.path('slow.py')} ${side.path('slower.record')}`, 'REMOTE_COMMUNICATION')}`,
  );
  await side.rpc('supervisor.reloadConfig');
  await callMethod(side, ['addProcessGroup', 'slower']);
  await said(side, 'slower', 'ACKNOWLEDGED -> READY');
  await side.rpc('supervisor.sendRemoteCommEvent', ['large', 'y'.repeat(300_000)]);
  await side.waitFor('it has read', () => side.readFile('slower.record') !== '');
  side.observe('a slow reader reads', side.readFile('slower.record'));
  await said(side, 'slower', 'event was processed');
}

/** Lengths count characters: Python, which reads text, gets each payload whole. */
async function countCharacters(side: Side): Promise<void> {
  await callMethod(side, ['startProcess', 'characters']);
  const texts = ['päron', '日本\n語', '🙂', 'é', ' '];
  for (const text of texts) await side.rpc('supervisor.sendRemoteCommEvent', ['käse', text]);
  await side.waitFor('all is heard', () => payloads(side, 'characters').some((text) => text.includes('é')));
  side.observe(
    'payloads beyond ASCII',
    receivedBy(side, 'characters')
      .filter(({ payload }) => payload.startsWith('type:käse'))
      .map(({ headers, payload }) => `${headers.len} ${payload}`)
      .slice(0, 4),
  );
}
