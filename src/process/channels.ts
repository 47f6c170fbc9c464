/**
 * The channels of one life of a process: opened before the spawn, given to it, and outliving it until
 * the last writer is gone.
 *
 * @module
 */
import { closeSync } from 'node:fs';
import type { ChannelConfig, ProcessConfig } from '../config/types.ts';
import { type ChannelLog, openChannelLog } from '../logs/channel-log.ts';
import type { MainLog } from '../logs/main-log.ts';
import { syslog } from '../logs/syslog.ts';
import { AnsiStripper } from './ansi.ts';
import { Capture } from './capture.ts';
import { DebugCopy } from './debug-copy.ts';
import { InputChannel } from './input-channel.ts';
import type { IoLoop } from './io-loop.ts';
import { StdinClosedError } from './managed-process.ts';
import { OutputChannel } from './output-channel.ts';
import { type Hearer, HearerTap, type OutputHearers } from './output-hearers.ts';
import type { OutputTap } from './output-tap.ts';
import { openPipe, type PipeEnds, unlinkPipe } from './pipes.ts';
import { SyslogCopy } from './syslog-copy.ts';

export interface ChannelsOptions {
  readonly config: ProcessConfig;
  readonly groupName: string;
  /** What the child has as its stdin in place of a pipe; it stays the caller's. */
  readonly stdin?: number | null;
  /** Folder for the FIFOs, or null for anonymous pipes. */
  readonly folder: string | null;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  readonly stripAnsi: boolean;
  readonly io: IoLoop;
  readonly log: MainLog;
  /** Who hears a channel besides its log. */
  readonly hearersOf: (channel: OutputName) => OutputHearers;
  /** A log cannot be written: the text, or null when it can again. */
  readonly onLogTrouble: (message: string | null) => void;
}

type OutputName = 'stdout' | 'stderr';

export class Channels {
  readonly #options: ChannelsOptions;
  readonly #pipes: Pipes;
  readonly #stdin: InputChannel | null;
  readonly #outputs = new Map<OutputName, OutputChannel>();
  #childEndsOpen = true;
  #onEnd: (() => void) | null = null;

  /** @throws PosixError or ErrnoException of the first channel that cannot be opened; nothing stays open then */
  constructor(options: ChannelsOptions) {
    this.#options = options;
    this.#pipes = openPipes(options);
    const { stdin, stdout, stderr } = this.#pipes;
    this.#stdin = stdin === null ? null : new InputChannel({ fd: stdin.daemonFd, io: options.io });
    try {
      this.#openOutput('stdout', stdout, options.config.stdout, options.stdoutLogfile);
      if (stderr !== null) {
        this.#openOutput('stderr', stderr, options.config.stderr, options.stderrLogfile);
      }
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /** The descriptors that become 0, 1 and 2 of the child. */
  get childFds(): { readonly stdin: number; readonly stdout: number; readonly stderr: number } {
    const { stdin, stdout, stderr } = this.#pipes;
    return {
      stdin: stdin?.childFd ?? this.#options.stdin ?? NO_DESCRIPTOR,
      stdout: stdout.childFd,
      stderr: (stderr ?? stdout).childFd,
    };
  }

  /** True while somebody may still write to an output channel. */
  get isOpen(): boolean {
    return this.#outputs.size > 0;
  }

  /** Calls the listener when the last writer has closed the last output channel. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** Closes the child's ends in the daemon; from now on a channel ends when the child's side closes it. */
  closeChildEnds(): void {
    if (!this.#childEndsOpen) {
      return;
    }
    this.#childEndsOpen = false;
    for (const ends of this.#allPipes()) {
      closeSync(ends.childFd);
    }
  }

  /** @throws StdinClosedError */
  writeStdin(bytes: Buffer): void {
    if (this.#stdin === null) {
      throw new StdinClosedError("Process' stdin channel is closed");
    }
    this.#stdin.write(bytes);
  }

  clearLogs(): void {
    for (const log of this.#logs()) {
      log.clear();
    }
  }

  reopenLogs(): void {
    for (const log of this.#logs()) {
      log.reopen();
    }
  }

  /** The process has exited: its last words are read, and its stdin is closed; other writers are read on. */
  finish(): void {
    for (const output of this.#outputs.values()) {
      output.drain();
    }
    this.#stdin?.close();
    for (const ends of this.#allPipes()) {
      unlinkPipe(ends.path);
    }
  }

  /** Closes everything at once, for a spawn that failed or a daemon that ends. */
  close(): void {
    this.closeChildEnds();
    this.finish();
    for (const output of this.#outputs.values()) {
      output.close();
    }
  }

  #openOutput(name: OutputName, ends: PipeEnds, config: ChannelConfig, logfile: string | null): void {
    const { io } = this.#options;
    const log = logfile === null ? null : this.#openLog(logfile, config);
    try {
      const channel = new OutputChannel({
        fd: ends.daemonFd,
        io,
        log,
        taps: this.#taps(name, config),
        onEnd: () => this.#ended(name),
      });
      this.#outputs.set(name, channel);
    } catch (error) {
      log?.close();
      throw error;
    }
  }

  /** Closes what a construction that failed halfway has opened. */
  #abandon(): void {
    const { stdout, stderr } = this.#pipes;
    if (!this.#outputs.has('stdout')) {
      closeSync(stdout.daemonFd);
    }
    if (stderr !== null && !this.#outputs.has('stderr')) {
      closeSync(stderr.daemonFd);
    }
    this.close();
  }

