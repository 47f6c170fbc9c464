/**
 * Simulates the nodes of a fleet in one process: each has a lease, a key and a watch of its own on a real etcd, through the
 * daemon's own client. The CPU time and the memory of the etcd members are read from /proc.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Engine, EngineError } from '../../src/fleet/engine/engine.ts';
import { openEtcd } from '../../src/fleet/engine/etcd.ts';
import type { EtcdCluster } from '../harness/etcd.ts';
import { waitUntil } from '../harness/wait.ts';
import type { UnitCosts } from './costs.ts';

export interface SimulationOptions {
  readonly cluster: EtcdCluster;
  readonly nodes: number;
  /** Renewals of each node. */
  readonly renewals: number;
  /** Changes that all nodes receive. */
  readonly changes: number;
  /** Keys of slots that are written, and read. */
  readonly keys: number;
  print(line: string): void;
}

const PREFIX = '/visord/scale/';
const TICKS_PER_SECOND = 100;
/** A value of the same length as that of a slot. */
const VALUE = JSON.stringify({
  node: 'node-00000.example.net',
  boot: '6f9619ff-8b86-d011-b42d-00c04fc964ff',
});
/** How many requests are under way at once. */
const AT_ONCE = 32;

interface SimulatedNode {
  readonly engine: Engine;
  readonly lease: string;
}

export async function simulate(options: SimulationOptions): Promise<UnitCosts> {
  const { cluster, nodes: count, print } = options;
  const open = (): Engine => openEtcd({ members: cluster.members, tls: null, user: null, timeoutMs: 60_000 });
  const first = open();
  await settled();
  const memoryBefore = memoryOf(cluster);

  const writes = await measured(cluster, options.keys, (index) =>
    first.put(`${PREFIX}slots/program-${index}/0`, VALUE, null),
  );
  print(`${options.keys} writes in ${writes.seconds.toFixed(1)} s`);
  await settled();
  const memoryOfKeys = memoryOf(cluster);
  const readings = 3;
  const reads = await measured(cluster, readings, () => first.range(PREFIX));
  const readBytes = PREFIX.length + VALUE.length + 120;

  const nodes: SimulatedNode[] = [];
  let received = 0;
  await settled();
  const memoryOfReads = memoryOf(cluster);
  const opened = await measured(cluster, count, async (index) => {
    const engine = open();
    const lease = await engine.grantLease(600);
    await engine.create(`${PREFIX}nodes/${index}`, VALUE, lease);
    nodes.push({ engine, lease });
  });
  const { revision } = await first.range(`${PREFIX}nodes/`);
  for (const { engine } of nodes) {
    engine.watch(PREFIX, revision, {
      changes: (changes) => {
        received += changes.length;
      },
      lost: (reason) => {
        throw new EngineError('unreachable', `a watch is lost: ${reason.message}`);
      },
    });
  }
  await first.put(`${PREFIX}first`, VALUE, null);
  await waitUntil('all watches are open', () => received >= count, 120);
  print(`${count} nodes in ${opened.seconds.toFixed(1)} s`);
  await settled();
  const memoryOfNodes = memoryOf(cluster);

  const renewals = await measured(cluster, count * options.renewals, async (index) => {
    const node = nodes[index % count];
    await node?.engine.renewLease(node.lease);
  });
  print(`${count * options.renewals} renewals in ${renewals.seconds.toFixed(1)} s`);

  const ownBefore = process.cpuUsage();
  const target = received + options.changes * count;
  const changes = await measured(cluster, options.changes, async (index) => {
    await first.put(`${PREFIX}slots/program-0/${index}`, VALUE, null);
    if (index === options.changes - 1) await waitUntil('all changes', () => received >= target, 300);
  });
  const own = process.cpuUsage(ownBefore);
  print(`${options.changes} changes to ${count} watches in ${changes.seconds.toFixed(1)} s`);
  for (const { engine } of nodes) engine.close();
  first.close();
  const members = cluster.members.length;
  const deliveries = options.changes * count;
  return {
    nodeBytes: Math.max(0, memoryOfNodes - memoryOfReads) / count,
    keyBytes: Math.max(0, memoryOfKeys - memoryBefore) / options.keys / members,
    renewalUs: renewals.cpuUs / (count * options.renewals),
    writeUs: writes.cpuUs / options.keys,
    deliveryUs: Math.max(0, changes.cpuUs - (writes.cpuUs / options.keys) * options.changes) / deliveries,
    receivedUs: (own.user + own.system) / deliveries,
    deliveryBytes: Buffer.byteLength(VALUE) * (4 / 3) + 330,
    readKeyUs: reads.cpuUs / readings / options.keys,
    readKeyBytes: (readBytes * 4) / 3,
  };
}

/** Runs the calls, some at once. @returns what the members took */
async function measured(
  cluster: EtcdCluster,
  count: number,
  call: (index: number) => Promise<unknown>,
): Promise<{ readonly cpuUs: number; readonly seconds: number }> {
  const [before, from] = [cpuOf(cluster), performance.now()];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await call(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
  return { cpuUs: cpuOf(cluster) - before, seconds: (performance.now() - from) / 1000 };
}

/** Writes in the background have ended. */
function settled(): Promise<void> {
  return delay(2000);
}

/** Time of processors that the members took so far, in microseconds. */
function cpuOf({ members }: EtcdCluster): number {
  return sum(members, (pid) => {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ');
    const fields = rest.split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / TICKS_PER_SECOND;
  });
}

/** Anonymous memory of all members, in bytes. */
function memoryOf({ members }: EtcdCluster): number {
  return sum(members, (pid) => {
    const text = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/RssAnon:\s+(\d+)/.exec(text)?.[1] ?? 0) * 1024;
  });
}

function sum(members: EtcdCluster['members'], read: (pid: number) => number): number {
  return members.reduce((total, { pid }) => total + (pid() === null ? 0 : read(Number(pid()))), 0);
}
