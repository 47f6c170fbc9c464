/**
 * Starts the daemon of a subject in a folder of its own, and ends it in any case.
 *
 * @module
 */
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { killMarked, removeFolders, startDaemon } from '../harness/processes.ts';
import { waitUntil } from '../harness/wait.ts';
import type { Daemon } from '../scenario.ts';
import { configuration, type Settings, socketPath } from './configuration.ts';
import type { Subject } from './figure.ts';
import { openRawClient, type RawClient } from './raw-client.ts';
import { rpcRequest } from './rpc.ts';

/**
 * How long a daemon may take to end by itself. The reference stops its programs one a second and leaves nothing
 * outside its folder, so it is not waited for.
 */
const PATIENCE_SECONDS = { ours: 10, reference: 0.2 };

export interface RunningDaemon {
  readonly pid: number;
  /** The path of its unix socket. */
  readonly socket: string;
  /** When it was started, in milliseconds of `performance.now()`. */
  readonly bornAt: number;
  isRunning(): boolean;
  /** A new connection; rejects while the daemon does not listen. */
  connect(): Promise<RawClient>;
  /** Repeats a call until the daemon answers; the connection stays open. */
  firstAnswer(): Promise<RawClient>;
  /** Asks it to end, and kills it if it does not end soon. What its programs do then is not part of any figure. */
  end(): Promise<void>;
}

export interface Bed {
  readonly dir: string;
  start(settings: Settings): RunningDaemon;
}

const openFolders = new Set<string>();

/** Gives the measurement a folder to start daemons in, and ends them, also when it fails. */
export function withBed<Result>(subject: Subject, measure: (bed: Bed) => Promise<Result>): Promise<Result> {
  return withFolder(async (dir) => {
    const daemons: RunningDaemon[] = [];
    mkdirSync(join(dir, 'logs'));
    try {
      return await measure({
        dir,
        start: (settings) => {
          const config = join(dir, 'supervisord.conf');
          writeFileSync(config, configuration(dir, settings));
          const bornAt = performance.now();
          const daemon = startDaemon([...subject.command, '-n', '-c', config], dir, join(dir, 'daemon.out'));
          const started = running(daemon, bornAt, socketPath(dir), PATIENCE_SECONDS[subject.name]);
          daemons.push(started);
          return started;
        },
      });
    } finally {
      for (const daemon of daemons) if (daemon.isRunning()) await daemon.end();
    }
  });
}

/** Gives the measurement a folder, and kills every process that carries its mark at the end. */
export async function withFolder<Result>(measure: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = mkdtempSync(join(tmpdir(), 'vb-'));
  chmodSync(dir, 0o755);
  openFolders.add(dir);
  try {
    return await measure(dir);
  } finally {
    await waitUntil('what was started has ended', () => killMarked(dir) === 0, 10);
    removeFolders(dir);
    openFolders.delete(dir);
  }
}

/** Kills everything that measurements have left; for a run that is interrupted or takes too long. */
export function sweepBeds(): void {
  for (const dir of openFolders) {
    killMarked(dir);
    removeFolders(dir);
  }
}

function running(daemon: Daemon, bornAt: number, socket: string, patienceSeconds: number): RunningDaemon {
  const connect = () => openRawClient(socket);
  return {
    pid: daemon.pid,
    socket,
    bornAt,
    isRunning: daemon.isRunning,
    connect,
    firstAnswer: async () => {
      const request = rpcRequest('supervisor.getState');
      while (daemon.isRunning()) {
        try {
          const client = await connect();
          await client.ask(request);
          return client;
        } catch (error) {
          if (!isNotYetThere(error)) throw error;
          await delay(1);
        }
      }
      throw new Error(`the daemon ended at once: ${daemon.output()}`);
    },
    end: async () => {
      daemon.signal('SIGTERM');
      await daemon.exited(patienceSeconds).catch(() => daemon.signal('SIGKILL'));
    },
  };
}

function isNotYetThere(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
  );
}
