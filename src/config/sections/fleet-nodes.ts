/**
 * The part of `[fleet]` that the web page of a daemon uses: the hosts whose processes it shows.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { FLEET_OPTIONS } from '../tables/fleet-options.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import type { Scope } from '../text/expansion.ts';
import { absolutePath, expandUser } from '../text/paths.ts';
import { ConfigError, type FleetNodes } from '../types.ts';

/** A section that cannot be read is a warning, and the daemon starts all the same: null. */
export function readFleetNodes(reading: Reading, scope: Scope, warnings: string[]): FleetNodes | null {
  try {
    const { nodes, name, timeoutSeconds, ...section } = sectionReader(reading, 'fleet', FLEET_OPTIONS).config(
      () => scope,
    );
    const { username, password } = section;
    // The daemon may change its folder later.
    const pathOf = (path: string | null): string | null =>
      path === null || path === '' ? null : absolutePath(expandUser(path, reading.host));
    return {
      name,
      nodes: nodes ?? [],
      limitMs: Math.min(timeoutSeconds * 1000, LONGEST_LIMIT_MS),
      username: username ?? firstLine('username_file', pathOf(section.usernameFile)),
      password: password ?? firstLine('password_file', pathOf(section.passwordFile)),
      caFile: pathOf(section.caFile),
      certFile: pathOf(section.certFile),
      keyFile: pathOf(section.keyFile),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    warnings.push(`the web page does not show the nodes of [fleet]: ${error.message}`);
    return null;
  }
}

const LONGEST_LIMIT_MS = 600_000;

/** @throws ConfigError */
function firstLine(key: string, path: string | null): string | null {
  if (path === null) return null;
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (error) {
    throw new ConfigError(`${key}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
