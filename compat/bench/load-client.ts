/**
 * Clients in a process of their own, so that neither the benchmark nor a parser sets the pace.
 *
 * @module
 */
import type { RunningDaemon } from './bed.ts';
import { cpuSeconds } from './proc.ts';
import { askPython } from './python.ts';

/** What a client saw. */
export interface Load {
  readonly calls: number;
  /** Calls in a second. */
  readonly rate: number;
  /** Seconds of each call where calls follow one another; with several connections they overlap, and it is empty. */
  readonly latencies: readonly number[];
  /** The part of the time in which the client itself used a cpu; near 1 it was the client that set the pace. */
  readonly clientShare: number;
  /** Seconds of the daemon's cpu for a call, those of the warm-up included. */
  readonly cpu: number;
}

export interface LoadOptions {
  /** The whole HTTP request. */
  readonly request: Buffer;
  /** Number of connections that stay open, or a new one for each call. */
  readonly connections: number | 'new';
  readonly seconds: number;
  /** With several connections: exactly this number of calls, from the first on and without any to warm up. */
  readonly calls?: number;
}

/** Calls on each connection (or of new connections) before the clock starts, for compilers and caches. */
const WARM_UP_CALLS = 200;

/** Time for the interpreter to start and for the last answers, in seconds. */
const GRACE_SECONDS = 20;

/**
 * The cheapest possible client in Python: a blocking socket, bytes prepared once, answers counted by their
 * Content-Length. It costs about 30 µs of cpu a call. With several connections all have a request under way at all times:
 * the answer of one is read and its next request sent while the daemon works on the others'.
 */
const RAW_CLIENT = `
import json, socket, sys, time

path, connections, seconds, warm_up = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
limit = int(sys.argv[5])
request = sys.stdin.buffer.read()
answer = bytearray(1 << 20)

def connect():
    client = socket.socket(socket.AF_UNIX)
    client.connect(path)
    return client

def read(client):
    received = client.recv_into(answer)
    while (end := answer.find(b'\\r\\n\\r\\n', 0, received)) < 0:
        more = client.recv_into(memoryview(answer)[received:])
        if more == 0: sys.exit('the server closed the connection')
        received += more
    if answer[9:12] != b'200': sys.exit('HTTP ' + answer[9:12].decode())
    length = answer.find(b'Content-Length:', 0, end) + 15
    left = end + 4 + int(answer[length:answer.index(b'\\r\\n', length)]) - received
    while left > 0:
        more = client.recv_into(answer)
        if more == 0: sys.exit('the server closed the connection')
        left -= more

def call_anew():
    client = connect()
    client.sendall(request)
    read(client)
    client.close()

def follow_one_another(call):
    for _ in range(warm_up): call()
    latencies = []
    cpu, start = time.process_time(), time.perf_counter()
    now, end = start, start + seconds
    while now < end:
        before = now
        call()
        now = time.perf_counter()
        latencies.append(now - before)
    return len(latencies), latencies, now - start, time.process_time() - cpu

def overlap():
    clients = [connect() for _ in range(connections)]
    for client in clients: client.sendall(request)
    sent, answered = connections, 0
    def take(client):
        nonlocal sent, answered
        read(client)
        answered += 1
        if sent < limit:
            client.sendall(request)
            sent += 1
    def turn():
        for client in clients[:sent - answered]: take(client)
    for _ in range(warm_up): turn()
    before = answered
    cpu, start = time.process_time(), time.perf_counter()
    while answered < sent and time.perf_counter() < start + seconds: turn()
    return answered - before, [], time.perf_counter() - start, time.process_time() - cpu

if connections == 0:
    calls, latencies, took, cpu = follow_one_another(call_anew)
elif connections == 1:
    client = connect()
    def call():
        client.sendall(request)
        read(client)
    calls, latencies, took, cpu = follow_one_another(call)
else:
    calls, latencies, took, cpu = overlap()
warm_ups = warm_up * max(1, connections)
print(json.dumps({'calls': calls, 'warmUps': warm_ups, 'seconds': took, 'latencies': latencies, 'cpu': cpu}))
`;

/** The client that real scripts use: the reference's own transport below xmlrpc.client, answers parsed. */
const REFERENCE_CLIENT = `
import json, sys, time, xmlrpc.client
from supervisor.xmlrpc import SupervisorTransport

path, seconds, warm_up = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
server = xmlrpc.client.ServerProxy('http://127.0.0.1', SupervisorTransport('', '', 'unix://' + path))
for _ in range(warm_up): server.supervisor.getAllProcessInfo()
latencies = []
cpu, start = time.process_time(), time.perf_counter()
now, end = start, start + seconds
while now < end:
    before = now
    server.supervisor.getAllProcessInfo()
    now = time.perf_counter()
    latencies.append(now - before)
print(json.dumps({'calls': len(latencies), 'warmUps': warm_up, 'seconds': now - start, 'latencies': latencies,
    'cpu': time.process_time() - cpu}))
`;

/** Repeats a call with the cheap client. */
export function loadFromOutside(
  dir: string,
  server: Server,
  { request, connections, seconds, calls }: LoadOptions,
): Promise<Load> {
  const args = [
    server.socket,
    String(connections === 'new' ? 0 : connections),
    String(seconds),
    String(calls === undefined ? WARM_UP_CALLS : 0),
    String(calls ?? Number.MAX_SAFE_INTEGER),
  ];
  return loaded(server, () =>
    askPython(dir, RAW_CLIENT, args, { seconds: seconds + GRACE_SECONDS, stdin: request.toString('latin1') }),
  );
}

/** Repeats getAllProcessInfo with the reference's own Python client. */
export function loadFromReferenceClient(dir: string, daemon: Server, seconds: number): Promise<Load> {
  const args = [daemon.socket, String(seconds), String(WARM_UP_CALLS)];
  return loaded(daemon, () => askPython(dir, REFERENCE_CLIENT, args, { seconds: seconds + GRACE_SECONDS }));
}

/** Where to call, and whose cpu to count. */
export type Server = Pick<RunningDaemon, 'pid' | 'socket'>;

async function loaded({ pid }: Server, run: () => Promise<unknown>): Promise<Load> {
  const before = cpuSeconds(pid);
  const seen = await run();
  const used = cpuSeconds(pid) - before;
  if (!isSeen(seen)) throw new Error(`not what a client prints: ${JSON.stringify(seen)}`);
  const { calls, warmUps, seconds, latencies, cpu } = seen;
  return {
    calls,
    rate: calls / seconds,
    latencies,
    clientShare: cpu / seconds,
    cpu: used / (calls + warmUps),
  };
}

interface Seen {
  readonly calls: number;
  readonly warmUps: number;
  readonly seconds: number;
  readonly latencies: number[];
  readonly cpu: number;
}

function isSeen(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'calls' in value && 'latencies' in value;
}
