/**
 * The faults of the failover test. Each one damages a part of the set-up, waits for the reaction, and repairs it.
 *
 * @module
 */

import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../harness/random.ts';
import type { Window } from './measure.ts';
import type { ProofNode } from './node.ts';
import { bootSeconds } from './program.ts';
import { PROGRAMS, type Stand } from './stand.ts';

export interface Round {
  readonly stand: Stand;
  readonly random: Random;
  /** A node that runs one of the programs. */
  readonly holder: ProofNode;
  /** Waits for some part of a lease; 1 is a whole one. */
  leases(count: number): Promise<void>;
  /** Waits until all programs run again, for as long as a failover may take. */
  untilTakenOver(): Promise<void>;
}

export interface Fault {
  readonly name: string;
  readonly title: string;
  /** Needs libfaketime. */
  readonly needsFaketime?: true;
  /** @returns the windows in which no majority of etcd lived */
  run(round: Round): Promise<readonly Window[] | undefined>;
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'daemon-killed',
    title: 'kill -9 of the daemon of a holder, which starts again after a failover',
    run: async ({ stand, holder, leases, untilTakenOver }) => {
      await holder.killDaemon();
      await leases(1.5);
      await untilTakenOver();
      await stand.nodes.find(({ name }) => name === holder.name)?.start();
      return undefined;
    },
  },
  {
    name: 'daemon-restarted',
    title: 'kill -9 of the daemon of a holder, which starts again at some moment of the lease',
    run: async ({ holder, leases, random }) => {
      await holder.killDaemon();
      await leases(random.next() * 1.2);
      holder.startDaemon();
      return undefined;
    },
  },
  {
    name: 'daemon-stopped',
    title: 'SIGTERM for the daemon of a holder',
    run: async ({ holder, untilTakenOver }) => {
      await holder.stopDaemon();
      await untilTakenOver();
      holder.startDaemon();
      return undefined;
    },
  },
  {
    name: 'node-crashed',
    title: 'all processes of a holder end at once, and its machine boots again',
    run: async ({ holder, untilTakenOver, random, leases }) => {
      await holder.crash();
      if (random.chance(0.5)) await untilTakenOver();
      else await leases(random.next() * 0.3);
      await holder.start();
      return undefined;
    },
  },
  {
    name: 'node-cut',
    title: 'a holder neither sends nor receives',
    run: ({ holder, ...round }) => broken(round, holder, () => holder.host.cut()),
  },
  {
    name: 'node-deaf',
    title: 'a holder sends, and receives nothing',
    run: ({ holder, ...round }) => broken(round, holder, () => holder.host.deafen()),
  },
  {
    name: 'node-mute',
    title: 'a holder receives, and nothing that it sends arrives',
    run: ({ holder, ...round }) => broken(round, holder, () => holder.host.mute()),
  },
  {
    name: 'node-flaps',
    title: 'the network of a holder breaks and heals again and again within a lease',
    run: async ({ holder, random, leases }) => {
      for (let turn = 0; turn < 4; turn += 1) {
        const { host } = holder;
        random.pick([host.cut, host.deafen, host.mute])();
        await leases(random.next() * 0.9);
        host.heal();
        await leases(random.next() * 0.2);
      }
      return undefined;
    },
  },
  {
    name: 'daemon-paused',
    title: 'SIGSTOP of the daemon of a holder for longer than the lease',
    run: async ({ holder, leases, random, untilTakenOver }) => {
      holder.pauseDaemon();
      await leases(1.1 + random.next());
      await untilTakenOver();
      holder.resumeDaemon();
      return undefined;
    },
  },
  {
    name: 'guards-killed',
    title: 'SIGKILL of both guards of a holder, and SIGSTOP or SIGKILL of its daemon a second later',
    run: async ({ holder, leases, random, untilTakenOver }) => {
      holder.killGuards();
      await delay(1000);
      const isPause = random.chance(0.5);
      if (isPause) holder.pauseDaemon();
      else await holder.killDaemon();
      await leases(1.5);
      await untilTakenOver();
      if (isPause) holder.resumeDaemon();
      return undefined;
    },
  },
  {
    name: 'daemon-and-guard-killed',
    title: 'SIGKILL of the daemon of a holder and of one of its guards at once',
    run: async ({ holder, leases, untilTakenOver }) => {
      await holder.killDaemonAndGuard();
      await leases(1.5);
      await untilTakenOver();
      holder.startDaemon();
      return undefined;
    },
  },
  {
    name: 'clock-slow-cut',
    title: 'a node whose clock is 20 % slow is cut off',
    needsFaketime: true,
    run: (round) => withClock(round, 0.8),
  },
  {
    name: 'clock-fast-cut',
    title: 'a node whose clock is 20 % fast is cut off',
    needsFaketime: true,
    run: (round) => withClock(round, 1.2),
  },
  {
    name: 'clocks-fast-others',
    title: 'the clocks of all other nodes are 20 % fast while a holder is cut off',
    needsFaketime: true,
    run: async (round) => {
      const { stand, holder, leases, untilTakenOver } = round;
      const others = stand.nodes.filter((node) => node !== holder);
      for (const node of others) await restartWith(node, 1.2);
      await stand.untilFull(120, 'after a restart of all other nodes with another clock');
      holder.host.cut();
      await leases(1.5);
      await untilTakenOver();
      holder.host.heal();
      for (const node of others) await restartWith(node, 1);
      return undefined;
    },
  },
  {
    name: 'etcd-killed',
    title: 'kill -9 of a member of etcd',
    run: async ({ stand, random, leases }) => {
      const member = random.chance(0.7) ? stand.leader() : random.pick(stand.members);
      await member.kill();
      await leases(0.3 + random.next());
      member.start();
      return undefined;
    },
  },
  {
    name: 'etcd-paused',
    title: 'SIGSTOP of the leader of etcd for longer than the lease',
    run: async ({ stand, leases, random }) => {
      const member = stand.leader();
      member.pause();
      await leases(1 + random.next() * 0.5);
      member.resume();
      return undefined;
    },
  },
  {
    name: 'etcd-cut',
    title: 'the leader of etcd is cut off from all others and from the nodes',
    run: async ({ stand, leases, random }) => {
      const { machine } = stand.leader();
      random.pick([machine.cut, machine.deafen, machine.mute])();
      await leases(1 + random.next() * 0.5);
      machine.heal();
      return undefined;
    },
  },
  {
    name: 'etcd-disk-full',
    title: 'the disk of the leader of etcd is full',
    run: async ({ stand, leases }) => {
      const member = stand.leader();
      const ballast = join(member.disk, 'ballast');
      try {
        execFileSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=64k'], { stdio: 'ignore' });
      } catch {
        // It ends with the full disk.
      }
      await leases(1);
      rmSync(ballast);
      await member.kill();
      member.start();
      return undefined;
    },
  },
  {
    name: 'etcd-paused-node-cut',
    title: 'the leader of etcd is paused, a holder is cut off, and the leader goes on',
    run: async ({ stand, holder, leases, random, untilTakenOver }) => {
      const member = stand.leader();
      member.pause();
      await leases(0.3 + random.next() * 0.5);
      holder.host.cut();
      await leases(random.next() * 0.5);
      member.resume();
      await leases(1);
      await untilTakenOver();
      holder.host.heal();
      return undefined;
    },
  },
  {
    name: 'moved-crashed',
    title: 'a program moves to another node, which ends in the middle of it',
    run: async ({ stand, holder, random, untilTakenOver }) => {
      const other = random.pick(stand.nodes.filter((node) => node !== holder));
      const { name } = random.pick(PROGRAMS.filter((program) => program.count === 1));
      const moved = holder.control('move', name, other.name);
      await delay(random.integer(0, 2500));
      await (random.chance(0.5) ? other.crash() : other.killDaemon());
      await untilTakenOver();
      await moved;
      await other.start();
      return undefined;
    },
  },
  {
    name: 'majority-lost',
    title: 'two members of etcd are gone for longer than the lease, and come back',
    run: async ({ stand, random, leases }) => {
      const kept = random.pick(stand.members);
      const gone = stand.members.filter((member) => member !== kept);
      const isPause = random.chance(0.5);
      const from = bootSeconds();
      for (const member of gone) await (isPause ? member.pause() : member.kill());
      await leases(0.5 + random.next());
      for (const member of gone) isPause ? member.resume() : member.start();
      await stand.etcd.untilReady();
      return [{ from, to: bootSeconds() }];
    },
  },
  {
    name: 'two-nodes-crashed',
    title: 'two holders end at once',
    run: async ({ stand, holder, random, untilTakenOver }) => {
      const other = random.pick(stand.nodes.filter((node) => node !== holder));
      await Promise.all([holder.crash(), other.crash()]);
      await untilTakenOver();
      await Promise.all([holder.start(), other.start()]);
      return undefined;
    },
  },
];

async function broken(
  { leases, untilTakenOver }: Pick<Round, 'leases' | 'untilTakenOver'>,
  { host }: ProofNode,
  harm: () => void,
): Promise<undefined> {
  harm();
  await leases(1.5);
  await untilTakenOver();
  host.heal();
  return undefined;
}

/** The clock of the holder runs at another speed. It takes all programs over, and is then cut off. */
async function withClock(
  { stand, holder, leases, untilTakenOver }: Round,
  speed: number,
): Promise<undefined> {
  await restartWith(holder, speed);
  await stand.untilFull(120, 'after a restart of a node with another clock');
  for (const { name } of PROGRAMS) {
    if (!stand.holders(name).includes(holder)) await holder.control('move', name, holder.name);
  }
  await stand.untilFull(120, 'after programs have moved');
  holder.host.cut();
  await leases(1.5);
  await untilTakenOver();
  holder.host.heal();
  await restartWith(holder, 1);
  return undefined;
}

async function restartWith(node: ProofNode, speed: number): Promise<void> {
  await node.stopDaemon();
  node.startDaemon(speed);
}
