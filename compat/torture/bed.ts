/**
 * One folder with a daemon in it that is tortured: its start, its end, and what can be asked of it.
 *
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRawClient } from '../bench/raw-client.ts';
import { rpcRequest } from '../bench/rpc.ts';
import { findLibrary } from '../harness/debian.ts';
import { sweepFaketime } from '../harness/faketime.ts';
import { rpcCall } from '../harness/http.ts';
import { OWN_MOUNTS } from '../harness/namespace.ts';
import {
  isAlive,
  killMarked,
  pidsRunning,
  removeFolders,
  runtimeFolder,
  startDaemon,
} from '../harness/processes.ts';
import { waitUntil } from '../harness/wait.ts';
import type { Daemon, Json } from '../scenario.ts';
import { LogCheck } from './log-check.ts';
import { configuration, perlCommand, STRANGER } from './programs.ts';
import { WORKER } from './worker.ts';

/**
 * `plain`: as a daemon runs anywhere. `disk`: a small file system of its own at `disk` and `frail`. `clock`: its time of
 * day is that of the file `clock`. `user`: it is not root, and alone with its user id.
 */
export type BedKind = 'plain' | 'disk' | 'clock' | 'user';

/** The library that shows another time of day to a program. */
export const FAKETIME = 'faketime/libfaketimeMT.so.1';

/** Executes the rest of the command line as the user of a bed of kind `user`. */
export const AS_STRANGER: readonly string[] = [
  'setpriv',
  `--reuid=${STRANGER}`,
  `--regid=${STRANGER}`,
  '--clear-groups',
];

/** How long a busy machine may take for what is done at once. */
const PATIENCE_SECONDS = 90;

/** How large the file system at `disk` is. */
const DISK_BYTES = 4 << 20;

export interface Info {
  readonly name: string;
  readonly group: string;
  readonly statename: string;
  readonly pid: number;
  readonly spawnerr: string;
}

/** Ends a round; the message is the broken promise, as one sentence. */
export class Violation extends Error {}

export class Bed {
  readonly kind: BedKind;
  readonly dir: string;
  readonly logs: LogCheck;
  readonly #command: readonly string[];
  #holder: ChildProcess | null = null;
  #daemon: Daemon | null = null;
  #mainLogSeen = 0;

