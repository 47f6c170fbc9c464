/**
 * Five nodes and three members of etcd, each on a host of its own, and what their programs write down.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findLibrary } from '../harness/debian.ts';
import { type EtcdCluster, type EtcdMember, startEtcd } from '../harness/etcd.ts';
import { waitUntil } from '../harness/wait.ts';
import type { Run } from './measure.ts';
import { type Host, makeNetwork } from './network.ts';
import { type ProofNode, proofNode } from './node.ts';
import { bootSeconds, readRuns, writeProgram } from './program.ts';

export const PROGRAMS = [
  { name: 'importer', count: 1, manner: 'polite' },
  { name: 'stubborn', count: 1, manner: 'stubborn' },
  { name: 'worker', count: 2, manner: 'polite' },
] as const;

export interface Times {
  readonly leaseSeconds: number;
  readonly stopWaitSeconds: number;
}

/** A member of etcd, on its host and its disk. */
export interface StandMember extends EtcdMember {
  readonly machine: Host;
  readonly disk: string;
}

export interface Stand {
  readonly nodes: readonly ProofNode[];
  readonly etcd: EtcdCluster;
  readonly members: readonly StandMember[];
  readonly times: Times;
  runs(): Run[];
  /** The nodes that run the program now. */
  holders(program: string): readonly ProofNode[];
  /** The member that leads the others. */
  leader(): StandMember;
  /** Waits until each program runs on as many nodes as it may. */
  untilFull(seconds: number, what: string): Promise<void>;
  stop(): Promise<void>;
}

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5'];
const MEMBERS = ['e1', 'e2', 'e3'];
/** A program writes a hundred times in a second; the machine may be busy. */
const SILENT_SECONDS = 0.5;
const DISK_MB = 256;

/** Has to run in OWN_MACHINE. @param folder an empty one */
export async function openStand(folder: string, times: Times): Promise<Stand> {
  const hosts = makeNetwork([...NODES, ...MEMBERS]);
  const places = hosts.slice(NODES.length).map((host) => {
    const disk = join(folder, host.name);
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]);
    return { host, disk };
  });
  const etcd = await startEtcd({
    folder,
    members: places.map(({ host, disk }) => ({
      host: host.address,
      wrapper: host.wrapper,
      dataFolder: disk,
    })),
    ports: [2379, 2380],
    control: places[0]?.host.wrapper ?? [],
  });
  const members = etcd.members.map((member, index): StandMember => {
    const { host, disk } = places[index] ?? fail();
    return { ...member, machine: host, disk };
  });
  const runsFolder = join(folder, 'runs');
  mkdirSync(runsFolder);
  const program = writeProgram(folder);
  const engine = `etcd://${members.map(({ host, port }) => `${host}:${port}`).join(',')}`;
  const library = findLibrary('faketime/libfaketimeMT.so.1');
  const nodes = hosts.slice(0, NODES.length).map((host) =>
    proofNode(host, {
      folder,
      library,
      config: configuration({ host, engine, times, program, runsFolder }),
    }),
  );
  const runs = (): Run[] => readRuns(runsFolder);
  const holders = (name: string): readonly ProofNode[] => {
    const since = bootSeconds() - SILENT_SECONDS;
    const names = new Set(
      runs()
        .filter((run) => run.program === name && run.last >= since)
        .map(({ node }) => node),
    );
    return nodes.filter((node) => names.has(node.name));
  };
  const isFull = (): boolean => PROGRAMS.every(({ name, count }) => holders(name).length >= count);
  await etcd.untilReady();
  for (const node of nodes) await node.start();
  return {
    nodes,
    etcd,
    members,
    times,
    runs,
    holders,
    leader: () => {
      const status = etcd.control('endpoint', 'status');
      const line = status.split('\n').find((each) => each.split(', ')[4] === 'true') ?? '';
      return members.find(({ host }) => line.includes(`${host}:`)) ?? members[0] ?? fail();
    },
    untilFull: async (seconds, what) => {
      // A program that has just ended counts as running until it has written nothing for this time.
      await delay(2 * SILENT_SECONDS * 1000);
      await waitUntil(`each program runs on as many nodes as it may: ${what}`, isFull, seconds);
    },
    stop: async () => {
      for (const node of nodes) await node.crash();
      await etcd.stop();
    },
  };
}

function fail(): never {
  throw new Error('a host is missing');
}

function configuration(about: {
  readonly host: Host;
  readonly engine: string;
  readonly times: Times;
  readonly program: string;
  readonly runsFolder: string;
}): string {
  const { host, engine, times, program, runsFolder } = about;
  const programs = PROGRAMS.map(
    ({ name, count, manner }) => `
[program:${name}]
command = env -u LD_PRELOAD -u FAKETIME perl ${program} ${runsFolder} ${name} ${host.name} ${manner}
run_on = ${count === 1 ? 'one' : count}
startsecs = 0
autorestart = true
stopwaitsecs = ${times.stopWaitSeconds}
`,
  );
  return `[supervisord]
logfile = %(here)s/supervisord.log
pidfile = %(here)s/supervisord.pid
loglevel = debug

[unix_http_server]
file = %(here)s/supervisor.sock

[inet_http_server]
port = ${host.address}:9001

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://%(here)s/supervisor.sock

[fleet]
name = proof
engine = ${engine}
node = ${host.name}
advertise = http://${host.address}:9001
lease_seconds = ${times.leaseSeconds}
${programs.join('')}`;
}
