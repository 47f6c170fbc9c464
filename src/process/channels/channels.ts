/**
 * The channels of one run of a process: opened before the spawn, inherited by the process, and open until the last
 * writer has closed them, which may be long after the process exited.
 *
 * @module
 */
import { closeSync, constants } from 'node:fs';
import { openSync } from '../../io/files.ts';
import type { KeptFile } from '../../io/folders/kept-file.ts';
import type { ChannelLog, LogTrouble } from '../../logs/channel-log.ts';
import { removeFifos, type SpawnStdio, writeFrom } from '../../native/posix.ts';
import type { OutputName, OutputTap } from '../taps/output-tap.ts';
import { outputTaps } from '../taps/output-taps.ts';
import type { AdoptedRun, ChannelsOwner, LeftRun, StartedRun } from './channels-owner.ts';
import { InputChannel, StdinClosedError } from './input-channel.ts';
import { KeptPipe } from './kept-pipe.ts';
import type { LeftPipe } from './left-pipes.ts';
import { OutputChannel } from './output-channel.ts';
import { abandonPipes, type Pipes, stdinPath } from './pipes.ts';
import type { ChannelEnds, OpenEnds } from './reopen-pipes.ts';
import { endsOf } from './run-ends.ts';
import { openLogs } from './run-logs.ts';

const NOTHING = Buffer.alloc(0);

export class Channels implements LogTrouble {
  readonly #owner: ChannelsOwner;
  /** What the paths of the FIFOs begin with; null where the pipes are anonymous. */
  readonly base: string | null;
  /** Null where it is opened by its name when there is something to write, and where it is over. */
  #stdin: InputChannel | null;
  #stdout: OutputChannel | null = null;
  #stderr: OutputChannel | null = null;
  /** The pipes that the child is started with; null once it runs. */
  #startsWith: Pipes | null;
  #takesStdin: boolean;
  /** The run had ended before this object was made. */
  readonly #isLeft: boolean;
  /** The names of the FIFOs are removed; the next run has FIFOs of the same names. */
  #isFinished = false;
  #onEnd: (() => void) | null = null;

