/**
 * The HTTP servers of a configuration.
 *
 * @module
 */

import type { WalkedRow } from '../tables/record.ts';
import { type Reading, sectionReader } from '../tables/section-reader.ts';
import { INET_SERVER_OPTIONS, UNIX_SERVER_OPTIONS } from '../tables/server-options.ts';
import type { Scope } from '../text/expansion.ts';
import type { HttpServerConfig } from '../types.ts';

/**
 * Reads inet servers, then unix servers.
 *
 * @param environmentScope the names that the reference's keys may use
 * @param hereScope the names that `file` and the extensions may use
 * @throws ConfigError
 */
export function readServers(reading: Reading, environmentScope: Scope, hereScope: Scope): HttpServerConfig[] {
  const sections = [...reading.source.sections.keys()];
  const scopeOf = ({ key, row }: WalkedRow): Scope =>
    key === 'file' || row.isExtension ? hereScope : environmentScope;
  return [
    ...sections
      .filter((section) => section.startsWith('inet_http_server'))
      .map((section) => ({
        kind: 'inet' as const,
        section,
        ...sectionReader(reading, section, INET_SERVER_OPTIONS).config(scopeOf),
      })),
    ...sections
      .filter((section) => section.startsWith('unix_http_server'))
      .map((section) => ({
        kind: 'unix' as const,
        section,
        ...sectionReader(reading, section, UNIX_SERVER_OPTIONS).config(scopeOf),
      })),
  ];
}
