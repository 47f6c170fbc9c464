/**
 * The channels of one life of a process: opened before the spawn, given to it, and outliving it until
 * the last writer is gone.
 *
 * @module
 */
import { closeSync, constants, openSync } from 'node:fs';
import type { ChannelConfig, ProcessConfig } from '../../config/types.ts';
import { type ChannelLog, type LogTrouble, openChannelLog } from '../../logs/channel-log.ts';
import { LateLog } from '../../logs/late-log.ts';
import { syslog } from '../../logs/syslog.ts';
import { type FifoOwner, removeFifos, type SpawnStdio, writeFrom } from '../../native/posix.ts';
import { type ReopenOptions, reopenPipes } from '../adoption/reopen-pipes.ts';
import type { ProcessHost } from '../host.ts';
import { StdinClosedError } from '../managed-process.ts';
import { AnsiStripper } from '../taps/ansi.ts';
import { Capture } from '../taps/capture.ts';
import { DebugCopy } from '../taps/debug-copy.ts';
import { type Hearer, HearerTap, type OutputHearers } from '../taps/output-hearers.ts';
import type { OutputTap } from '../taps/output-tap.ts';
import { SyslogCopy } from '../taps/syslog-copy.ts';
import { InputChannel } from './input-channel.ts';
import { OutputChannel } from './output-channel.ts';
import { abandonPipes, type DaemonEnds, openPipes, type Pipes, stdinPath } from './pipes.ts';

/** What the channels need of the process; its lives have this in common. */
export interface ChannelsOwner {
  readonly config: ProcessConfig;
  readonly groupName: string;
  readonly host: Pick<ProcessHost, 'runtimeFolder' | 'stripAnsi' | 'io' | 'log'>;
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  /** Who hears a channel besides its log. */
  hearersOf(channel: OutputName): OutputHearers;
  /** A log cannot be written: the text, or null when it can again. */
  logTroubled(message: string | null): void;
}

/** What differs from one life to the next that is started here. */
export interface LifeOptions {
  /** What the child has as its stdin in place of a pipe; it stays the caller's. */
  readonly stdin: number | null;
  /** User that has to be able to open the channels by name; null is the daemon's own. */
  readonly user: FifoOwner | null;
}

/** A life that another daemon has started. */
export interface AdoptedLife extends ReopenOptions {
  /** False where the child has something else as its stdin. */
  readonly hasStdin: boolean;
}

export type OutputName = 'stdout' | 'stderr';

export class Channels implements LogTrouble {
  readonly #owner: ChannelsOwner;
  /** Where the FIFOs are, as `Pipes` has it. */
  readonly base: string | null;
  #stdin: InputChannel | null;
  #stdout: OutputChannel | null = null;
  #stderr: OutputChannel | null = null;
  /** Null where stdin is opened by its name when there is something to write, and where it is over. */
  #startsWith: Pipes | null;
  #takesStdin: boolean;
  #onEnd: (() => void) | null = null;

