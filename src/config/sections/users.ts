/**
 * The users of the HTTP servers, from the `[user:x]` sections.
 *
 * @module
 */
import { readingAt } from '../config-error.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import { USER_OPTIONS } from '../tables/user-options.ts';
import type { Scope } from '../text/expansion.ts';
import { ConfigError, type HttpServerConfig, type UserConfig } from '../types.ts';
import { passwordOf, usernameOf } from './credentials.ts';
import { sectionLabel } from './section-label.ts';

const PREFIX = 'user:';

/** Reads the users in file order; none where extensions are off. @throws ConfigError */
export function readUsers(reading: Reading, scope: Scope): UserConfig[] {
  if (!reading.source.hasExtensions) return [];
  return [...reading.source.sections.keys()]
    .filter((section) => section.startsWith(PREFIX))
    .map((section) => readingAt(section, null, () => readUser(reading, section, scope)));
}

/** @throws ConfigError for a user that has the name of a server's own user */
export function checkUsers(users: readonly UserConfig[], servers: readonly HttpServerConfig[]): void {
  for (const { section, ...server } of servers) {
    const username = usernameOf(server);
    if (users.some(({ name }) => name === username)) {
      readingAt(`${PREFIX}${username}`, null, () => {
        throw new ConfigError(`[user:${username}] has the name of the user of [${section}]`);
      });
    }
  }
}

function readUser(reading: Reading, section: string, scope: Scope): UserConfig {
  const name = sectionLabel(section);
  // Basic authentication ends the name at the first colon.
  if (name === '' || name.includes(':')) {
    throw new ConfigError(`[${section}] does not name a user: the name is empty or has a colon`);
  }
  const user = { name, ...sectionReader(reading, section, USER_OPTIONS).config(() => scope) };
  if (!passwordOf(user) && user.uids.length === 0 && user.gids.length === 0) {
    throw new ConfigError(`[${section}] has no password, and names no users or groups with uid= or gid=`);
  }
  return user;
}
