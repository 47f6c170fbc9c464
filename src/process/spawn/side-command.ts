/**
 * A command beside a program: a hook, a check, a stop command. It runs as the program does (user, folder, umask,
 * environment), in a process group of its own, and is killed with that group when its time is over.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import { setTimeLimit } from '../../io/timers.ts';
import { type SpawnProgram, spawn } from '../../native/posix.ts';
import type { WaitStatus } from '../machine/wait-status.ts';
import { childEnvironment } from './child-environment.ts';
import { attributesOf, identityOf, limitKeyOf, rlimitsOf } from './child-limits.ts';
import { CommandError, type ResolvedCommand, resolveCommand, searchPath } from './command.ts';
import { CommandOutput } from './command-output.ts';
import { EnvironmentFileError } from './environment-file-error.ts';
import { hideSecrets } from './hide-secrets.ts';
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
  const variables = programVariables(options.config);
  const program = programOf(options, variables);
  const output = new CommandOutput(options.host.io);
  return watchCommand(options, spawnWith(program, options.config, output), output, variables.secrets);
}

/** @throws CommandError, EnvironmentFileError */
function programOf(options: SideCommandOptions, variables: ProgramVariables): SpawnProgram {
  const { host, config } = options;
  const command = resolve(options, variables);
  const identity = identityOf(config);
  if (!identity.ok) {
    throw new CommandError('no-permission', `couldn't setuid to ${config.uid}: ${identity.message}`);
  }
  return {
    file: command.file,
    argv: command.argv,
    env: environmentOf(options, variables),
    cwd: config.directory,
    umask: config.umask,
    credentials: identity.credentials,
    rlimits: rlimitsOf(config.limits, host.childLimits),
    attributes: options.diesWithDaemon
      ? { ...attributesOf(config.limits), diesWithParent: true }
      : attributesOf(config.limits),
  };
}

/** Returns the pid. @throws PosixError; the output is closed then */
function spawnWith(program: SpawnProgram, config: ProcessConfig, output: CommandOutput): number {
  try {
    const { pid, failure } = spawn({ ...program, ...output.stdio });
    if (failure !== null) {
      const key = limitKeyOf(failure, config);
      output.failure = `couldn't ${key === null ? failure.step : `set ${key}`}: ${failure.code}`;
    }
    return pid;
  } catch (error) {
    output.close();
    throw error;
  } finally {
    output.childStarted();
  }
}

/** Waits for the exit of the command, and kills it when its time is over. Returns what cancels it. */
function watchCommand(
  options: SideCommandOptions,
  pid: number,
  output: CommandOutput,
  secrets: ProgramVariables['secrets'],
): () => void {
  const { host, timeoutMs } = options;
  let isCancelled = false;
  let isOverdue = false;
  const stopTimer =
    timeoutMs === 0
      ? () => {}
      : setTimeLimit(timeoutMs, () => {
          isOverdue = true;
          killGroup(pid);
        });
  const report = (status: WaitStatus, text: string): void => {
    if (isCancelled) return;
    if (output.failure !== null) options.onEnd({ kind: 'failed', message: output.failure });
    else if (isOverdue) options.onEnd({ kind: 'timed-out', output: text });
    else options.onEnd({ kind: 'exited', status, output: text });
  };
  host.processesByPid.set(pid, {
    exited(status) {
      host.processesByPid.delete(pid);
      stopTimer();
      const written = output.finish();
      const text = secrets === undefined ? written : hideSecrets(written, secrets);
      if (!isCancelled) setImmediate(() => report(status, text));
    },
  });
  options.onStart?.(pid);
  return () => {
    isCancelled = true;
    stopTimer();
    if (host.processesByPid.has(pid)) {
      killGroup(pid);
    }
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and is about to be reaped.
  }
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

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? '';
}
