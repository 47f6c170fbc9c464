/**
 * Starts one process: its channels, its credentials, its environment, and the words for what fails.
 *
 * @module
 */
import type { ProcessConfig } from '../config/types.ts';
import { PosixError, type SpawnOutcome, spawn, writeFrom } from '../native/posix.ts';
import { Channels } from './channels.ts';
import { childEnvironment } from './child-environment.ts';
import type { ResolvedCommand } from './command.ts';
import { type CredentialsResult, credentialsFor } from './credentials.ts';
import { type FcgiSocket, FcgiSocketError } from './fcgi-socket.ts';
import type { ProcessHost } from './host.ts';
import { CommandError } from './managed-process.ts';
import type { OutputHearers } from './output-hearers.ts';

export interface SpawnProcessOptions {
  readonly config: ProcessConfig;
  readonly groupName: string;
  readonly host: ProcessHost;
  /** @throws CommandError */
  readonly resolve: () => ResolvedCommand;
  /** Is held from here to the process's end. */
  readonly socket: FcgiSocket | null;
  readonly stdoutLogfile: string | null;
  readonly stderrLogfile: string | null;
  readonly hearersOf: (channel: 'stdout' | 'stderr') => OutputHearers;
  readonly onLogTrouble: (message: string | null) => void;
}

export type SpawnResult =
  | { readonly ok: true; readonly pid: number; readonly channels: Channels }
  | { readonly ok: false; readonly message: string };

const NO_CREDENTIALS: CredentialsResult = { ok: true, credentials: null };

/** A failure after the fork is not a failure here: the process exits with 127 and its log says why. */
export function spawnProcess(options: SpawnProcessOptions): SpawnResult {
  const { socket } = options;
  let stdin: number | null;
  try {
    stdin = socket?.hold() ?? null;
  } catch (error) {
    if (error instanceof FcgiSocketError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
  const result = spawnWith(options, stdin);
  if (!result.ok) {
    socket?.release();
  }
  return result;
}

function spawnWith(options: SpawnProcessOptions, stdin: number | null): SpawnResult {
  const { config } = options;
  let command: ResolvedCommand;
  try {
    command = options.resolve();
  } catch (error) {
    if (error instanceof CommandError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
  const identity = config.uid === null ? NO_CREDENTIALS : credentialsFor(config.uid);
  let channels: Channels;
  try {
    channels = openChannels(options, identity, stdin);
  } catch (error) {
    return { ok: false, message: channelFailure(config.name, codeOf(error)) };
  }
  try {
    const outcome = launch(options, command, identity, channels);
    const text = failureText(config, command, identity, outcome);
    if (text !== null) {
      say(channels, `supervisor: ${text}\nsupervisor: child process was not spawned\n`);
    }
    channels.closeChildEnds();
    return { ok: true, pid: outcome.pid, channels };
  } catch (error) {
    channels.close();
    return { ok: false, message: forkFailure(config.name, codeOf(error)) };
  }
}

function openChannels(
  options: SpawnProcessOptions,
  identity: CredentialsResult,
  stdin: number | null,
): Channels {
  const { config, groupName, host, stdoutLogfile, stderrLogfile, hearersOf, onLogTrouble } = options;
  return new Channels({
    config,
    groupName,
    stdin,
    folder: host.runtimeFolder,
    owner: identity.ok ? identity.credentials : null,
    stdoutLogfile,
    stderrLogfile,
    stripAnsi: host.stripAnsi,
    io: host.io,
    log: host.log,
    hearersOf,
    onLogTrouble,
  });
}

/** Who cannot become its user must not run as another: a file that cannot be executed ends it with 127. */
const NOTHING_TO_EXECUTE = '';

function launch(
  { config, groupName, host }: SpawnProcessOptions,
  command: ResolvedCommand,
  identity: CredentialsResult,
  channels: Channels,
): SpawnOutcome {
  return spawn({
    file: identity.ok ? command.file : NOTHING_TO_EXECUTE,
    argv: command.argv,
    env: childEnvironment({
      inherited: host.inheritedEnvironment,
      serverUrl: config.serverUrl ?? host.serverUrl,
      processName: config.name,
      groupName,
      environment: config.environment,
    }),
    ...channels.childFds,
    cwd: identity.ok ? config.directory : null,
    umask: config.umask,
    credentials: identity.ok ? identity.credentials : null,
    rlimits: host.childLimits,
  });
}

function failureText(
  config: ProcessConfig,
  command: ResolvedCommand,
  identity: CredentialsResult,
  { failure }: SpawnOutcome,
): string | null {
  if (!identity.ok) {
    return `couldn't setuid to ${config.uid}: ${identity.message}`;
  }
  switch (failure?.step) {
    case undefined:
      return null;
    case 'setgroups':
      return `couldn't setuid to ${config.uid}: Could not set groups of effective user`;
    case 'setgid':
      return `couldn't setuid to ${config.uid}: Could not set group id of effective user`;
    case 'setuid':
      return `couldn't setuid to ${config.uid}: ${failure?.code}`;
    case 'chdir':
      return `couldn't chdir to ${config.directory}: ${failure?.code}`;
    case 'execve':
      return `couldn't exec ${command.argv[0]}: ${failure?.code}`;
    default:
      return `couldn't ${failure?.step}: ${failure?.code}`;
  }
}

function say(channels: Channels, text: string): void {
  const bytes = Buffer.from(text);
  writeFrom(channels.childFds.stderr, bytes, 0, bytes.length);
}

function channelFailure(name: string, code: string): string {
  return code === 'EMFILE'
    ? `too many open files to spawn '${name}'`
    : `unknown error making dispatchers for '${name}': ${code}`;
}

function forkFailure(name: string, code: string): string {
  switch (code) {
    case 'EAGAIN':
      return `Too many processes in process table to spawn '${name}'`;
    case 'EMFILE':
      return channelFailure(name, code);
    default:
      return `unknown error during fork for '${name}': ${code}`;
  }
}

/** An error without a code, as for a NUL byte in the command, is one program's failure too, and told in its own words. */
function codeOf(error: unknown): string {
  if (error instanceof PosixError) {
    return error.code;
  }
  return (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
}