  #ended(name: OutputName): void {
    this.#outputs.delete(name);
    if (this.#outputs.size === 0) {
      this.#onEnd?.();
    }
  }

  #openLog(path: string, { logfile, maxBytes, backups }: ChannelConfig): ChannelLog {
    const { log, onLogTrouble } = this.#options;
    return openChannelLog(
      { path, maxBytes, backups, opensLate: logfile.kind === 'auto' },
      {
        failed(message) {
          log.error(message);
          onLogTrouble(message);
        },
        recovered(message) {
          log.info(message);
          onLogTrouble(null);
        },
      },
    );
  }

  #taps(name: OutputName, { captureMaxBytes, syslog: toSyslog }: ChannelConfig): OutputTap[] {
    const { protocol, logged, captured } = this.#options.hearersOf(name);
    if (protocol !== null) {
      return this.#protocolTaps(name, protocol);
    }
    const inner = this.#innerTaps(name, logged);
    const taps: OutputTap[] =
      captureMaxBytes > 0 ? [new Capture({ maxBytes: captureMaxBytes, inner, onCaptured: captured })] : inner;
    return toSyslog ? [...taps, new SyslogCopy(syslog, this.#options.config.name)] : taps;
  }

  /** What an event listener says is heard as it came; only its log is stripped of escapes. */
  #protocolTaps(name: OutputName, protocol: Hearer): OutputTap[] {
    const { stripAnsi, log, config } = this.#options;
    const taps: OutputTap[] = log.isEnabled('debug') ? [new DebugCopy(log, config.name, name, true)] : [];
    taps.push(new HearerTap(protocol));
    return stripAnsi ? [...taps, new AnsiStripper()] : taps;
  }

  /** What logged and captured bytes pass through alike. */
  #innerTaps(name: OutputName, logged: OutputHearers['logged']): OutputTap[] {
    const { stripAnsi, log, config } = this.#options;
    const taps: OutputTap[] = [];
    if (stripAnsi) {
      taps.push(new AnsiStripper());
    }
    if (log.isEnabled('debug')) {
      taps.push(new DebugCopy(log, config.name, name));
    }
    if (logged !== null) {
      taps.push(new HearerTap(logged));
    }
    return taps;
  }

  #logs(): ChannelLog[] {
    return [...this.#outputs.values()].flatMap(({ log }) => (log === null ? [] : [log]));
  }

  #allPipes(): PipeEnds[] {
    const { stdin, stdout, stderr } = this.#pipes;
    return [stdin, stdout, stderr].filter((ends) => ends !== null);
  }
}

interface Pipes {
  readonly stdin: PipeEnds | null;
  readonly stdout: PipeEnds;
  readonly stderr: PipeEnds | null;
}

const NO_DESCRIPTOR = -1;

function openPipes(options: ChannelsOptions): Pipes {
  const { folder, owner, groupName, config } = options;
  const name = `${groupName}:${config.name}`;
  const opened: PipeEnds[] = [];
  const open = (channel: 'stdin' | OutputName): PipeEnds => {
    const ends = openPipe({ folder, name, channel, owner });
    opened.push(ends);
    return ends;
  };
  try {
    return {
      stdin: typeof options.stdin === 'number' ? null : open('stdin'),
      stdout: open('stdout'),
      stderr: config.redirectStderr ? null : open('stderr'),
    };
  } catch (error) {
    for (const { daemonFd, childFd, path } of opened) {
      closeSync(daemonFd);
      closeSync(childFd);
      unlinkPipe(path);
    }
    throw error;
  }
}
