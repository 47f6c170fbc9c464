/**
 * A command beside a program: a hook, a check, a stop command. It runs as the program does (user, folder, umask,
 * environment), in a process group of its own, and is killed with that group when its time is over.
 *
 * @module
 */
import { closeSync, openSync } from 'node:fs';
import type { ProcessConfig } from '../../config/types.ts';
import { setTimeLimit } from '../../io/timers.ts';
import { pipe, READABLE, readInto, setNonblocking, spawn } from '../../native/posix.ts';
import type { WaitStatus } from '../machine/wait-status.ts';
import { childEnvironment } from './child-environment.ts';
import { attributesOf, identityOf, limitKeyOf, rlimitsOf } from './child-limits.ts';
import { CommandError, type ResolvedCommand, resolveCommand, searchPath } from './command.ts';
import { EnvironmentFileError } from './environment-file-error.ts';
import { type ProgramVariables, programVariables } from './program-environment.ts';
import type { SpawnHost } from './spawn-process.ts';

/** What a side command needs of the daemon. */
export interface SideCommandHost extends SpawnHost {
  /** Our children by pid; a child is removed from it by its own `exited`. */
  readonly processesByPid: Map<number, { exited(status: WaitStatus): void }>;
}

export interface SideCommandOptions {
  readonly host: SideCommandHost;
  /** The program that it belongs to. */
  readonly config: ProcessConfig;
  readonly groupName: string;
  readonly command: string;
  /** Variables beside those of the program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds after which the process group is killed; 0 is never. */
  readonly timeoutMs: number;
  /** It is killed when the daemon is killed: a later one begins without it. */
  readonly diesWithDaemon?: boolean;
  /** Called once when it has been started, before `runSideCommand` returns. */
  readonly onStart?: (pid: number) => void;
  /** Called once, in a turn of its own; not after a cancellation. */
  readonly onEnd: (outcome: SideCommandOutcome) => void;
}

/** How a side command ended. The output is the end of what it wrote to stdout and stderr. */
export type SideCommandOutcome =
  | { readonly kind: 'exited'; readonly status: WaitStatus; readonly output: string }
  | { readonly kind: 'timed-out'; readonly output: string }
  /** It could not be started; the message is for people. */
  | { readonly kind: 'failed'; readonly message: string };

/** Of the output, only this much of its end is kept, in bytes. */
const KEPT_OUTPUT = 4096;

/** Null for success (exit status 0), else what went wrong, in a few words. */
export function failureOf(outcome: SideCommandOutcome, timeoutMs: number): string | null {
  switch (outcome.kind) {
    case 'failed':
      return outcome.message;
    case 'timed-out':
      return `timed out after ${timeoutMs / 1000} seconds`;
    case 'exited':
      if (outcome.status.exitStatus === 0) {
        return null;
      }
      return [outcome.status.text, lastLine(outcome.output)].filter((part) => part !== '').join(': ');
  }
}

/**
 * Starts a command; returns what cancels it (its process group is killed, and `onEnd` is not called).
 */
export function runSideCommand(options: SideCommandOptions): () => void {
  const { onEnd } = options;
  try {
    return start(options);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const immediate = setImmediate(() => onEnd({ kind: 'failed', message }));
    return () => clearImmediate(immediate);
  }
}