  constructor(kind: BedKind, command: readonly string[]) {
    this.kind = kind;
    this.#command = command;
    this.dir = mkdtempSync(join(tmpdir(), 'vt-'));
    openBeds.add(this);
    for (const name of ['locks', 'progress', 'logs', 'auto', 'frail', 'disk']) mkdirSync(this.path(name));
    writeFileSync(this.path('worker.pl'), WORKER);
    this.writeMended();
    writeFileSync(
      this.path('supervisord.conf'),
      configuration(this.dir, kind !== 'user' && process.getuid?.() === 0),
    );
    if (kind === 'clock') this.setClock(0);
    if (process.getuid?.() === 0)
      execFileSync('chown', ['-R', `${STRANGER}:${STRANGER}`, this.path('progress'), this.path('locks')]);
    for (const name of ['.', 'progress', 'locks']) chmodSync(this.path(name), 0o777);
    if (kind === 'user') execFileSync('chown', ['-R', `${STRANGER}:${STRANGER}`, this.dir]);
    this.logs = new LogCheck(this);
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** As the daemon sees the path: in its mount namespace, where it has one of its own. */
  seen(name: string): string {
    return this.#holder === null ? this.path(name) : `/proc/${this.#holder.pid}/root${this.path(name)}`;
  }

  get runtimeFolder(): string {
    return runtimeFolder(this.dir);
  }

  /** The folder in it that the daemon has made; null while there is none. */
  get ownRuntimeFolder(): string | null {
    const names = existsSync(this.runtimeFolder) ? readdirSync(this.runtimeFolder) : [];
    const [name] = names.filter((each) => each.startsWith('supervisor-'));
    return name === undefined ? null : join(this.runtimeFolder, name);
  }

  get pid(): number {
    return this.#daemon?.pid ?? 0;
  }

  get isUp(): boolean {
    return this.#daemon?.isRunning() === true;
  }

  /** Starts a daemon and does not wait for it. */
  launch(): void {
    this.#daemon = startDaemon(
      [...this.#prefix(), ...this.#command, '-n', '-c', this.path('supervisord.conf')],
      this.dir,
      this.path('daemon.out'),
      { environment: this.#environment() },
    );
  }

  /** Starts a daemon and waits until it answers. @throws Violation where it ends */
  async start(): Promise<void> {
    if (this.kind === 'disk' && this.#holder === null) await this.#openNamespace();
    this.launch();
    await this.untilAnswered();
  }

  async untilAnswered(): Promise<void> {
    await this.until('the daemon answers', async () => {
      if (!this.isUp) throw new Violation(`the daemon has ended: ${this.tailOf('daemon.out')}`);
      return (await this.call('getPID')) === this.pid;
    });
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.signal(signal);
  }

  async exited(): Promise<number> {
    return (await this.#daemon?.exited(PATIENCE_SECONDS)) ?? 0;
  }

  /** SIGKILL, and waits until it has gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exited();
  }

  /** SIGUSR1, and waits until the new program goes on. */
  async upgrade(): Promise<void> {
    const before = this.upgrades();
    this.signal('SIGUSR1');
    await this.until('the upgrade is done', () => {
      this.#requireUp();
      return this.upgrades() > before;
    });
  }

  /** How many upgrades the main log has. */
  upgrades(): number {
    return this.mainLog().split(' goes on in place of ').length - 1;
  }

  mainLog(): string {
    return readIfThere(this.path('main.log'));
  }

  /** What the main log has since the last call. */
  newMainLog(): string {
    const text = this.mainLog();
    const added = text.slice(this.#mainLogSeen);
    this.#mainLogSeen = text.length;
    return added;
  }

  /** Pids of processes that run a program still. */
  processesLeft(): number[] {
    return pidsRunning(this.path('worker.pl')).filter(isAlive);
  }

  /** A journal that was damaged is kept under another name, and its folder with it. */
  get keepsDamagedJournals(): boolean {
    const folder = this.ownRuntimeFolder;
    return folder !== null && readdirSync(folder).every((name) => /^journal\.\d+$/.test(name));
  }

  /** The main log has been moved away. */
  forgetMainLog(): void {
    this.#mainLogSeen = 0;
  }

  tailOf(name: string): string {
    return readIfThere(this.path(name)).slice(-600);
  }

  /** The result of a call of `supervisor.*`. @throws Error for anything else, after 10 s at the latest */
  async call(method: string, ...params: Json[]): Promise<Json> {
    const answer = await Promise.race([
      rpcCall({ kind: 'unix', path: this.path('s.sock') }, `supervisor.${method}`, params),
      timeout(10_000).then(() => ({ failure: 'no answer within 10 s' })),
    ]);
    if ('result' in answer) return answer.result;
    throw new Error(`${method}: ${JSON.stringify(answer)}`);
  }

  /** The same, where a fault or no answer changes nothing. */
  async attempt(method: string, ...params: Json[]): Promise<void> {
    await this.call(method, ...params).catch(() => undefined);
  }

  /** A call on a connection of its own, which closes at once; rejects for a fault, and where there is no answer. */
  async ask(method: string, params: readonly (string | boolean)[]): Promise<void> {
    const client = await openRawClient(this.path('s.sock'));
    try {
      await client.ask(rpcRequest(`supervisor.${method}`, params));
    } finally {
      client.close();
    }
  }

  async info(): Promise<readonly Info[]> {
    return (await this.call('getAllProcessInfo')) as unknown as readonly Info[];
  }

  until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    return until(what, condition, PATIENCE_SECONDS);
  }

  /** The command of the program `mended`, as it should be. */
  writeMended(): void {
    rmSync(this.path('mended'), { force: true, recursive: true });
    writeFileSync(this.path('mended'), `#!/bin/sh\nexec ${perlCommand()} ${this.path('worker.pl')} "$@"\n`, {
      mode: 0o755,
    });
  }

  /** @param seconds how far the clock of the daemon is ahead of the machine's */
  setClock(seconds: number): void {
    const next = this.path('clock.new');
    writeFileSync(next, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    execFileSync('mv', [next, this.path('clock')]);
  }

  /** Ends everything; the folder stays where it is evidence. */
  async end(keep: boolean): Promise<void> {
    this.#holder?.kill('SIGKILL');
    await waitUntil('everything has ended', () => killMarked(this.dir) === 0, PATIENCE_SECONDS);
    openBeds.delete(this);
    sweepFaketime();
    if (keep) return;
    removeFolders(this.dir);
  }

  /** Without waiting, for a run that is interrupted. */
  sweep(): void {
    this.#holder?.kill('SIGKILL');
    killMarked(this.dir);
    removeFolders(this.dir);
  }

  #requireUp(): void {
    if (!this.isUp) throw new Violation(`the daemon has ended: ${this.tailOf('main.log')}`);
  }

  #prefix(): readonly string[] {
    switch (this.kind) {
      case 'disk':
        return ['nsenter', `--mount=/proc/${this.#holder?.pid}/ns/mnt`, '--'];
      case 'user':
        return AS_STRANGER;
      default:
        return [];
    }
  }

  #environment(): Record<string, string> {
    if (this.kind !== 'clock') return {};
    return {
      LD_PRELOAD: findLibrary(FAKETIME) ?? '',
      FAKETIME_TIMESTAMP_FILE: this.path('clock'),
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** A process that keeps the mount namespace while no daemon is in it. */
  async #openNamespace(): Promise<void> {
    const mounts = `mount -t tmpfs -o size=${DISK_BYTES} tmpfs "$0/disk" && mount -t tmpfs tmpfs "$0/frail" && touch "$0/mounted" && exec sleep 100000`;
    this.#holder = spawn(OWN_MOUNTS[0] ?? '', [...OWN_MOUNTS.slice(1), 'sh', '-c', mounts, this.dir], {
      stdio: 'ignore',
    });
    await this.until('the file systems are mounted', () => existsSync(this.path('mounted')));
  }
}

/** Beds that have not ended; the runner sweeps them when it is interrupted. */
export const openBeds = new Set<Bed>();

/** As `waitUntil`, but a violation ends the wait at once. */
async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  seconds: number,
): Promise<void> {
  let found: Violation | null = null;
  try {
    await waitUntil(
      what,
      async () => {
        try {
          return await condition();
        } catch (error) {
          if (!(error instanceof Violation)) throw error;
          found = error;
          return true;
        }
      },
      seconds,
    );
  } catch (error) {
    throw new Violation((error as Error).message);
  }
  if (found !== null) throw found;
}

export function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

export function timeout(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
