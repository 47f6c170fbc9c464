/**
 * The files of all programs that are restarted when files change (`restart_when_binary_changed`,
 * `restart_directory_monitor`).
 *
 * @module
 */
import { dirname, join, resolve } from 'node:path';
import type { LogTarget, ProcessConfig } from '../../config/types.ts';
import type { Instant } from '../../io/clock.ts';
import { realpathSync } from '../../io/files.ts';
import { Notifier } from '../../io/folders/notifier.ts';
import type { IoLoop } from '../../io/io-loop.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { Group } from '../../process/group.ts';
import { isWatched } from '../../process/lifecycle-policy.ts';
import type { ManagedProcess } from '../../process/managed-process.ts';
import type { Process } from '../../process/process.ts';
import { CommandError, commandPlaces, searchPath } from '../../process/spawn/command.ts';
import { programVariables } from '../../process/spawn/program-environment.ts';
import type { Restarted } from '../restarts/restarts.ts';
import { ProgramWatch, type ProgramWatchHost, type WatchSpec } from './program-watch.ts';

export interface FileWatchesHost {
  readonly groups: ReadonlyMap<string, Group>;
  readonly log: MainLog;
  readonly io: IoLoop;
  readonly config: { readonly daemon: { readonly logfile: LogTarget } };
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  mayStart(): boolean;
  now(): Instant;
  restartProcesses(
    groupName: string,
    processes: readonly ManagedProcess[],
    reason?: string,
  ): Promise<readonly Restarted[]>;
}

export class FileWatches implements ProgramWatchHost {
  readonly log: MainLog;
  readonly notifier: Notifier;
  readonly #host: FileWatchesHost;
  readonly #watches = new Map<string, ProgramWatch>();
  #update: NodeJS.Immediate | null = null;
  #ownFiles: ReadonlySet<string> = new Set();
  #isFailureReported = false;

  constructor(host: FileWatchesHost) {
    this.#host = host;
    this.log = host.log;
    this.notifier = new Notifier(host.io);
  }

  /** Nothing has changed that is to be followed by a restart soon. */
  get isIdle(): boolean {
    return [...this.#watches.values()].every(({ isPending }) => !isPending);
  }

  /** Programs were added or removed, or have another configuration. */
  follow(): void {
    this.#update ??= setImmediate(() => {
      this.#update = null;
      this.#follow();
    });
  }

  close(): void {
    if (this.#update !== null) clearImmediate(this.#update);
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
    this.notifier.close();
  }

  mayStart(): boolean {
    return this.#host.mayStart();
  }

  monotonicMs(): number {
    return this.#host.now().monotonicMs;
  }

  isOwnFile(path: string): boolean {
    return this.#ownFiles.has(path) || this.#ownFiles.has(path.replace(BACKUP, ''));
  }

  failed(message: string): void {
    if (this.#isFailureReported) return;
    this.#isFailureReported = true;
    this.log.warn(message);
  }

  async restart(group: string, processes: readonly Process[], reason: string): Promise<boolean> {
    try {
      await this.#host.restartProcesses(group, processes, reason);
      return true;
    } catch (error) {
      if ((error as Error).name === UNDER_WAY) return false;
      throw error;
    }
  }

  #follow(): void {
    const processes = [...this.#host.groups.values()].flatMap((group) => [...group.processes.values()]);
    this.#ownFiles = new Set(
      [...pathsOf(this.#host.config.daemon.logfile), ...processes.flatMap(logsOf)].map(withoutLinks),
    );
    const wanted = new Map<string, { readonly spec: WatchSpec; readonly processes: Process[] }>();
    for (const process of processes) {
      if (!isWatched(process.config)) continue;
      const spec = specOf(process, this.#host.inheritedEnvironment.PATH);
      const key = JSON.stringify(spec);
      const entry = wanted.get(key) ?? { spec, processes: [] };
      wanted.set(key, entry);
      entry.processes.push(process);
    }
    for (const [key, watch] of this.#watches) {
      if (wanted.has(key)) continue;
      watch.close();
      this.#watches.delete(key);
    }
    for (const [key, { spec, processes: members }] of wanted) {
      const watch = this.#watches.get(key) ?? new ProgramWatch(spec, this);
      watch.processes = members;
      this.#watches.set(key, watch);
    }
    if (this.#watches.size === 0) this.notifier.close();
  }
}

/** The name of the error of a restart while another one of the group is under way; its class is in another part. */
const UNDER_WAY = 'RestartUnderWayError';

/** What a rotated log has behind its name. */
const BACKUP = /\.\d+(\.gz|\.zst)?$/;

function specOf({ config, groupName }: Process, inheritedPath: string | undefined): WatchSpec {
  const { watch, program, name } = config;
  return {
    group: groupName,
    program: program ?? name,
    places: watch.binary ? placesOf(config, inheritedPath) : [],
    folder: watch.folder === null ? null : resolve(watch.folder),
    patterns: watch.patterns,
    pauseSeconds: watch.pauseSeconds,
    binarySignal: watch.binarySignal,
    fileSignal: watch.fileSignal,
  };
}

/** The start reports a command that cannot be parsed. */
function placesOf(config: ProcessConfig, inheritedPath: string | undefined): readonly string[] {
  try {
    const path = searchPath(programVariables(config).environment, inheritedPath);
    const from = config.directory ?? '.';
    return commandPlaces(config.command, path).map((place) => resolve(from, place));
  } catch (error) {
    if (error instanceof CommandError) return [];
    throw error;
  }
}

function logsOf({ config, stdoutLogfile, stderrLogfile }: Process): string[] {
  const automatic = [stdoutLogfile, stderrLogfile].filter((path) => path !== null);
  return [...automatic, ...pathsOf(config.stdout.logfile), ...pathsOf(config.stderr.logfile)];
}

function pathsOf(target: LogTarget): readonly string[] {
  switch (target.kind) {
    case 'file':
      return [target.path];
    case 'list':
      return target.targets.flatMap((one) => (one.kind === 'file' ? [one.path] : []));
    default:
      return [];
  }
}

/** The file itself need not exist. */
function withoutLinks(path: string): string {
  try {
    return join(realpathSync(dirname(resolve(path))), path.slice(path.lastIndexOf('/') + 1));
  } catch {
    return path;
  }
}
