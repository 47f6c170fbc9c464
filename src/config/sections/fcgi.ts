/**
 * The `[fcgi-program:x]` sections: programs whose processes share a listening socket as their stdin.
 *
 * @module
 */
import { getuid } from 'node:process';
import type { Host } from '../host.ts';
import { DEFAULT_SOCKET_MODE, isUnixSocket, NO_SOCKET, socketAddress } from '../tables/fcgi-values.ts';
import { FCGI_PROGRAM_OPTIONS, FCGI_SOCKET_OPTIONS } from '../tables/program-options.ts';
import { blankConfig, rowsOf, withValues } from '../tables/record.ts';
import { sectionReader } from '../tables/section-reader.ts';
import { extendScope, type Scope } from '../text/expansion.ts';
import {
  ConfigError,
  type FcgiSocketConfig,
  type GroupConfig,
  type Owner,
  type ProcessConfig,
  type SocketAddress,
} from '../types.ts';
import { type ReadContext, readProgram } from './programs.ts';
import { checkedLabel, sectionLabel } from './section-label.ts';

/** Reads a section that is in no group. @throws ConfigError */
export function readFcgiGroup(context: ReadContext, section: string, scope: Scope): GroupConfig {
  const name = checkedLabel(section);
  const priority = sectionReader(context, section, FCGI_PROGRAM_OPTIONS).value('priority', scope);
  const socket = readSocket(context, section, scope);
  if (socket === null) {
    throw new ConfigError(NO_SOCKET.replace('{section}', () => section));
  }
  return {
    name,
    priority,
    processes: readProgram(context, section, { group: name, isMember: false, readSocket: () => socket }),
  };
}

/**
 * Reads a section that a `[group:x]` names. The reference ignores its socket then. So a section without a socket line is a
 * plain program here, too; one with a socket gets it.
 *
 * @throws ConfigError
 */
export function readGroupedFcgiProgram(
  context: ReadContext,
  section: string,
  group: string,
  scope: Scope,
): readonly ProcessConfig[] {
  return readProgram(context, section, {
    group,
    isMember: true,
    readSocket: () => readSocket(context, section, scope),
  });
}

/** The socket as the file and the main log name it. */
export function fcgiSocketUrl(socket: FcgiSocketConfig): string {
  return socketAddress.format(socket);
}

const SETTINGS = rowsOf(FCGI_SOCKET_OPTIONS).filter(({ key }) => key !== 'socket');

/** The order is that in which the reference finds what is wrong. */
function readSocket(context: ReadContext, section: string, scope: Scope): FcgiSocketConfig | null {
  const { host } = context;
  const uid = sectionReader(context, section, FCGI_PROGRAM_OPTIONS).value('user', scope);
  const reader = sectionReader(context, section, FCGI_SOCKET_OPTIONS);
  const settings = withValues(
    blankConfig(FCGI_SOCKET_OPTIONS),
    reader.values(SETTINGS, () => scope),
  );
  const { owner, mode, ...others } = settings;
  const programName = sectionLabel(section);
  const url = reader.text('socket', extendScope(scope, new Map([['program_name', programName]])));
  if (url === null || url === '') {
    return null;
  }
  if (!isUnixSocket(url) && (owner !== null || mode !== null)) {
    throw new ConfigError(
      `socket_owner and socket_mode params should only be used with a Unix domain socket in [${section}] socket`,
    );
  }
  const address = parseAddress(url, section, host);
  return address.kind === 'tcp'
    ? { ...others, ...address }
    : { ...others, ...address, owner: owner ?? ownerOfProgram(uid, host), mode: mode ?? DEFAULT_SOCKET_MODE };
}

function parseAddress(url: string, section: string, host: Host): SocketAddress {
  try {
    return socketAddress.parse(url, host);
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    throw new ConfigError(`${error.message} in [${section}] socket`);
  }
}

/** The user of a program must be able to reach its socket. */
function ownerOfProgram(uid: number | null, { users }: Host): Owner | null {
  if (uid === null || uid === getuid?.()) {
    return null;
  }
  return { uid, gid: users.userById(uid)?.gid ?? -1 };
}
