/**
 * How fast events go from a client through the daemon into a listener.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../harness/wait.ts';
import { withBed } from '../bed.ts';
import type { Case, Figure, Samples, Subject } from '../figure.ts';
import { loadFromOutside } from '../load-client.ts';
import { scheduledSeconds } from '../proc.ts';
import { pythonCommand } from '../python.ts';
import { rpcRequest, runningCount } from '../rpc.ts';
import { medianOf, pooled } from '../statistics.ts';

const CONNECTIONS = 8;

/** A daemon that has handled no event before: its code is not optimized yet. */
const FIRST_EVENTS = 1000;

/** The time limit for all events to be handled; a listener that takes longer has no figure. */
const PATIENCE_SECONDS = 60;

/**
 * The common part of both listeners: after the last event they write the number of events and the time that these
 * took.
 */
const TELL = `
import os, sys, time

def tell(count, seconds):
    with open(sys.argv[1] + '.new', 'w') as file: file.write('%d %f' % (count, seconds))
    os.rename(sys.argv[1] + '.new', sys.argv[1])
`;

/** A listener that is written as most are, with childutils. */
const CHILDUTILS = `${TELL}
from supervisor import childutils

count, start = 0, 0
while True:
    childutils.listener.wait()
    if count == 0: start = time.perf_counter()
    childutils.listener.ok()
    count += 1
    if count == int(sys.argv[2]): tell(count, time.perf_counter() - start)
`;

/** The same on bare descriptors: OK and READY in one write. */
const RAW = `${TELL}
count, start, last = 0, 0, int(sys.argv[2])
os.write(1, b'READY\\n')
while True:
    event = os.read(0, 65536)
    while (end := event.find(b'\\n')) < 0: event += os.read(0, 65536)
    missing = end + 1 + int(event[event.index(b' len:') + 5:end]) - len(event)
    while missing > 0: missing -= len(os.read(0, missing))
    if count == 0: start = time.perf_counter()
    os.write(1, b'RESULT 2\\nOKREADY\\n')
    count += 1
    if count == last: tell(count, time.perf_counter() - start)
`;

const LISTENERS = {
  'events-childutils': { script: CHILDUTILS, title: 'a listener with childutils' },
  'events-raw': { script: RAW, title: 'a raw listener' },
} as const;

type ListenerName = keyof typeof LISTENERS;

/** Floods a listener with events that clients send, and waits for its report of the last one. */
export const events: Case = {
  name: 'events',
  setting:
    `one event listener in Python (buffer for all events); a raw client calls sendRemoteCommEvent on ${CONNECTIONS} ` +
    'connections at once, and the listener handles every event, one at a time as the protocol demands',
  timeoutSeconds: 2 * PATIENCE_SECONDS + 30,
  figures: [
    ...listenerFigures('events-raw', 'reads and writes bare descriptors: about 10 µs an event'),
    ...listenerFigures('events-childutils', "is a loop on the reference's own supervisor.childutils"),
    {
      name: 'events-first-cpu',
      title: 'cpu per event sent and handled, the first thousand of a daemon',
      meaning:
        'processor time of a daemon for the call and the delivery of its first thousand events; the listener ' +
        'reads and writes bare descriptors',
      unit: 'time',
      better: 'lower',
      target: { kind: 'at most of', times: 0.6, of: 'reference' },
      value: medianOf('events-first.cpu'),
    },
  ],
  run: async (subject, { events: count }) => {
    const raw = await flood(subject, 'events-raw', count);
    const both = pooled(raw, await flood(subject, 'events-childutils', count));
    const { 'events-raw.cpu': first = [] } = await flood(subject, 'events-raw', FIRST_EVENTS);
    return { ...both, 'events-first.cpu': first };
  },
};

function flood(subject: Subject, name: ListenerName, count: number): Promise<Samples> {
  return withBed(subject, async (bed) => {
    const script = join(bed.dir, 'listener.py');
    const report = join(bed.dir, 'report');
    writeFileSync(script, LISTENERS[name].script);
    const daemon = bed.start({ programs: {}, sections: listenerSection(`${script} ${report}`, count) });
    const client = await daemon.firstAnswer();
    const request = rpcRequest('supervisor.getProcessInfo', ['listener']);
    await waitUntil('the listener runs', async () => runningCount(await client.ask(request)) === 1, 10);
    client.close();
    const cpuBefore = scheduledSeconds(daemon.pid);
    await loadFromOutside(bed.dir, daemon, {
      request: rpcRequest('supervisor.sendRemoteCommEvent', ['bench', 'some data']),
      connections: CONNECTIONS,
      calls: count,
      seconds: PATIENCE_SECONDS,
    });
    await waitUntil(`the listener has handled ${count} events`, () => existsSync(report), PATIENCE_SECONDS);
    const cpu = scheduledSeconds(daemon.pid) - cpuBefore;
    const [handled = Number.NaN, seconds = Number.NaN] = readFileSync(report, 'utf8').split(' ').map(Number);
    return { [`${name}.rate`]: [handled / seconds], [`${name}.cpu`]: [cpu / handled] };
  });
}

function listenerSection(command: string, count: number): string {
  return `
[eventlistener:listener]
command=${pythonCommand()} ${command} ${count}
events=REMOTE_COMMUNICATION
buffer_size=${count}
startsecs=0
`;
}

function listenerFigures(name: ListenerName, what: string): Figure[] {
  return [
    {
      name,
      title: `events sent and handled, ${LISTENERS[name].title}`,
      meaning: `from the first event that the listener has until it has handled the last, while they are still being sent; the listener ${what}`,
      unit: 'rate',
      better: 'higher',
      target: { kind: 'times better', atLeast: 2 },
      value: medianOf(`${name}.rate`),
    },
    {
      name: `${name}-cpu`,
      title: `cpu per event sent and handled, ${LISTENERS[name].title}`,
      meaning: 'processor time of the daemon for the call and the delivery',
      unit: 'time',
      better: 'lower',
      value: medianOf(`${name}.cpu`),
    },
  ];
}
