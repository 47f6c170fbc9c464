/**
 * Watches the files of one program, and restarts or signals its processes when a burst of changes is over.
 *
 * @module
 */
import { signalName } from '../../config/tables/values.ts';
import type { Notifier } from '../../io/folders/notifier.ts';
import { type Scan, TreeWatch } from '../../io/folders/tree-watch.ts';
import { setAlarm } from '../../io/timers.ts';
import type { MainLog } from '../../logs/main-log.ts';
import type { Process } from '../../process/process.ts';
import { BinaryWatch } from './binary-watch.ts';
import { Burst } from './burst.ts';
import { effectOn, fileFilter, isFolderLeftOut } from './watch-rules.ts';

/** What is watched, and what follows a change. Programs with equal ones share a watch. */
export interface WatchSpec {
  readonly group: string;
  readonly program: string;
  /** The files that the command may execute; empty where that file is not watched. */
  readonly places: readonly string[];
  /** Absolute; null where no folder is watched. */
  readonly folder: string | null;
  readonly patterns: readonly string[];
  readonly pauseSeconds: number;
  /** In place of a restart; null is a restart. */
  readonly binarySignal: number | null;
  readonly fileSignal: number | null;
}

export interface ProgramWatchHost {
  readonly log: Pick<MainLog, 'info' | 'warn'>;
  readonly notifier: Notifier;
  mayStart(): boolean;
  monotonicMs(): number;
  /** Whether the daemon writes the file itself, as a log; by its path without links. */
  isOwnFile(path: string): boolean;
  /** A watch of a folder failed. Reported once for all programs. */
  failed(message: string): void;
  /**
   * Restarts processes as `restart_mode` asks for.
   *
   * @returns false where a restart of the group is under way
   */
  restart(group: string, processes: readonly Process[], reason: string): Promise<boolean>;
}

export class ProgramWatch {
  /** Those that have this watch. */
  processes: readonly Process[] = [];
  readonly #spec: WatchSpec;
  readonly #host: ProgramWatchHost;
  readonly #tree: TreeWatch | null;
  readonly #binary: BinaryWatch | null;
  readonly #files: Burst;
  readonly #commands: Burst;
  #cancel: (() => void) | null = null;
  #isClosed = false;
  #isScanned = false;

  constructor(spec: WatchSpec, host: ProgramWatchHost) {
    const { folder, places, pauseSeconds } = spec;
    this.#spec = spec;
    this.#host = host;
    this.#files = new Burst(pauseSeconds * 1000);
    this.#commands = new Burst(pauseSeconds * 1000);
    this.#tree = folder === null ? null : this.#watchTree(folder);
    this.#binary = places.length === 0 ? null : this.#watchBinary();
  }

  /** A restart or a signal follows soon. */
  get isPending(): boolean {
    return this.#cancel !== null;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = null;
    this.#tree?.close();
    this.#binary?.close();
  }

  #watchTree(path: string): TreeWatch {
    const { notifier } = this.#host;
    const isWanted = fileFilter(this.#spec.patterns);
    return new TreeWatch({
      notifier,
      path,
      isWanted: (name, real) => isWanted(name) && !this.#host.isOwnFile(real),
      isLeftOut: isFolderLeftOut,
      onChange: (changed) => this.#changed(this.#files, changed),
      onScanned: (scan) => this.#scanned(path, scan),
    });
  }

  #watchBinary(): BinaryWatch {
    const { places } = this.#spec;
    const { notifier } = this.#host;
    return new BinaryWatch({
      notifier,
      places,
      onChange: (changed) => this.#changed(this.#commands, changed),
      onFailure: (error) => this.#host.failed(reasonOf(error)),
    });
  }

  #scanned(path: string, { watched, failure, unwatched }: Scan): void {
    const { log } = this.#host;
    const { program } = this.#spec;
    if (failure !== null) {
      const folders = unwatched === 1 ? '1 folder' : `${unwatched} folders`;
      this.#host.failed(`changes in ${folders} of ${path} are not noticed: ${reasonOf(failure)}`);
    }
    if (this.#isScanned) return;
    this.#isScanned = true;
    const missing = this.#tree?.isThere === false || watched === 0;
    log.info(
      missing
        ? `${program}: waiting for ${path}, to restart when its files change`
        : `${program}: watching ${path} (${watched} folders), to restart when its files change`,
    );
  }

  #changed(burst: Burst, path: string): void {
    burst.add(path, this.#host.monotonicMs());
    this.#arm();
  }

  #arm(): void {
    if (this.#cancel !== null || this.#isClosed) return;
    const dueAtMs = Math.max(dueOf(this.#files), dueOf(this.#commands));
    this.#cancel = setAlarm(dueAtMs - this.#host.monotonicMs(), () => {
      this.#cancel = null;
      const nowMs = this.#host.monotonicMs();
      // More changes may have come since.
      if (Math.max(dueOf(this.#files), dueOf(this.#commands)) > nowMs) this.#arm();
      else this.#act();
    });
  }

  #act(): void {
    const { binarySignal, fileSignal } = this.#spec;
    if (this.#binary?.isChanged === false) this.#commands.clear();
    if (this.#files.isEmpty && this.#commands.isEmpty) return;
    // A program is not restarted without its files: a deploy may have removed what it puts there anew.
    if (this.#tree?.isThere === false || this.#binary?.isThere === false) return;
    const isForCommand = !this.#commands.isEmpty;
    const signals = new Set([
      ...(isForCommand ? [binarySignal] : []),
      ...(this.#files.isEmpty ? [] : [fileSignal]),
    ]);
    const reason = (isForCommand ? this.#commands : this.#files).describe();
    const changedAtMs = Math.max(
      isForCommand ? this.#commands.lastMs : 0,
      this.#files.isEmpty ? 0 : this.#files.lastMs,
    );
    this.#files.clear();
    this.#commands.clear();
    this.#binary?.use();
    const processes = this.processes.filter((process) => effectOn(process, changedAtMs) === 'restart');
    if (processes.length === 0 || !this.#host.mayStart()) return;
    if (signals.has(null)) this.#restart(processes, reason);
    else this.#signal(processes, [...signals], reason);
  }

  #restart(processes: readonly Process[], reason: string): void {
    const { group } = this.#spec;
    for (const process of processes) {
      if (process.pid === 0) this.#host.log.info(`starting ${process.config.name}: ${reason}`);
    }
    void this.#host.restart(group, processes, reason).then((isBegun) => {
      if (!isBegun) this.#changed(this.#files, this.#spec.folder ?? this.#spec.places[0] ?? '');
    });
  }

  /** A process that does not run is started. */
  #signal(processes: readonly Process[], signals: readonly (number | null)[], reason: string): void {
    const stopped = processes.filter(({ pid }) => pid === 0);
    if (stopped.length > 0) this.#restart(stopped, reason);
    for (const process of processes) {
      if (process.pid === 0) continue;
      for (const signal of signals) {
        if (signal === null) continue;
        this.#host.log.info(`sending ${signalName(signal)} to ${process.config.name}: ${reason}`);
        process.signal(signal);
      }
    }
  }
}

/** Without a file, everything counts as newer. */
function dueOf(burst: Burst): number {
  return burst.isEmpty ? Number.NEGATIVE_INFINITY : burst.dueAtMs;
}

/** What an administrator can do about it, where the error is that of a limit. */
function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'ENOSPC':
      return 'the limit of inotify watches is reached (sysctl fs.inotify.max_user_watches)';
    case 'EMFILE':
      return 'the limit of inotify instances (sysctl fs.inotify.max_user_instances) or of open files is reached';
    default:
      return message;
  }
}
