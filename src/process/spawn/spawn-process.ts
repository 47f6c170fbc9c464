/**
 * Starts one process: its channels, its credentials, its environment, and the words for what fails.
 *
 * @module
 */
import type { ProcessConfig } from '../../config/types.ts';
import {
  type ExtraFifo,
  PosixError,
  type SpawnNote,
  type SpawnOutcome,
  type SpawnRlimit,
  spawn,
} from '../../native/posix.ts';
import { Channels } from '../channels/channels.ts';
import type { ChannelsHost, ChannelsOwner } from '../channels/channels-owner.ts';
import { type ListenSockets, listenDescriptor } from '../spawn/held-sockets.ts';
import { childEnvironment } from './child-environment.ts';
import { attributesOf, identityOf, limitKeyOf, rlimitsOf } from './child-limits.ts';
import { CommandError, type ResolvedCommand } from './command.ts';
import type { CredentialsResult } from './credentials.ts';
import { type FcgiSocket, FcgiSocketError } from './fcgi-socket.ts';
import { programVariables } from './program-environment.ts';

export interface SpawnProcessOptions {
  readonly owner: SpawnOwner;
  /** The socket is held until the process has exited. */
  readonly socket: FcgiSocket | null;
  /** What the child writes about itself before it executes the program. @param base of its FIFOs, as in `Channels` */
  readonly noteOf?: (base: string | null) => SpawnNote | null;
  /** Sockets of the daemon that the program takes connections from; most have none. */
  readonly listening?: ListenSockets | null;
  /** What is added to the environment of the program, variables for its pid, a FIFO, and its cgroup; most have none. */
  readonly surroundings?: {
    readonly cgroup: string | null;
    readonly environment: Readonly<Record<string, string>>;
    readonly pidVariables: readonly string[];
    readonly extraFifo?: ExtraFifo;
    /** Of a program that runs on some nodes of a fleet only. */
    readonly placed?: { readonly guardNote: SpawnNote | null; readonly notAfterMs: number };
  };
}

/** What a spawn needs of the daemon. */
export interface SpawnHost extends ChannelsHost {
  /** The environment that children inherit. */
  readonly inheritedEnvironment: Readonly<Record<string, string | undefined>>;
  /** Limits that a child gets back, where the daemon's own differ. */
  readonly childLimits: readonly SpawnRlimit[];
  /** SUPERVISOR_SERVER_URL of children; null where there is no server. */
  readonly serverUrl: string | null;
}

/** The process that is started. */
export interface SpawnOwner extends ChannelsOwner {
  readonly host: SpawnHost;
  /** @param environment has the PATH that is searched @throws CommandError */
  resolveCommand(environment: Readonly<Record<string, string>>): ResolvedCommand;
}

export type SpawnResult =
  | {
      readonly ok: true;
      readonly pid: number;
      /** Null where it is not known. */
      readonly startTicks: number | null;
      readonly channels: Channels;
    }
  | { readonly ok: false; readonly message: string };

/** A failure after the fork is not a failure here: the process exits with 127 and its log shows why. */
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
  const { owner } = options;
  const { config } = owner;
  const { environment, failure } = programVariables(config);
  let command: ResolvedCommand;
  try {
    command = owner.resolveCommand(environment);
  } catch (error) {
    if (error instanceof CommandError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
  if (failure !== null) {
    return { ok: false, message: failure };
  }
  const identity = identityOf(config);
  let channels: Channels;
  try {
    channels = new Channels(owner, {
      stdin,
      user: identity.ok ? identity.credentials : null,
      getsDescriptors: (options.listening ?? null) !== null,
    });
  } catch (error) {
    return { ok: false, message: channelFailure(config.name, codeOf(error)) };
  }
  try {
    const outcome = launch(options, { command, environment, identity, channels });
    const text = failureText(config, command, identity, outcome);
    if (text !== null) {
      channels.writeStderr(`supervisor: ${text}\nsupervisor: child process was not spawned\n`);
    }
    channels.childStarted();
    const { pid, startTicks } = outcome;
    return { ok: true, pid, startTicks, channels };
  } catch (error) {
    channels.close();
    return { ok: false, message: forkFailure(config.name, codeOf(error)) };
  }
}

/** A child that cannot become its user must not run as another: a file that cannot be executed ends it with 127. */
const NOTHING_TO_EXECUTE = '';

interface Launch {
  readonly command: ResolvedCommand;
  readonly environment: Readonly<Record<string, string>>;
  readonly identity: CredentialsResult;
  readonly channels: Channels;
}

function launch(
  { owner: { config, groupName, host }, surroundings, listening = null, noteOf }: SpawnProcessOptions,
  { command, environment, identity, channels }: Launch,
): SpawnOutcome {
  const { descriptors = [], names = '' } = listening ?? {};
  const listenVariables: Readonly<Record<string, string>> =
    listening === null ? {} : { LISTEN_FDS: String(descriptors.length), LISTEN_FDNAMES: names };
  const pidVariables = [...(surroundings?.pidVariables ?? []), ...(listening === null ? [] : ['LISTEN_PID'])];
  return spawn({
    file: identity.ok ? command.file : NOTHING_TO_EXECUTE,
    argv: command.argv,
    env: childEnvironment({
      inherited: host.inheritedEnvironment,
      serverUrl: config.serverUrl ?? host.serverUrl,
      processName: config.name,
      groupName,
      environment:
        surroundings === undefined && listening === null
          ? environment
          : { ...environment, ...surroundings?.environment, ...listenVariables },
    }),
    ...(pidVariables.length === 0 ? {} : { pidVariables }),
    ...(listening === null
      ? {}
      : { moves: descriptors.map((from, position) => ({ from, to: listenDescriptor(position) })) }),
    extraFifo: surroundings?.extraFifo ?? null,
    cgroup: surroundings?.cgroup ?? null,
    ...channels.stdio,
    cwd: identity.ok ? config.directory : null,
    umask: config.umask,
    credentials: identity.ok ? identity.credentials : null,
    rlimits: rlimitsOf(config.limits, host.childLimits),
    attributes: attributesOf(config.limits),
    note: noteOf?.(channels.base) ?? null,
    ...surroundings?.placed,
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
  const key = failure === null ? null : limitKeyOf(failure, config);
  if (key !== null) {
    return `couldn't set ${key}: ${failure?.code}`;
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
    case 'cgroup':
      return `couldn't join its cgroup: ${failure?.code}`;
    case 'chdir':
      return `couldn't chdir to ${config.directory}: ${failure?.code}`;
    case 'late':
      return 'its slot is not confirmed any more';
    case 'execve':
      return `couldn't exec ${command.argv[0]}: ${failure?.code}`;
    default:
      return `couldn't ${failure?.step}: ${failure?.code}`;
  }
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

/** An error without a code, as for a NUL byte in the command, is one program's failure too, and reported in its own words. */
function codeOf(error: unknown): string {
  if (error instanceof PosixError) {
    return error.code;
  }
  return (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.message : String(error));
}
