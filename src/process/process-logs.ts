/**
 * The paths of the logs of one process, and the AUTO logs that are made for it.
 *
 * @module
 */
import type { ChannelConfig, ProcessConfig } from '../config/types.ts';
import type { KeptFile } from '../io/folders/kept-file.ts';
import { attributesOf } from '../logs/channel-log.ts';
import { KeptAutoLog } from '../logs/kept-auto-log.ts';
import type { ProcessRecord } from './adoption/process-record.ts';
import { logPathOf } from './channels/log-path.ts';
import type { OutputName } from './taps/output-tap.ts';

/** The process. */
export interface ProcessLogsOwner {
  readonly config: ProcessConfig;
  readonly host: { readonly childLogDir: string; readonly identifier: string };
}

type AutoLogs = ProcessRecord['autoLogs'];

export class ProcessLogs {
  readonly #owner: ProcessLogsOwner;
  #stdout: string | null;
  #stderr: string | null;

  /**
   * @param adopted the AUTO logs that are there already
   * @throws Error when an AUTO log cannot be made
   */
  constructor(owner: ProcessLogsOwner, adopted: AutoLogs | null) {
    this.#owner = owner;
    this.#stdout = this.#pathOf('stdout', adopted?.stdout ?? null);
    this.#stderr = this.#pathOf('stderr', adopted?.stderr ?? null);
  }

  /** Null where the channel goes to no file. */
  get stdout(): string | null {
    return this.#stdout;
  }

  get stderr(): string | null {
    return this.#stderr;
  }

  /** Those that the daemon named itself. */
  get auto(): AutoLogs {
    return this.#autoUnder(this.#owner.config);
  }

  /**
   * The process has another configuration: an AUTO log goes on where that has one too.
   *
   * @param before the former one
   * @throws Error when an AUTO log cannot be made, and changes nothing
   */
  follow(before: ProcessConfig): void {
    const auto = this.#autoUnder(before);
    const stdout = this.#pathOf('stdout', auto.stdout);
    this.#stderr = this.#pathOf('stderr', auto.stderr);
    this.#stdout = stdout;
  }

  /** The AUTO logs, which other programs find by their names. */
  *keptFiles(): Generator<KeptFile> {
    const { config } = this.#owner;
    const { stdout, stderr } = this.auto;
    if (stdout !== null) yield new KeptAutoLog(stdout, attributesOf(config.stdout));
    if (stderr !== null) yield new KeptAutoLog(stderr, attributesOf(config.stderr));
  }

  #autoUnder({ stdout, stderr }: ProcessConfig): AutoLogs {
    return { stdout: autoPath(stdout, this.#stdout), stderr: autoPath(stderr, this.#stderr) };
  }

  #pathOf(channel: OutputName, adopted: string | null): string | null {
    const {
      config,
      host: { childLogDir, identifier },
    } = this.#owner;
    return logPathOf({ config, channel, childLogDir, identifier, adopted });
  }
}

function autoPath({ logfile }: ChannelConfig, path: string | null): string | null {
  return logfile.kind === 'auto' ? path : null;
}