/** @throws CommandError, EnvironmentFileError, PosixError, ErrnoException */
function start(options: SideCommandOptions): () => void {
  const { host, config, timeoutMs } = options;
  const variables = programVariables(config);
  const command = resolve(options, variables);
  const identity = identityOf(config);
  if (!identity.ok) {
    throw new CommandError('no-permission', `couldn't setuid to ${config.uid}: ${identity.message}`);
  }
  const output = new CommandOutput(host);
  let pid: number;
  try {
    const outcome = spawn({
      file: command.file,
      argv: command.argv,
      env: environmentOf(options, variables),
      ...output.stdio,
      cwd: config.directory,
      umask: config.umask,
      credentials: identity.credentials,
      rlimits: rlimitsOf(config.limits, host.childLimits),
      attributes: options.diesWithDaemon
        ? { ...attributesOf(config.limits), diesWithParent: true }
        : attributesOf(config.limits),
    });
    pid = outcome.pid;
    if (outcome.failure !== null) {
      const key = limitKeyOf(outcome.failure, config);
      output.failure = `couldn't ${key === null ? outcome.failure.step : `set ${key}`}: ${outcome.failure.code}`;
    }
  } catch (error) {
    output.close();
    throw error;
  } finally {
    output.childStarted();
  }
  let isCancelled = false;
  let isOverdue = false;
  const kill = (): void => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended, and is about to be reaped.
    }
  };
  const stopTimer =
    timeoutMs === 0
      ? () => {}
      : setTimeLimit(timeoutMs, () => {
          isOverdue = true;
          kill();
        });
  host.processesByPid.set(pid, {
    exited(status) {
      host.processesByPid.delete(pid);
      stopTimer();
      const text = output.finish();
      if (isCancelled) {
        return;
      }
      setImmediate(() => {
        if (isCancelled) {
          return;
        }
        options.onEnd(
          output.failure !== null
            ? { kind: 'failed', message: output.failure }
            : isOverdue
              ? { kind: 'timed-out', output: text }
              : { kind: 'exited', status, output: text },
        );
      });
    },
  });
  options.onStart?.(pid);
  return () => {
    isCancelled = true;
    stopTimer();
    if (host.processesByPid.has(pid)) {
      kill();
    }
  };
}

function resolve({ host, command }: SideCommandOptions, { environment }: ProgramVariables): ResolvedCommand {
  return resolveCommand(command, searchPath(environment, host.inheritedEnvironment.PATH));
}

/** @throws EnvironmentFileError */
function environmentOf(
  { host, config, groupName, environment }: SideCommandOptions,
  variables: ProgramVariables,
): string[] {
  if (variables.failure !== null) {
    throw new EnvironmentFileError(variables.failure);
  }
  return childEnvironment({
    inherited: host.inheritedEnvironment,
    serverUrl: config.serverUrl ?? host.serverUrl,
    processName: config.name,
    groupName,
    environment: { ...variables.environment, ...environment },
  });
}

/** stdout and stderr of a command in one pipe, of which the end is kept. */
class CommandOutput {
  /** Why the command could not be executed, where that is known. */
  failure: string | null = null;
  readonly #host: SideCommandHost;
  readonly #stdin: number;
  readonly #ends: { readonly read: number; readonly write: number };
  #kept = Buffer.alloc(0);
  #isChildStarted = false;
  #isClosed = false;

  /** @throws ErrnoException, PosixError where there are no descriptors left */
  constructor(host: SideCommandHost) {
    this.#host = host;
    this.#stdin = openSync('/dev/null', 'r');
    try {
      this.#ends = pipe();
    } catch (error) {
      closeSync(this.#stdin);
      throw error;
    }
    setNonblocking(this.#ends.read, true);
    host.io.watch(this.#ends.read, READABLE, { ready: () => this.#read() });
  }

  get stdio(): { readonly stdin: number; readonly stdout: number; readonly stderr: number } {
    return { stdin: this.#stdin, stdout: this.#ends.write, stderr: this.#ends.write };
  }

  /** Closes the child's ends in the daemon. */
  childStarted(): void {
    if (!this.#isChildStarted) {
      this.#isChildStarted = true;
      closeSync(this.#stdin);
      closeSync(this.#ends.write);
    }
  }

  /** What was written last; what processes write that the command left behind is not read. */
  finish(): string {
    this.#read();
    this.close();
    return this.#kept.toString('utf8');
  }

  close(): void {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#host.io.forget(this.#ends.read);
      closeSync(this.#ends.read);
    }
  }

  /** A process that writes without end does not keep the daemon here. */
  #read(): void {
    for (let reads = 0; reads < READS_AT_ONCE && !this.#isClosed; reads += 1) {
      const count = readInto(this.#ends.read, scratch);
      if (count === 0) {
        this.close();
      }
      if (count <= 0) {
        return;
      }
      this.#kept = Buffer.concat([this.#kept, scratch.subarray(0, count)]).subarray(-KEPT_OUTPUT);
    }
  }
}

const READS_AT_ONCE = 16;

const scratch = Buffer.allocUnsafe(16_384);

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}