  /** @throws PosixError or ErrnoException of the first channel that cannot be opened; nothing stays open then */
  constructor(owner: ChannelsOwner, run: StartedRun | AdoptedRun | LeftRun) {
    this.#owner = owner;
    const { ends, startsWith, takesStdin } = endsOf(owner, run);
    this.#isLeft = 'left' in run;
    this.#startsWith = startsWith;
    this.#takesStdin = takesStdin;
    this.base = ends.base;
    this.#stdin = ends.stdin === null ? null : new InputChannel({ end: ends.stdin, io: owner.host.io });
    try {
      this.#stdout = ends.stdout === null ? null : this.#openOutput('stdout', ends.stdout);
      this.#stderr = ends.stderr === null ? null : this.#openOutput('stderr', ends.stderr);
    } catch (error) {
      this.#abandon(ends);
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

  /** True while an output channel has a writer. */
  get isOpen(): boolean {
    return this.#stdout !== null || this.#stderr !== null;
  }

  /** Calls the listener when the last writer has closed the last output channel. */
  onEnd(listener: () => void): void {
    this.#onEnd = listener;
  }

  /** Writes a text to stderr in the child's place, where the spawn failed; to be used before `childStarted`. */
  writeStderr(text: string): void {
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

  /** What was written to stdin and waits for the process to read it. */
  get waitingInput(): Buffer {
    return this.#stdin?.waiting ?? NOTHING;
  }

  /** Writes the bytes that an earlier daemon could not write yet; they are lost if the process has closed its stdin. */
  resumeStdin(bytes: Buffer, pid: number): void {
    try {
      this.writeStdin(bytes, pid);
    } catch (error) {
      if (!(error instanceof StdinClosedError)) throw error;
    }
  }

  /**
   * Writes the bytes that the taps hold back to the logs, before a hand-over. A tag or an escape sequence that is
   * split there is not recognized.
   */
  flush(): void {
    this.#stdout?.flush();
    this.#stderr?.flush();
  }

  /** The names of the FIFOs. @param pid the process that has them open */
  *keptFiles(pid: number): Generator<KeptFile> {
    const { base } = this;
    if (base === null || this.#isFinished) {
      return;
    }
    if (this.#takesStdin) {
      const descriptor = this.#stdin?.descriptor ?? null;
      yield new KeptPipe({ path: stdinPath(base), descriptor, pid, processDescriptor: 0 });
    }
    if (this.#stdout !== null) {
      const { descriptor } = this.#stdout;
      yield new KeptPipe({ path: `${base}.stdout`, descriptor, pid, processDescriptor: 1 });
    }
    if (this.#stderr !== null) {
      const { descriptor } = this.#stderr;
      yield new KeptPipe({ path: `${base}.stderr`, descriptor, pid, processDescriptor: 2 });
    }
  }

  /** Whether output is logged in whole lines, because another process writes to the same logs. */
  keepLines(isOn: boolean): void {
    this.#stdout?.keepLines(isOn);
    this.#stderr?.keepLines(isOn);
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

  /** The process has exited: its last output is read, and its stdin is closed; the output of other writers is read on. */
  finish(): void {
    this.#stdout?.drain();
    this.#stderr?.drain();
    this.#takesStdin = false;
    this.#stdin?.close();
    if (this.base !== null && !this.#isFinished) {
      removeFifos(this.base);
    }
    this.#isFinished = true;
  }

  /** What of its output processes still write to. */
  get leftPipes(): readonly LeftPipe[] {
    const { groupName, config } = this.#owner;
    const ends = { stdout: this.#stdout?.fd, stderr: this.#stderr?.fd };
    return (['stdout', 'stderr'] as const).flatMap((channel) => {
      const fd = ends[channel];
      return fd === undefined ? [] : { groupName, name: config.name, channel, fd };
    });
  }

  /** Reads what is there now, and stops reading; the descriptors are the caller's. */
  release(): readonly LeftPipe[] {
    this.#stdout?.drain();
    this.#stderr?.drain();
    const { leftPipes } = this;
    this.#stdout?.release();
    this.#stderr?.release();
    return leftPipes;
  }

  /** Our descriptors, for the program that goes on under this pid: nothing is lost of a process that ends meanwhile. */
  get channelEnds(): ChannelEnds {
    const stdin = this.#stdin?.descriptor ?? null;
    return { stdin, stdout: this.#stdout?.fd ?? null, stderr: this.#stderr?.fd ?? null };
  }

  /** Closes everything at once, for a spawn that failed or a daemon that ends. */
  close(): void {
    this.childStarted();
    this.finish();
    this.#stdout?.close();
    this.#stderr?.close();
  }

  /** A log of this run cannot be written. */
  failed(message: string): void {
    this.#owner.host.log.error(message);
    this.#owner.logTroubled(message);
  }

  /** A log of this run has a problem, but is written. */
  warned(message: string): void {
    this.#owner.host.log.warn(message);
  }

  /** A log of this run is written again. */
  recovered(message: string): void {
    this.#owner.host.log.info(message);
    this.#owner.logTroubled(null);
  }

  /** The configuration has changed: output goes to the logs, and through the stages, that it names now. */
  reconfigure(): void {
    for (const [name, channel] of [
      ['stdout', this.#stdout],
      ['stderr', this.#stderr],
    ] as const) {
      channel?.redirect(() => this.#logOf(name), this.#tapsOf(name));
    }
  }

  #openOutput(name: OutputName, fd: number): OutputChannel {
    const log = this.#logOf(name);
    try {
      return new OutputChannel({
        fd,
        io: this.#owner.host.io,
        log,
        taps: this.#tapsOf(name),
        count: this.#owner.outputCounts[name],
        onEnd: name === 'stdout' ? () => this.#stdoutEnded() : () => this.#stderrEnded(),
      });
    } catch (error) {
      log?.close();
      throw error;
    }
  }

  #logOf(name: OutputName): ChannelLog | null {
    const { stdoutLogfile, stderrLogfile, config } = this.#owner;
    const logfile = name === 'stdout' ? stdoutLogfile : stderrLogfile;
    return logfile === null ? null : openLogs(logfile, config[name], this);
  }

  #tapsOf(name: OutputName): OutputTap[] {
    const { host, config, groupName } = this.#owner;
    const listeners = this.#owner.outputListenersOf(name);
    return outputTaps({
      channel: name,
      processName: config.name,
      groupName,
      pid: () => this.#owner.pid,
      config: config[name],
      syslog: config.syslog,
      listeners: this.#isLeft ? { ...listeners, lineMatch: null } : listeners,
      stripAnsi: host.stripAnsi,
      log: host.log,
    });
  }

  /** Closes what a construction that failed halfway has opened. */
  #abandon({ stdin, stdout, stderr, base }: OpenEnds): void {
    const opened = this.#stdout;
    opened?.close();
    const made = this.#startsWith;
    this.#startsWith = null;
    const childFds = made?.childFds ?? [];
    // Adopted pipes keep their names for the next daemon.
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

  #logs(): ChannelLog[] {
    return [this.#stdout?.log ?? null, this.#stderr?.log ?? null].filter((log) => log !== null);
  }
}
