/**
 * Names and passwords, which are in the configuration or in files of their own.
 *
 * @module
 */
import type { CredentialFile } from '../tables/credential-file.ts';
import type { HttpServerConfig, UserConfig } from '../types.ts';

interface Named {
  readonly username: string | null;
  readonly usernameFile: CredentialFile | null;
}

interface Protected {
  readonly password: string | null;
  readonly passwordFile: CredentialFile | null;
}

export function usernameOf({ username, usernameFile }: Named): string | null {
  return username ?? usernameFile?.text ?? null;
}

export function passwordOf({ password, passwordFile }: Protected): string | null {
  return password ?? passwordFile?.text ?? null;
}

/** A warning for each file with a password or a key that all users of the machine may read. */
export function publicFileWarnings(
  servers: readonly HttpServerConfig[],
  users: readonly UserConfig[],
): string[] {
  const files = [
    ...servers.flatMap((server) => [
      ['password_file', server.section, server.passwordFile] as const,
      ['keyfile', server.section, server.kind === 'inet' ? server.keyFile : null] as const,
    ]),
    ...users.map(({ name, passwordFile }) => ['password_file', `user:${name}`, passwordFile] as const),
  ];
  return files.flatMap(([key, section, file]) =>
    file?.isPublic ? [`${key} ${file.path} of [${section}] can be read by all users of this machine`] : [],
  );
}
