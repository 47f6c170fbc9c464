/**
 * The `[fcgi-program:x]` sections: programs whose processes share a listening socket as their stdin.
 *
 * @module
 */
import { getuid } from 'node:process';
import type { Host } from '../tables/host.ts';
import { type SectionReader, sectionReader } from '../tables/option.ts';
import { FCGI_PROGRAM_OPTIONS } from '../tables/program-options.ts';
import { inetAddress, processOrGroupName } from '../tables/values.ts';
import { extendScope, type Scope } from '../text/expansion.ts';
import { normalizePath } from '../text/paths.ts';
import { ConfigError, type FcgiSocketConfig, type GroupConfig, type ProcessConfig } from '../types.ts';
import { type ReadContext, readProgram } from './programs.ts';

const DEFAULT_MODE = 0o700;

/** Reads a section that is in no group; the order of the keys is the order in which the reference finds what is wrong. @throws ConfigError */
export function readFcgiGroup(context: ReadContext, section: string, scope: Scope): GroupConfig {
  const name = processOrGroupName(section.slice('fcgi-program:'.length));
  const reader = fcgiReader(context, section);
  const priority = reader.value('priority', scope);
  const socket = readSocket(context, reader, section, scope);
  if (socket === null) throw new ConfigError(`[${section}] section requires a "socket" line`);
  return { name, priority, processes: withSocket(readProgram(context, section, name), socket) };
}

/**
 * Reads a section that a `[group:x]` names. The reference does not look at its socket then, so that one
 * without a socket line is a program like others here too; one that has a socket gets it.
 *
 * @throws ConfigError
 */
export function readGroupedFcgiProgram(
  context: ReadContext,
  section: string,
  groupName: string,
  scope: Scope,
): ProcessConfig[] {
  const socket = readSocket(context, fcgiReader(context, section), section, scope);
  const processes = readProgram(context, section, groupName);
  return socket === null ? processes : withSocket(processes, socket);
}

/** The socket as the file and the main log name it. */
export function fcgiSocketUrl(socket: FcgiSocketConfig): string {
  return socket.kind === 'unix' ? `unix://${socket.path}` : `tcp://${inetAddress.format(socket)}`;
}

type FcgiReader = SectionReader<typeof FCGI_PROGRAM_OPTIONS>;

function fcgiReader({ source, host }: ReadContext, section: string): FcgiReader {
  return sectionReader(source, section, FCGI_PROGRAM_OPTIONS, host);
}

function withSocket(processes: readonly ProcessConfig[], socket: FcgiSocketConfig): ProcessConfig[] {
  return processes.map((process) => ({ ...process, socket }));
}

/** What the keys beside `socket` say. */
interface SocketSettings {
  readonly uid: number | null;
  readonly backlog: number | null;
  readonly owner: { readonly uid: number; readonly gid: number } | null;
  readonly mode: number | null;
}

function readSocket(
  { host }: ReadContext,
  reader: FcgiReader,
  section: string,
  scope: Scope,
): FcgiSocketConfig | null {
  const uid = reader.value('user', scope);
  const backlog = reader.value('socket_backlog', scope);
  const owner = reader.value('socket_owner', scope);
  const mode = reader.value('socket_mode', scope);
  const programName = section.slice(section.indexOf(':') + 1);
  const url = reader.value('socket', extendScope(scope, new Map([['program_name', programName]])));
  if (url === null || url === '') return null;
  try {
    return parseSocket(url, { uid, backlog, owner, mode }, host);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(`${error.message} in [${section}] socket`);
  }
}

function parseSocket(url: string, settings: SocketSettings, host: Host): FcgiSocketConfig {
  const { backlog, owner, mode } = settings;
  if (url.startsWith('unix://')) {
    const path = url.slice('unix://'.length);
    if (!path.startsWith('/')) throw new ConfigError(`Unix socket path ${path} is not an absolute path`);
    return {
      kind: 'unix',
      path: normalizePath(path, host),
      owner: owner ?? ownerOfProgram(settings.uid, host),
      mode: mode ?? DEFAULT_MODE,
      backlog,
    };
  }
  if (owner !== null || mode !== null) {
    throw new ConfigError(
      'socket_owner and socket_mode params should only be used with a Unix domain socket',
    );
  }
  const address = /^tcp:\/\/((?:[^\s:]+|\[[0-9a-fA-F:.]+\]):\d+)$/.exec(url)?.[1];
  if (address === undefined) throw new ConfigError(`Bad socket format ${url}`);
  return { kind: 'tcp', ...inetAddress.parse(address, host), backlog };
}

/** A program of another user could not be reached by that user otherwise. */
function ownerOfProgram(uid: number | null, { users }: Host): { uid: number; gid: number } | null {
  if (uid === null || uid === getuid?.()) return null;
  return { uid, gid: users.userById(uid)?.gid ?? -1 };
}