  /** @throws PosixError or ErrnoException of the first channel that cannot be opened; nothing stays open then */
  constructor(owner: ChannelsOwner, life: LifeOptions | AdoptedLife) {
    this.#owner = owner;
    const { config, groupName, host } = owner;
    let pipes: DaemonEnds;
    if ('pid' in life) {
      pipes = reopenPipes(life);
      this.#startsWith = null;
      this.#takesStdin = life.hasStdin && pipes.base !== null;
    } else {
      this.#startsWith = openPipes({
        folder: host.runtimeFolder,
        name: `${groupName}:${config.name}`,
        stdin: life.stdin,
        redirectStderr: config.redirectStderr,
        owner: life.user,
      });
      pipes = this.#startsWith;
      this.#takesStdin = life.stdin === null;
    }
    this.base = pipes.base;
    this.#stdin = pipes.stdin === null ? null : new InputChannel({ end: pipes.stdin, io: host.io });
    try {
      this.#stdout = this.#openOutput('stdout', pipes.stdout);
      this.#stderr = pipes.stderr === null ? null : this.#openOutput('stderr', pipes.stderr);
    } catch (error) {
      this.#abandon(pipes);
      throw error;
    }
  }

  /** What the child is started with; to be used before `childStarted`. */
  get stdio(): SpawnStdio {
    if (this.#startsWith === null) {
      throw new Error('the child has been started');
    }
    return this.#startsWith.stdio;
  }

  /** True while somebody may still write to an output channel. */
  get isOpen(): boolean {
    return this.#stdout !== null || this.#stderr !== null;
  }

  /** Calls the listener when the last writer has closed the last output channel. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** Writes a text that the child did not live to write; to be used before `childStarted`. */
  say(text: string): void {
    const { stdio } = this;
    const bytes = Buffer.from(text);
    if (!('fifos' in stdio)) {
      writeFrom(stdio.stderr, bytes, 0, bytes.length);
      return;
    }
    const [, stdout, stderr = stdout] = stdio.fifos;
    const fd = openSync(stderr, constants.O_WRONLY | constants.O_NONBLOCK);
    writeFrom(fd, bytes, 0, bytes.length);
    closeSync(fd);
  }

  /** Closes the child's ends in the daemon; from now on a channel ends when the child's side closes it. */
  childStarted(): void {
    for (const fd of this.#startsWith?.childFds ?? []) {
      closeSync(fd);
    }
    this.#startsWith = null;
  }

  /** @param pid the process that reads it @throws StdinClosedError */
  writeStdin(bytes: Buffer, pid: number): void {
    if (!this.#takesStdin) {
      throw new StdinClosedError("Process' stdin channel is closed");
    }
    if (this.#stdin === null && this.base !== null) {
      this.#stdin = new InputChannel({ end: stdinPath(this.base), io: this.#owner.host.io });
    }
    this.#stdin?.write(bytes, pid);
  }

  /** Nothing that was written to stdin waits to be read. */
  get isQuiet(): boolean {
    return !(this.#stdin?.isWaiting ?? false);
  }

  /** Writes to the logs what is held back; what follows is not as it would have been. */
  flush(): void {
    this.#stdout?.flush();
    this.#stderr?.flush();
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
    this.#stdout?.drain();
    this.#stderr?.drain();
    this.#takesStdin = false;
    this.#stdin?.close();
    if (this.base !== null) {
      removeFifos(this.base);
    }
  }

  /** Closes everything at once, for a spawn that failed or a daemon that ends. */
  close(): void {
    this.childStarted();
    this.finish();
    this.#stdout?.close();
    this.#stderr?.close();
  }

  /** A log of this life cannot be written. */
  failed(message: string): void {
    this.#owner.host.log.error(message);
    this.#owner.logTroubled(message);
  }

  /** A log of this life is written again. */
  recovered(message: string): void {
    this.#owner.host.log.info(message);
    this.#owner.logTroubled(null);
  }

  #openOutput(name: OutputName, fd: number): OutputChannel {
    const { host, stdoutLogfile, stderrLogfile, config } = this.#owner;
    const logfile = name === 'stdout' ? stdoutLogfile : stderrLogfile;
    const log = logfile === null ? null : this.#openLog(logfile, config[name]);
    try {
      return new OutputChannel({
        fd,
        io: host.io,
        log,
        taps: this.#taps(name, config[name]),
        onEnd: name === 'stdout' ? () => this.#stdoutEnded() : () => this.#stderrEnded(),
      });
    } catch (error) {
      log?.close();
      throw error;
    }
  }

  /** Closes what a construction that failed halfway has opened. */
  #abandon({ stdin, stdout, stderr, base }: DaemonEnds): void {
    const opened = this.#stdout;
    opened?.close();
    const made = this.#startsWith;
    this.#startsWith = null;
    const childFds = made?.childFds ?? [];
    // The names of pipes that were found stay, for whoever looks for them next.
    abandonPipes([stdin, opened === null ? stdout : null, stderr, ...childFds], made === null ? null : base);
  }

  #stdoutEnded(): void {
    this.#stdout = null;
    this.#ended();
  }

  #stderrEnded(): void {
    this.#stderr = null;
    this.#ended();
  }

  #ended(): void {
    if (!this.isOpen) {
      this.#onEnd?.();
    }
  }

  #openLog(path: string, { logfile, maxBytes, backups }: ChannelConfig): ChannelLog {
    const options = { path, maxBytes, backups };
    return logfile.kind === 'auto' ? new LateLog(options, this) : openChannelLog(options, this);
  }

  #taps(name: OutputName, { captureMaxBytes, syslog: toSyslog }: ChannelConfig): OutputTap[] {
    const { protocol, logged, captured } = this.#owner.hearersOf(name);
    if (protocol !== null) {
      return this.#protocolTaps(name, protocol);
    }
    const inner = this.#innerTaps(name, logged);
    const taps: OutputTap[] =
      captureMaxBytes > 0 ? [new Capture({ maxBytes: captureMaxBytes, inner, onCaptured: captured })] : inner;
    return toSyslog ? [...taps, new SyslogCopy(syslog, this.#owner.config.name)] : taps;
  }

  /** What an event listener says is heard as it came; only its log is stripped of escapes. */
  #protocolTaps(name: OutputName, protocol: Hearer): OutputTap[] {
    const { config } = this.#owner;
    const { stripAnsi, log } = this.#owner.host;
    const taps: OutputTap[] = log.isEnabled('debug') ? [new DebugCopy(log, config.name, name, true)] : [];
    taps.push(new HearerTap(protocol));
    return stripAnsi ? [...taps, new AnsiStripper()] : taps;
  }

  /** What logged and captured bytes pass through alike. */
  #innerTaps(name: OutputName, logged: OutputHearers['logged']): OutputTap[] {
    const { config } = this.#owner;
    const { stripAnsi, log } = this.#owner.host;
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
    return [this.#stdout?.log ?? null, this.#stderr?.log ?? null].filter((log) => log !== null);
  }
}
