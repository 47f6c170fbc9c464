/**
 * The HTTP servers of a configuration.
 *
 * @module
 */

import { strip } from '../../python/text.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../tables/daemon-options.ts';
import type { Host } from '../tables/host.ts';
import { type SectionReader, sectionReader } from '../tables/option.ts';
import type { Scope } from '../text/expansion.ts';
import { normalizePath } from '../text/paths.ts';
import type { Source } from '../text/source.ts';
import {
  ConfigError,
  type Credentials,
  type HttpServerConfig,
  type InetServerConfig,
  type UnixServerConfig,
} from '../types.ts';

/** Reads inet servers, then unix servers. @throws ConfigError */
export function readServers(
  source: Source,
  host: Host,
  environmentScope: Scope,
  hereScope: Scope,
): HttpServerConfig[] {
  const sections = [...source.sections.keys()];
  return [
    ...sections
      .filter((section) => section.startsWith('inet_http_server'))
      .map((section) => readInetServer(source, section, host, environmentScope)),
    ...sections
      .filter((section) => section.startsWith('unix_http_server'))
      .map((section) => readUnixServer(source, section, host, environmentScope, hereScope)),
  ];
}

function readInetServer(source: Source, section: string, host: Host, scope: Scope): InetServerConfig {
  const reader = sectionReader(source, section, INET_SERVER_OPTIONS, host);
  const credentials = readCredentials(reader, section, scope);
  const address = reader.value('port', scope);
  if (address === null) throw new ConfigError(`section [${section}] has no port value`);
  const maxBodyBytes = reader.value('max_body_bytes', scope);
  return { kind: 'inet', section, ...address, credentials, maxBodyBytes };
}

function readUnixServer(
  source: Source,
  section: string,
  host: Host,
  scope: Scope,
  hereScope: Scope,
): UnixServerConfig {
  const reader = sectionReader(source, section, UNIX_SERVER_OPTIONS, host);
  const file = reader.text('file', hereScope);
  if (file === null) throw new ConfigError(`section [${section}] has no file value`);
  const path = normalizePath(strip(file), host);
  const credentials = readCredentials(reader, section, scope);
  const owner = reader.value('chown', scope);
  const mode = reader.value('chmod', scope);
  const maxBodyBytes = reader.value('max_body_bytes', scope);
  return { kind: 'unix', section, file: path, mode, owner, credentials, maxBodyBytes };
}

type CredentialsReader = SectionReader<Pick<typeof INET_SERVER_OPTIONS, 'username' | 'password'>>;

function readCredentials(reader: CredentialsReader, section: string, scope: Scope): Credentials | null {
  const username = reader.value('username', scope);
  const password = reader.value('password', scope);
  if (username === null && password === null) return null;
  if (username === null || password === null) {
    throw new ConfigError(
      `Section [${section}] contains incomplete authentication: If a username or a password is specified, both the username and password must be specified`,
    );
  }
  return { username, password };
}
