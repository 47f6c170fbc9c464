/**
 * A real daemon, and clients that send anything in any way: byte by byte, half, and very often. It keeps answering,
 * and neither its time, its memory nor its descriptors grow.
 *
 * @module
 */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSeconds, memory } from '../../bench/proc.ts';
import { packageRoot } from '../../harness/commands.ts';
import { rpcCall } from '../../harness/http.ts';
import { killMarked, removeFolders, startDaemon } from '../../harness/processes.ts';
import { waitUntil } from '../../harness/wait.ts';
import { generatedRequest, REQUESTS } from '../corpus-http.ts';
import { Failure, type Fuzz, type Target } from '../fuzz.ts';
import { amplified, mutated } from '../mutate.ts';

/** Number of clients after which the daemon is checked. */
const BATCH = 60;
const MOST_CPU_SECONDS = 5;
const MOST_GROWTH_BYTES = 120 << 20;
const MOST_DESCRIPTORS = 60;
const FLOOD = 300;

export const httpServer: Target = {
  name: 'http-server',
  title: 'the HTTP server of a real daemon',
  run: async (fuzz) => {
    const dir = mkdtempSync(join(tmpdir(), 'vf-'));
    const path = join(dir, 's.sock');
    writeFileSync(join(dir, 'supervisord.conf'), configuration(dir));
    const daemon = startDaemon(
      [join(packageRoot(), 'dist/bin/supervisord'), '-n', '-c', join(dir, 'supervisord.conf')],
      dir,
      join(dir, 'out'),
    );
    const answers = async (): Promise<boolean> => {
      const answer = await rpcCall({ kind: 'unix', path }, 'supervisor.getPID', []);
      return 'result' in answer && answer.result === daemon.pid;
    };
    try {
      await waitUntil('the daemon answers', answers, 60);
      const residentBefore = memory(daemon.pid).resident;
      while (fuzz.mayGoOn()) {
        const cpuBefore = cpuSeconds(daemon.pid);
        if (fuzz.random.chance(0.1)) await flood(fuzz, path);
        await Promise.all(Array.from({ length: BATCH }, () => send(fuzz, path)));
        if (!daemon.isRunning()) throw new Failure(`the daemon has ended: ${daemon.output().slice(-500)}`);
        await waitUntil('the daemon answers', answers, 30).catch((error: Error) => {
          throw new Failure(error.message);
        });
        const spent = cpuSeconds(daemon.pid) - cpuBefore;
        if (spent > MOST_CPU_SECONDS) throw new Failure(`${spent} s of CPU time for ${BATCH} clients`);
        const growth = memory(daemon.pid).resident - residentBefore;
        if (growth > MOST_GROWTH_BYTES) throw new Failure(`the daemon has grown by ${growth} bytes`);
        await waitUntil(
          'the connections are closed',
          () => descriptors(daemon.pid) < MOST_DESCRIPTORS,
          90,
        ).catch(() => {
          throw new Failure(`${descriptors(daemon.pid)} descriptors are open`);
        });
        const found = /^.*(?:unexpected error|Traceback|TypeError|RangeError).*$/m.exec(daemon.output());
        if (found !== null) throw new Failure(`the main log has: ${found[0]}`);
        fuzz.saw('batch');
      }
      daemon.signal('SIGTERM');
      if ((await daemon.exited()) !== 0) throw new Failure('the daemon did not end in order');
    } finally {
      await waitUntil('everything has ended', () => killMarked(dir) === 0, 20);
      removeFolders(dir);
    }
  },
};

function configuration(dir: string): string {
  return `[unix_http_server]
file=${dir}/s.sock
[supervisord]
logfile=${dir}/main.log
pidfile=${dir}/supervisord.pid
childlogdir=${dir}
minfds=64
minprocs=1
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[program:cat]
command=/bin/cat
`;
}

/** The fuzzer sends no requests that end the daemon by design. */
const ENDING = /shutdown|restart/gi;

function nextInput({ random }: Fuzz): string {
  const base = random.chance(0.5) ? random.pick(REQUESTS) : generatedRequest(random);
  const text = random.chance(0.1)
    ? amplified(random, base)
    : random.chance(0.3)
      ? base
      : mutated(random, base, REQUESTS);
  return text.replaceAll(ENDING, 'x');
}

/** One client; resolves when its connection is closed. */
function send(fuzz: Fuzz, path: string): Promise<void> {
  const bytes = Buffer.from(nextInput(fuzz), 'latin1');
  const way = fuzz.random.pick(['whole', 'bytes', 'half', 'abandoned', 'dropped'] as const);
  fuzz.begin(bytes);
  return new Promise((resolve) => {
    const socket = open(path, resolve);
    const finish = setTimeout(() => socket.destroy(), 400);
    socket.on('close', () => clearTimeout(finish));
    socket.on('connect', () => {
      switch (way) {
        case 'bytes':
          for (const byte of bytes.subarray(0, 300)) socket.write(Buffer.from([byte]));
          socket.write(bytes.subarray(300));
          break;
        case 'half':
          socket.end(bytes);
          break;
        case 'abandoned':
          socket.write(bytes.subarray(0, bytes.length / 2));
          setTimeout(() => socket.destroy(), 20);
          break;
        case 'dropped':
          socket.write(bytes, () => socket.destroy());
          break;
        default:
          socket.write(bytes);
      }
    });
  });
}

/** Connections with half a request, all at once. */
async function flood(fuzz: Fuzz, path: string): Promise<void> {
  fuzz.saw('flood');
  await Promise.all(
    Array.from(
      { length: FLOOD },
      () =>
        new Promise<void>((resolve) => {
          const socket = open(path, resolve);
          socket.on('connect', () => socket.write('POST /RPC2 HTTP/1.1\r\nContent-Le'));
          setTimeout(() => socket.destroy(), 300);
        }),
    ),
  );
}

function open(path: string, closed: () => void): Socket {
  const socket = connect({ path, allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.on('close', closed);
  socket.resume();
  return socket;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
