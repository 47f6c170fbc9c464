/**
 * The effective configuration as a configuration file: everything expanded, every default in place. Read again, it is
 * the same configuration.
 *
 * @module
 */
import { SUPERVISORD_OPTIONS } from '../tables/daemon-options.ts';
import { FLEET_SECTION_OPTIONS } from '../tables/engine-options.ts';
import { RPC_INTERFACE_OPTIONS } from '../tables/program-options.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../tables/server-options.ts';
import { USER_OPTIONS } from '../tables/user-options.ts';
import { logFile } from '../tables/values.ts';
import { escapeExpansion } from '../text/partial-expansion.ts';
import type { Config, DaemonConfig, DaemonValues } from '../types.ts';
import { writeDialect } from './write-dialect.ts';
import { EMPTY_CONVERSION, EMPTY_EXPANSION, writtenKeys } from './written-keys.ts';
import { programSections } from './written-programs.ts';

/** Writes a configuration. */
export function dumpConfig(config: Config): string {
  const { daemon, servers, users, rpcInterfaces, fleet } = config;
  const [variable] = Object.keys(daemon.environment);
  const guard = variable === undefined ? null : `%(ENV_${variable})${EMPTY_CONVERSION}`;
  return writeDialect([
    {
      name: 'supervisord',
      keys: writtenKeys(SUPERVISORD_OPTIONS, daemonValues(daemon), daemon.environmentQuoting),
      guard: EMPTY_EXPANSION,
    },
    ...servers.map((server) => ({
      name: server.section,
      keys: writtenKeys(server.kind === 'unix' ? UNIX_SERVER_OPTIONS : INET_SERVER_OPTIONS, server),
      guard,
    })),
    ...users.map((user) => ({
      name: `user:${user.name}`,
      keys: writtenKeys(USER_OPTIONS, user),
      guard: EMPTY_EXPANSION,
    })),
    ...rpcInterfaces.map((one) => ({
      name: `rpcinterface:${one.name}`,
      keys: [
        ...writtenKeys(RPC_INTERFACE_OPTIONS, one),
        ...Object.entries(one.options).map(([key, text]) => ({ key, text: escapeExpansion(text, 1) })),
      ],
      guard,
    })),
    ...(fleet === null
      ? []
      : [
          {
            name: 'fleet',
            keys: writtenKeys(FLEET_SECTION_OPTIONS, fleet),
            guard: EMPTY_EXPANSION,
          },
        ]),
    ...programSections(config),
  ]);
}

/** As it would stand in the file: the reader resolves the rest. */
function daemonValues(daemon: DaemonConfig): DaemonValues {
  return { ...daemon, logfile: logFile.format(daemon.logfile), user: daemon.user?.text ?? null };
}
