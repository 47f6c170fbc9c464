/**
 * Real members of etcd, for tests and for the proof of failovers.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ETCD_COMMANDS } from './debian.ts';
import { freePort } from './ports.ts';
import { waitUntil } from './wait.ts';

/** The path of `etcd` or `etcdctl`, unpacked by `npm run setup -- --reference` or installed; null where there is none. */
export function findEtcd(name: 'etcd' | 'etcdctl'): string | null {
  const folders = [ETCD_COMMANDS, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, name)).find(existsSync) ?? null;
}

export interface EtcdMember {
  readonly name: string;
  /** Where clients connect. */
  readonly host: string;
  readonly port: number;
  /** Starts it, again after a kill. */
  start(): void;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  isRunning(): boolean;
  /** Null where it does not run. */
  pid(): number | null;
}

export interface EtcdOptions {
  /** For the data and the logs. */
  readonly folder: string;
  readonly members: readonly {
    readonly host: string;
    /** Prefix of the command, such as `ip netns exec NAME`. */
    readonly wrapper?: readonly string[];
    /** Of the data; `folder` where it is not given. */
    readonly dataFolder?: string;
  }[];
  /** Port of clients and port of members, where they are the same for all members; free ones if not given. */
  readonly ports?: readonly [number, number];
  /** Prefix of the command etcdctl. */
  readonly control?: readonly string[];
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
}

export interface EtcdCluster {
  readonly members: readonly EtcdMember[];
  /** Waits for a leader. */
  untilReady(): Promise<void>;
  /** Runs etcdctl on the first member that runs. @returns its output */
  control(...words: readonly string[]): string;
  stop(): Promise<void>;
}

/** Starts the members of a new etcd, and does not wait for them. @throws Error where etcd is not available */
export async function startEtcd(options: EtcdOptions): Promise<EtcdCluster> {
  const command = findEtcd('etcd');
  if (command === null) throw new Error('etcd is not available');
  const { folder, tls } = options;
  const scheme = tls === undefined ? 'http' : 'https';
  const places = [];
  for (const [index, member] of options.members.entries()) {
    const [port, peerPort] = options.ports ?? [await freePort(), await freePort()];
    places.push({ ...member, name: `etcd${index + 1}`, port, peerPort });
  }
  const cluster = places.map(({ name, host, peerPort }) => `${name}=http://${host}:${peerPort}`).join(',');
  const members = places.map(({ name, host, port, peerPort, wrapper = [], dataFolder = folder }) => {
    const client = `${scheme}://${host}:${port}`;
    const peer = `http://${host}:${peerPort}`;
    const words = [
      ...wrapper,
      ...[command, '--name', name, '--data-dir', join(dataFolder, `${name}.data`), '--logger', 'zap'],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      ...['--initial-cluster', cluster, '--initial-cluster-token', 'visord'],
      ...(tls === undefined
        ? []
        : [
            '--cert-file',
            tls.cert,
            '--key-file',
            tls.key,
            '--client-cert-auth',
            '--trusted-ca-file',
            tls.ca,
          ]),
    ];
    return etcdMember({ name, host, port, words, log: join(folder, `${name}.log`) });
  });
  for (const member of members) member.start();
  const certificates = tls === undefined ? [] : ['--cacert', tls.ca, '--cert', tls.cert, '--key', tls.key];
  const control = (...words: readonly string[]): string => {
    const endpoints = members
      .filter((each) => each.isRunning())
      .map((member) => `${scheme}://${member.host}:${member.port}`);
    const [first = '', ...rest] = [...(options.control ?? []), findEtcd('etcdctl') ?? 'etcdctl'];
    return execFileSync(first, [...rest, '--endpoints', endpoints.join(','), ...certificates, ...words], {
      encoding: 'utf8',
      env: { ...process.env, ETCDCTL_API: '3' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  };
  return {
    members,
    control,
    untilReady: () => waitUntil('etcd has a leader', () => control('endpoint', 'health') !== null, 120),
    stop: async () => {
      await Promise.all(members.map((member) => member.kill()));
    },
  };
}

function etcdMember(about: {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly words: readonly string[];
  readonly log: string;
}): EtcdMember {
  const { name, host, port, words, log } = about;
  const [command = '', ...args] = words;
  let child: ChildProcess | null = null;
  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  return {
    name,
    host,
    port,
    start: () => {
      if (isRunning()) return;
      const output = openSync(log, 'a');
      child = spawn(command, args, { stdio: ['ignore', output, output] });
      closeSync(output);
    },
    kill: async () => {
      if (child === null || !isRunning()) return;
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    },
    pause: () => child?.kill('SIGSTOP'),
    resume: () => child?.kill('SIGCONT'),
    isRunning,
    pid: () => (isRunning() ? (child?.pid ?? null) : null),
  };
}
